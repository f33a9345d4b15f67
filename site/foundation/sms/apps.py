from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    name = "foundation.sms"
    verbose_name = _("短信")

    def ready(self) -> None:
        from foundation.outbox.policies import DeliveryPolicy, delivery_policy_register
        from foundation.outbox.signals import message_died
        from foundation.sms.services import TOPIC, sms_message_died

        # Somebody waits for a text with the phone in hand: begin after seconds, give up after two hours.
        delivery_policy_register(
            TOPIC, DeliveryPolicy(first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=15), attempts=16)
        )
        message_died.connect(sms_message_died, dispatch_uid="sms_message_died")
