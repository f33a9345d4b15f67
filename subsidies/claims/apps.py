from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "subsidies.claims"
    verbose_name = _("补贴申领")
