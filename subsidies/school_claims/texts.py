"""What is sent to workers' phones about claims that a school makes for them."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.sms.services import sms_send
from foundation.sms.templates import DAY, SmsTemplate, sms_template_register
from subsidies.school_claims.models import Mandate

MANDATE_ASKED = sms_template_register(
    SmsTemplate(
        code="claim_mandate_asked",
        title=_("征求代为申领补贴的同意"),
        wording=_(
            "【巧手】%(school)s想替您申领培训补贴，钱直接打到您自己的卡上，不收费。"
            "同意不同意由您定，请登录回答：%(link)s"
        ),
        ttl_seconds=3 * DAY,
    )
)
MANDATE_RECORDED = sms_template_register(
    SmsTemplate(
        code="claim_mandate_recorded",
        title=_("登记了书面委托的通知"),
        wording=_(
            "【巧手】%(school)s登记了您签字的代领补贴委托书。没有签过、或者不想让学校代办的，请登录撤回：%(link)s"
        ),
        ttl_seconds=3 * DAY,
    )
)


def mandate_tell(mandate: Mandate, template: SmsTemplate, *, at: datetime) -> bool:
    """Send her the text; false when no phone of hers is known."""
    phone = mandate.worker.phone
    if not phone:
        return False
    path = reverse("my_mandate", args=[mandate.pk])
    sms_send(
        phone=phone,
        template=template,
        context={
            "school": mandate.school.organisation.name,
            "link": f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}",
        },
        dedupe_key=f"{template.code}:{mandate.pk}:{at.isoformat()}",
    )
    return True
