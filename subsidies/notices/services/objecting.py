"""异议: anybody may say what is wrong with a line, with or without a name.

The claim leaves the notice at once. After one objection to it was looked into and dismissed, a further one is kept and
answered like any other, but no longer takes the claim out by itself: otherwise anybody could keep anybody from her
money for ever. An officer may take it out (``answering.objection_take_out``), and it is not paid before the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.calendar.services import clock_start
from foundation.calendar.working_days import working_day_add
from foundation.crypto.cipher import blind_indexes
from foundation.errors import DomainError
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import NoticeLine, Objection, PublicNotice, private_files
from subsidies.notices.numbers import receipt_new
from subsidies.notices.selectors import can_be_objected, was_dismissed
from subsidies.notices.states import LineState, NoticeState
from subsidies.schemes.limits import limits_of
from workers.files import evidence_checked
from workers.identity import phone_check

SUBJECT, ANSWER = "notices.objection", "answer"
FEWEST_WORDS, MOST_WORDS, LONGEST_NAME = 10, 1000, 30
# A button pressed twice, or a page sent again by a bad line.
SAME_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ObjectionEntry:
    """What somebody wrote. Name and telephone are hers to give."""

    words: str
    name: str = ""
    phone: str = ""


def objection_make(
    *, line_id: int, entry: ObjectionEntry, at: datetime, evidence: File[bytes] | None = None
) -> Objection:
    """Keep what somebody says against a line, until the end of the notice's last day.

    The claim waits, apart from the others, until it is answered; see above where it does not. The same words sent again
    within minutes give the objection there is. ``NoticeError`` when it is too late, too short, or the paper cannot be
    taken; then nothing is kept and the claim stays where it is.
    """
    words, name, phone = _checked(entry)
    paper = _paper(evidence) if evidence else None
    storage, stored, kept = private_files(), "", None
    if paper is not None:
        stored = storage.save(str(paper.name), paper)
    try:
        kept = _kept(line_id, words, name, phone, stored, at=at)
    finally:
        if stored and (kept is None or kept.evidence.name != stored):
            storage.delete(stored)
    return kept


def _checked(entry: ObjectionEntry) -> tuple[str, str, str]:
    words, name = entry.words.strip(), entry.name.strip()
    if len(words) < FEWEST_WORDS:
        raise NoticeError("words_missing", _("请写清楚哪里不对、您怎么知道的，至少 10 个字。"))
    if len(words) > MOST_WORDS or len(name) > LONGEST_NAME:
        raise NoticeError("words_long", _("最多写 1000 个字，姓名最多 30 个字。更多的情况可以放在证明材料里。"))
    phone = ""
    if entry.phone.strip():
        checked = phone_check(entry.phone)
        if checked.errors:
            raise NoticeError("phone_invalid", checked.errors[0])
        phone = checked.value
    return words, name, phone


def _paper(evidence: File[bytes]) -> ContentFile[bytes]:
    try:
        return evidence_checked(evidence, folder="notices/objections")
    except DomainError as refusal:
        raise NoticeError(refusal.code, refusal.message) from refusal


@transaction.atomic
def _kept(line_id: int, words: str, name: str, phone: str, stored: str, *, at: datetime) -> Objection:
    """Lock the notice first, as closing does: whichever comes first decides."""
    notice = PublicNotice.objects.select_for_update().get(lines=line_id)
    line = NoticeLine.objects.select_for_update().get(pk=line_id)
    line.notice = notice
    line.claim = Claim.objects.select_for_update().get(pk=line.claim_id)
    on = timezone.localdate(at)
    known = _same_again(line, words, phone, at=at)
    if known is not None:
        return known
    if not can_be_objected(line, on=on):
        raise _not_now(notice, on)
    limit = limits_of(line.claim.scheme, on=line.claim.submitted_on or on).objection
    objection = Objection.objects.create(
        number=receipt_new(),
        line=line,
        words=words,
        name=name,
        phone=phone,
        evidence=stored,
        made_at=at,
        due_on=working_day_add(on, int(limit.value)).on,
    )
    clock_start(
        subject_type=SUBJECT,
        subject_id=objection.pk,
        name=ANSWER,
        limit_working_days=int(limit.value),
        on=on,
        actor=None,
        basis=limit.basis,
        basis_version_id=limit.version_id,
    )
    leaves = is_shown(line) and not was_dismissed(line.claim)
    if leaves:
        leave(line, actor=None, at=at)
    data = {"notice": notice.number, "line": line.serial} | ({} if leaves else {"stays": is_shown(line)})
    audit_record("notices.objection.made", objection, actor=None, data=data)
    return objection


def _same_again(line: NoticeLine, words: str, phone: str, *, at: datetime) -> Objection | None:
    recent = Objection.objects.filter(line=line, words=words, made_at__gt=at - SAME_AGAIN, made_at__lte=at)
    if phone:
        return recent.filter(phone_index__in=blind_indexes("phone", phone)).first()
    return recent.filter(phone_index__isnull=True).first()


def _not_now(notice: PublicNotice, on: date) -> NoticeError:
    if notice.state == NoticeState.CLOSED or on > notice.ends_on:
        return NoticeError(
            "too_late",
            _("公示 %(number)s 到 %(day)s 已经结束，不能再提异议。还想反映情况的，请拨打页面下方的电话。")
            % {"number": notice.number, "day": notice.ends_on.isoformat()},
        )
    return NoticeError("not_shown", _("这一条已经不在公示中，不用再提异议。请刷新公示页面再看。"))


def is_shown(line: NoticeLine) -> bool:
    """Whether the public reads the line now; the caller holds it and its claim."""
    return line.state == LineState.SHOWN and line.claim.state == ClaimState.PUBLISHED


def leave(line: NoticeLine, *, actor: User | None, at: datetime) -> None:
    """Her claim leaves the notice until somebody has looked into it, and she is told. The caller holds all three."""
    line.state = LineState.DISPUTED
    line.save(update_fields=["state"])
    data = {"notice": line.notice.number}
    claim_move(claim_id=line.claim_id, action="dispute", party=Party.SYSTEM, actor=actor, at=at, data=data)
