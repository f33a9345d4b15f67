"""What is sent to workers' phones about awards."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from foundation.sms.services import sms_send
from foundation.sms.templates import DAY, SmsTemplate, sms_template_register
from subsidies.awards.models import AwardFiling, EmployerMandate


def _text(code: str, title: object, wording: object) -> SmsTemplate:
    return sms_template_register(
        SmsTemplate(code=f"award_{code}", title=title, wording=wording, ttl_seconds=3 * DAY)  # type: ignore[arg-type]
    )


MANDATE_ASKED = _text(
    "mandate_asked",
    _("征求单位申报奖励的同意"),
    _(
        "【巧手】%(employer)s想替您申报技能人才奖励，钱直接打到您自己的卡上，不收费。"
        "同意不同意由您定，请登录回答：%(link)s"
    ),
)
MANDATE_RECORDED = _text(
    "mandate_recorded",
    _("登记了书面委托的通知（奖励）"),
    _("【巧手】%(employer)s登记了您签字的奖励申报委托书。没有签过、或者不想让单位代办的，请登录撤回：%(link)s"),
)
FILING_ACCEPTED = _text(
    "accepted",
    _("奖励申报受理通知"),
    _("【巧手】%(employer)s替您申报的%(scheme)s已受理。分几期、哪天发，请登录在“我的补贴”里看：%(link)s"),
)
FILING_ENDED = _text(
    "ended",
    _("奖励申报终止通知"),
    _("【巧手】%(employer)s替您申报的%(scheme)s已终止，没有到期的不再发放。原因请登录在“我的补贴”里看：%(link)s"),
)


def mandate_tell(mandate: EmployerMandate, template: SmsTemplate, *, at: datetime) -> bool:
    """Send her the text; false when no phone of hers is known."""
    phone = mandate.worker.phone
    if not phone:
        return False
    with override("zh-hans"):
        sms_send(
            phone=phone,
            template=template,
            context={"employer": mandate.employer.name, "link": _address("my_award_mandate", mandate.pk)},
            dedupe_key=f"{template.code}:{mandate.pk}:{at.isoformat()}",
        )
    return True


def filing_tell(filing: AwardFiling, template: SmsTemplate) -> None:
    """Tell her what became of a filing, if there is a phone to tell her by."""
    phone = filing.worker.phone
    if not phone:
        return
    with override("zh-hans"):
        sms_send(
            phone=phone,
            template=template,
            context={
                "employer": filing.employer.name,
                "scheme": filing.scheme.name,
                "link": _address("my_money"),
            },
            dedupe_key=f"{template.code}:{filing.pk}",
        )


def _address(name: str, *args: object) -> str:
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{reverse(name, args=args)}"
