"""Notices, objections and the days around them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.database import period
from subsidies.claims.models import Claim, RefusalReason
from subsidies.claims.states import ClaimState
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.services import notice_publish, objection_make
from subsidies.notices.services.objecting import ObjectionEntry
from tests.subsidies.builders import an_officer_of, another, claims_in
from tests.workers.builders import NOW

BEIJING = ZoneInfo("Asia/Shanghai")
WORDS = "这个人去年已经在别的市领过同一本证书的补贴。"


def moment(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BEIJING)


def day_after(notice: PublicNotice) -> datetime:
    """The first moment at which the notice may be closed."""
    return moment(notice.ends_on + timedelta(days=1), 0, 0)


def stranger() -> User:
    """A reviewer who had no part in any claim."""
    found = User.objects.filter(name="没有经手的人").first()
    if found is None:
        found = another(Role.OFFICER_REVIEW)
        User.objects.filter(pk=found.pk).update(name="没有经手的人")
        found.refresh_from_db()
    return found


def reviewed(number: int = 1, **fields: Any) -> list[Claim]:
    return claims_in(ClaimState.REVIEWED, number, **fields)


def a_notice(number: int = 1, *, at: datetime = NOW + timedelta(hours=1), **fields: Any) -> PublicNotice:
    """A notice of so many claims, published."""
    ids = [claim.pk for claim in reviewed(number, **fields)]
    officer = an_officer_of(Role.OFFICER_REVIEW)
    return notice_publish(claim_ids=ids, title="示例补贴公示", actor=officer, at=at).notice


def first_line(notice: PublicNotice) -> NoticeLine:
    return NoticeLine.objects.select_related("claim__worker", "notice").get(notice=notice, serial=1)


def an_objection(notice: PublicNotice, *, at: datetime | None = None, serial: int = 1, **entry: str) -> Objection:
    line = NoticeLine.objects.get(notice=notice, serial=serial)
    given = ObjectionEntry(**({"words": WORDS} | entry))
    return objection_make(line_id=line.pk, entry=given, at=at or moment(notice.published_on, 15))


def a_refusal() -> RefusalReason:
    found, _new = RefusalReason.objects.get_or_create(
        code="paid-elsewhere",
        defaults={
            "title": "同一证书已经领过补贴",
            "advice": "如有疑问，可以申诉。",
            "effective": period(date(2024, 1, 1)),
        },
    )
    return found
