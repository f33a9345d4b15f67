from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInConfig(AppConfig):
    name = "portal.sign_in"
    verbose_name = _("登录")

    def ready(self) -> None:
        from portal.sign_in import records

        records.connect()
