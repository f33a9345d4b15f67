from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "subsidies.payments"
    verbose_name = _("补贴拨付")
