from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemesConfig(AppConfig):
    name = "subsidies.schemes"
    verbose_name = _("补贴项目")
