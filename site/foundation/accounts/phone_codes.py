"""Codes by SMS: sent, tried and used up. Only a keyed hash of a code is kept, and every try is counted first.

Tries are counted in the database under a lock on the number, because what stands in a session can be reset by
whoever holds the session.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Min, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import PhoneCode, User
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_index
from foundation.sms.services import sms_send
from foundation.sms.templates import SIGN_IN_CODE, SmsTemplate

LIFETIME = timedelta(minutes=5)
TRIES = 5
DIGITS = 6
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    EXHAUSTED = "exhausted"
    PAUSED = "paused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CodeCheck:
    """What became of a code somebody entered, and the sentence to show."""

    outcome: Outcome
    message: str = ""
    tries_left: int = 0

    @property
    def is_right(self) -> bool:
        return self.outcome is Outcome.RIGHT


def reference_make() -> str:
    """A name for a code about to be sent; it says nothing about the code."""
    return secrets.token_urlsafe(32)


@transaction.atomic
def phone_code_send(
    *, reference: str, user: User, phone: str, at: datetime, template: SmsTemplate = SIGN_IN_CODE
) -> PhoneCode:
    """Send a new code to a number, or raise ``AccountsError`` with the moment from which it works again."""
    index = blind_index("phone", phone)
    _lock(index)
    _refuse_while_paused(index, at)
    _refuse_over_quota(index, user, at)
    _refuse_new_numbers_over_ceiling(user, at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    sent = PhoneCode.objects.create(
        reference=reference,
        user=user,
        phone_index=index,
        code_hash=_hash(reference, code),
        sent_at=at,
        expires_at=at + LIFETIME,
    )
    sms_send(phone=phone, template=template, context={"code": code}, dedupe_key=f"phone_code:{sent.pk}")
    audit_record("accounts.phone_code.sent", user, actor=None)
    return sent


@transaction.atomic
def phone_code_check(*, reference: str, entered: str, at: datetime) -> CodeCheck:
    """Try a code. The try is counted whatever comes of it; five tries, five minutes, one use."""
    index = PhoneCode.objects.filter(reference=reference).values_list("phone_index", flat=True).first()
    if index is None:
        return CodeCheck(Outcome.UNKNOWN, _("没有等待核对的验证码。请重新获取。"))
    _lock(bytes(index))
    sent = PhoneCode.objects.select_for_update(of=("self",)).select_related("user").get(reference=reference)
    tries_before = sent.tries
    check = _check(sent, entered, at)
    # A try is counted, five at most; what is not even compared can be sent for ever, and events are kept for good.
    is_counted = sent.tries > tries_before
    if not check.is_right and (is_counted or cache.add(f"accounts.code_refused.{sent.pk}.{check.outcome}", 1, 60)):
        action = "exhausted" if check.outcome is Outcome.EXHAUSTED else "refused"
        audit_record(f"accounts.phone_code.{action}", sent.user, actor=None, data={"outcome": check.outcome.value})
    return check


def _check(sent: PhoneCode, entered: str, at: datetime) -> CodeCheck:
    refusal = _refusal(sent, at)
    if refusal is not None:
        return refusal
    sent.tries += 1
    digits = "".join(sign for sign in entered if sign.isdecimal())
    if hmac.compare_digest(_hash(sent.reference, digits), bytes(sent.code_hash)):
        sent.used_at = at
        sent.save(update_fields=["tries", "used_at"])
        return CodeCheck(Outcome.RIGHT)
    sent.save(update_fields=["tries"])
    left = TRIES - sent.tries
    if left == 0:
        return CodeCheck(Outcome.EXHAUSTED, _exhausted())
    return CodeCheck(Outcome.WRONG, _("验证码不对。请核对短信，还可以再试 %(left)s 次。") % {"left": left}, left)


def _refusal(sent: PhoneCode, at: datetime) -> CodeCheck | None:
    """Why this code is not even compared."""
    if sent.used_at is not None:
        return CodeCheck(Outcome.USED, _("这个验证码已经用过了。请重新获取。"))
    if at >= sent.expires_at:
        return CodeCheck(Outcome.EXPIRED, _("验证码已超过 5 分钟，不能再用了。请点“重新发送”。"))
    if sent.tries >= TRIES:
        return CodeCheck(Outcome.EXHAUSTED, _exhausted())
    paused = _paused_until(bytes(sent.phone_index), at)
    return CodeCheck(Outcome.PAUSED, _pause_sentence(paused, at)) if paused else None


def seconds_until_next_code(*, phone: str, at: datetime) -> int:
    """How long until another code may be sent to a number, as far as the wait between two codes goes."""
    last = PhoneCode.objects.filter(phone_index=blind_index("phone", phone)).order_by("-sent_at").first()
    if last is None:
        return 0
    gap = settings.PHONE_CODE_GAP_SECONDS - int((at - last.sent_at).total_seconds())
    return max(0, gap)


@transaction.atomic
def phone_codes_purge(*, sent_before: datetime) -> int:
    """Forget codes that no limit counts any more."""
    removed, _by_model = PhoneCode.objects.filter(sent_at__lt=sent_before).delete()
    return removed


def _lock(index: bytes) -> None:
    """One sender or guesser of a number at a time, from whichever session, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], signed=True)])


