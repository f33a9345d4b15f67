"""The text messages about a place in a class, and the link in them.

The link holds the number of the enrolment and a signature; nobody can make one up, and it says nothing about anybody.
"""

from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Enrolment
from courses.classes.states import EnrolmentState
from foundation.sms.services import sms_send
from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

SALT = "courses.classes.enrolment-link"
# 80 bits: a guess a millisecond would take longer than the platform lives.
SIGNATURE = 20

ROSTER_CONFIRM = sms_template_register(
    SmsTemplate(
        code="roster_confirm",
        title=_("名册学员确认"),
        wording=_(
            "【巧手】%(school)s把您列入“%(course)s”班，%(starts)s开课。"
            "是您本人报名吗？请点开回答：%(link)s 不用密码，不收费。"
        ),
        ttl_seconds=3 * DAY,
    )
)
PLACE_OFFER = sms_template_register(
    SmsTemplate(
        code="enrolment_place_offer",
        title=_("候补有名额"),
        wording=_(
            "【巧手】您候补的“%(course)s”班有名额了，%(starts)s开课。请在%(until)s以前确认：%(link)s 过期名额给下一位。"
        ),
        ttl_seconds=3 * DAY,
    )
)
PLACE_LAPSED = sms_template_register(
    SmsTemplate(
        code="enrolment_place_lapsed",
        title=_("候补名额过期"),
        wording=_("【巧手】“%(course)s”班为您保留的名额已过期，已给下一位。还想学，可以登录平台重新报名。"),
        ttl_seconds=3 * DAY,
    )
)


def link_token(enrolment_id: int) -> str:
    """What stands in the link of a text message."""
    return f"{int_to_base36(enrolment_id)}-{_signature(enrolment_id)}"


def enrolment_of_token(token: str) -> int | None:
    """The number of the enrolment a link speaks of; None for a link we never made."""
    number, _dash, signature = token.partition("-")
    try:
        enrolment_id = base36_to_int(number)
    except ValueError:
        return None
    return enrolment_id if constant_time_compare(signature, _signature(enrolment_id)) else None


def _signature(enrolment_id: int) -> str:
    return salted_hmac(SALT, str(enrolment_id), algorithm="sha256").hexdigest()[:SIGNATURE]


def link_of(enrolment: Enrolment) -> str:
    """The whole address, short enough for a text message."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}/c/{link_token(enrolment.pk)}/"


def roster_ask(enrolment: Enrolment, *, at: datetime) -> bool:
    """Ask somebody on a roster whether it was she who enrolled; false when there is no phone to ask."""
    context: dict[str, object] = {"school": enrolment.class_run.school.organisation.name, "link": link_of(enrolment)}
    return _send(enrolment, ROSTER_CONFIRM, at, context)


def place_offer(enrolment: Enrolment, *, at: datetime) -> bool:
    """Tell somebody who waited that there is a place, and until when."""
    until = enrolment.confirm_by
    assert until is not None
    return _send(enrolment, PLACE_OFFER, at, {"until": f"{until:%m月%d日}", "link": link_of(enrolment)})


def place_lapsed_tell(enrolment: Enrolment, *, at: datetime) -> bool:
    """Tell her that the place she did not take went on."""
    return _send(enrolment, PLACE_LAPSED, at, {})


def _send(enrolment: Enrolment, template: SmsTemplate, at: datetime, context: dict[str, object]) -> bool:
    phone = enrolment.worker.phone
    if not phone:
        return False
    run = enrolment.class_run
    enrolment.asked_count += 1
    sms_send(
        phone=phone,
        template=template,
        context={"course": run.course_version.title[:30], "starts": f"{run.starts_on:%m月%d日}"} | context,
        dedupe_key=f"{template.code}:{enrolment.pk}:{enrolment.asked_count}",
    )
    if enrolment.state == EnrolmentState.INVITED:
        enrolment.asked_at = at
    enrolment.save(update_fields=["asked_at", "asked_count"])
    return True
