"""Every text message the platform sent or tried to send."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from foundation.crypto.masking import mask_phone
from foundation.sms.states import SmsState


class SmsMessage(models.Model):
    """One text to one phone. Number and text are encrypted; a code is removed once the gateway has it."""

    phone = EncryptedTextField(_("手机号码"))
    phone_index = BlindIndexField(source="phone", kind="phone")
    template = models.CharField(_("短信模板"), max_length=60)
    text = EncryptedTextField(_("短信内容"), blank=True, help_text=_("验证码类短信发出后清空。"))
    dedupe_key = models.CharField(
        _("去重键"), max_length=200, unique=True, help_text=_("与对外消息（sms/1）的去重键相同。")
    )
    state = models.CharField(_("状态"), max_length=20, choices=SmsState.choices, default=SmsState.QUEUED)
    gateway_id = models.CharField(_("网关编号"), max_length=100, blank=True, help_text=_("短信网关受理后给出的编号。"))
    failure_code = models.CharField(_("失败代码"), max_length=60, blank=True)
    queued_at = models.DateTimeField(_("产生时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("有效期至"), help_text=_("过了这个时间不再发送。"))
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True, help_text=_("送达、失败或过期的时间。"))

    class Meta:
        verbose_name = _("短信")
        verbose_name_plural = _("短信")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SmsState.values), name="sms_state_is_known"),
            models.UniqueConstraint(
                fields=["gateway_id"], condition=~Q(gateway_id=""), name="sms_gateway_id_names_one_message"
            ),
        ]
        indexes = [models.Index(fields=["phone_index", "-queued_at"], name="sms_by_phone")]

    def __str__(self) -> str:
        return f"{self.template} {mask_phone(self.phone)}"

    @property
    def needs_sending(self) -> bool:
        """Whether the gateway has not taken the message yet."""
        return not self.gateway_id and self.state in (SmsState.QUEUED, SmsState.FAILED)
