from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MyConfig(AppConfig):
    name = "portal.my"
    verbose_name = _("我的")
