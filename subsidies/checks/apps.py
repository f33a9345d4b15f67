from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "subsidies.checks"
    verbose_name = _("拨付前核查")
