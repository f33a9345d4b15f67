from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = _("对外交换")

    def ready(self) -> None:
        from exchange.adapters import adapter_register
        from exchange.sms import sms_adapter
        from foundation.sms.services import TOPIC as SMS

        adapter_register(SMS, sms_adapter)