def _hash(reference: str, code: str) -> bytes:
    """Keyed with the site's secret and bound to the reference: a stolen table gives no code away."""
    return salted_hmac("foundation.accounts.phone_code", f"{reference}:{code}", algorithm="sha256").digest()


def _exhausted() -> str:
    return _("验证码输错 5 次，已经作废。请点“重新发送”，用新的验证码。")


def _refuse_over_quota(index: bytes, user: User, at: datetime) -> None:
    # Of the number, and of the account: whoever is in must not have codes sent to number after number. Only the wait
    # between two codes is the number's alone, so that a change of number goes on from the old one to the new one.
    sent = PhoneCode.objects.filter(Q(phone_index=index) | Q(user=user), sent_at__gt=at - DAY).order_by("-sent_at")
    rows = list(sent.values_list("sent_at", "phone_index"))
    moments = [moment for moment, _number in rows]
    last = next((moment for moment, number in rows if bytes(number) == index), None)
    if last is not None:
        wait = settings.PHONE_CODE_GAP_SECONDS - int((at - last).total_seconds())
        if wait > 0:
            raise AccountsError("too_soon", _("验证码刚刚发出。请等 %(wait)s 秒再重新发送。") % {"wait": wait})
    for limit, span in ((settings.PHONE_CODES_PER_HOUR, HOUR), (settings.PHONE_CODES_PER_DAY, DAY)):
        inside = [moment for moment in moments if moment > at - span]
        if len(inside) >= limit:
            again = inside[limit - 1] + span
            raise AccountsError(
                "too_many_codes",
                _("这个号码获取验证码的次数太多。请在%(moment)s以后再来。") % {"moment": _moment(again, at)},
            )


def _refuse_new_numbers_over_ceiling(user: User, at: datetime) -> None:
    """Each text costs money, and no limit of a number or an address holds a caller who has many of both.

    Numbers that were proven once are not counted, so workers come in while somebody plays with invented ones. Counted
    in the database, because the cache counts nothing while it is away.
    """
    if user.phone_verified_at is not None:
        return
    sent = PhoneCode.objects.filter(sent_at__gt=at - HOUR, user__phone_verified_at__isnull=True).count()
    if sent >= settings.SIGN_IN_CODES_TO_NEW_NUMBERS:
        log.error("accounts.new_numbers_over_ceiling", ceiling=settings.SIGN_IN_CODES_TO_NEW_NUMBERS)
        raise AccountsError("busy", _("现在获取验证码的人太多。请过一小时再来，或到服务窗口办理。"))


def _refuse_while_paused(index: bytes, at: datetime) -> None:
    paused = _paused_until(index, at)
    if paused:
        raise AccountsError("paused", _pause_sentence(paused, at))


def _paused_until(index: bytes, at: datetime) -> datetime | None:
    """The end of the pause after too many wrong codes of one number, whichever sessions they came from."""
    failed = PhoneCode.objects.filter(
        phone_index=index, sent_at__gt=at - HOUR, used_at__isnull=True, tries__gt=0
    ).aggregate(tries=Sum("tries"), first=Min("sent_at"))
    if (failed["tries"] or 0) < settings.PHONE_FAILURES_PER_HOUR:
        return None
    first: datetime = failed["first"]
    return first + HOUR


def _pause_sentence(until: datetime, at: datetime) -> str:
    return _("这个号码输错验证码的次数太多，为了您的安全先暂停登录。请在%(moment)s以后再来。") % {
        "moment": _moment(until, at)
    }


def _moment(moment: datetime, at: datetime) -> str:
    # Rounded up to the minute: at the time named it really works.
    then = timezone.localtime(moment + timedelta(seconds=59))
    if then.date() == timezone.localtime(at).date():
        return _("今天 %(time)s ") % {"time": f"{then:%H:%M}"}
    return _(" %(month)s 月 %(day)s 日 %(time)s ") % {"month": then.month, "day": then.day, "time": f"{then:%H:%M}"}
