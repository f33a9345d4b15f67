"""A round of claims: sent at the counter, decided by two officers, shown to the public, paid; as far as it has come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from foundation.accounts.models import User
from foundation.errors import DomainError
from portal.world.classes import Teaching
from portal.world.days import Days
from subsidies.checks.selectors import blocks_not_run, findings_open
from subsidies.claims.models import Claim, RefusalReason
from subsidies.claims.selectors.claimables import Field
from subsidies.claims.services import appeal_make, claim_resubmit, claim_submit, claim_withdraw, claims_submit
from subsidies.claims.states import Channel, ClaimState
from subsidies.notices.models import NoticeLine, PublicNotice
from subsidies.notices.services import notice_close, notice_publish, objection_answer, objection_make
from subsidies.notices.services.objecting import ObjectionEntry
from subsidies.review.services import (
    appeal_answer,
    claim_refuse,
    claim_return,
    claims_pass_clean,
    claims_screen,
)
from subsidies.review.states import CHUNK
from subsidies.schemes.models import Scheme

SCHEME = "demonstration.training"
TRAINING: Field = "training_certificate"
LEVEL: Field = "level_certificate"
RETURNS = (
    ({"account": "户名与身份证不一致"}, "请核对社保卡账号，改正后再提交。"),
    ({"certificate": "证书姓名与档案有一个字不同"}, "请到发证单位更正后再提交。"),
    ({"contact": "登记的电话打不通"}, "请补一个能联系上的电话。"),
)
REFUSALS = (
    ("pension", "社保系统显示本人上月已开始领取养老金。"),
    ("not-registered", "没有查到就业或失业登记，电话核实本人未办理。"),
    ("payroll", "本人为街道在编人员，经单位确认。"),
)
APPEALS = (
    "我去年就办过就业登记，单位可以证明，请再查一次。",
    "我还没有退休，没有领过养老金，可能和别人弄错了。",
    "我是临时聘用的，不在编制里，合同可以拿给你们看。",
)
OBJECTIONS = (
    "我和她在同一个班，后面几天没有看见她来上课，请核实。",
    "听说她已经在外地领过同样的补贴，请查一下。",
)


@dataclass
class Round:
    """What goes through the offices together."""

    number: int
    starts_on: date
    claims: list[int] = field(default_factory=list)
    notice: PublicNotice | None = None

    def of(self, state: ClaimState) -> list[int]:
        rows = Claim.objects.filter(pk__in=self.claims, state=state).order_by("pk")
        return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True)
class Desk:
    """Who decides in a round, so that nobody does two things about one claim."""

    teaching: Teaching
    number: int

    @property
    def days(self) -> Days:
        return self.teaching.days

    @property
    def counter(self) -> User:
        return self.teaching.bureau.counter

    @property
    def intake(self) -> User:
        return self.teaching.bureau.intakes[self.number % 2]

    @property
    def review(self) -> User:
        return self.teaching.bureau.reviews[self.number % 2]

    @property
    def other_review(self) -> User:
        return self.teaching.bureau.reviews[(self.number + 1) % 2]

    def some(self, ids: Sequence[int], share: float, *, one_of: int = 1_000_000) -> list[int]:
        """Some of them, as many as the share says; one at least where there are as many as ``one_of``."""
        chosen = [pk for pk in ids if self.teaching.random.random() < share]
        return chosen if chosen or len(ids) < one_of else [self.teaching.random.choice(ids)]


def scheme_paying() -> Scheme:
    return Scheme.objects.get(code=SCHEME, city_code=settings.CITY_CODE)


def claims_sent(turn: Round, desk: Desk, *, trainings: Sequence[int] = (), levels: Sequence[int] = ()) -> None:
    """An officer files for everybody who comes with a certificate; whoever has an account does it in the evening."""
    days, scheme = desk.days, scheme_paying()
    alone: list[tuple[User, Field, int]] = []
    for hour, kind, model, pks in (
        (10, TRAINING, TrainingCertificate, trainings),
        (15, LEVEL, LevelCertificate, levels),
    ):
        at = days.office(turn.starts_on, hour)
        owned = model.objects.filter(pk__in=pks, worker__user__isnull=False).select_related("worker__user")
        hers = [(one.worker.user, kind, one.pk) for one in owned.order_by("pk") if one.worker.user is not None]
        others = sorted(set(pks) - {pk for _user, _kind, pk in hers})
        sent = claims_submit(scheme_id=scheme.pk, field=kind, pks=others, actor=desk.counter, at=at)
        turn.claims += [claim.pk for claim in sent.claims]
        alone += hers
    days.at(turn.starts_on, 20)
    for user, kind, pk in alone:
        _sent_alone(turn, desk, user, {f"{kind}_id": pk})
    at = days.office(days.after(turn.starts_on, 1), 9, 20)
    for pk in desk.some(turn.of(ClaimState.SUBMITTED), 0.008, one_of=4 if turn.number % 3 == 0 else 60):
        claim_withdraw(claim_id=pk, actor=desk.counter, at=at, reason="本人改为申领另一项补贴")


def _sent_alone(turn: Round, desk: Desk, user: User, about: dict[str, Any]) -> None:
    at = desk.days.clock.forward(90)
    try:
        claim = claim_submit(scheme_id=scheme_paying().pk, actor=user, channel=Channel.SELF, at=at, **about)
    except DomainError:  # the rule says no, and she reads why
        return
    turn.claims.append(claim.pk)


def claims_decided(turn: Round, desk: Desk) -> None:
    """初审 and 复核 on different days: most pass, some come back once, some are refused and a few of these appeal."""
    days = desk.days
    first = days.after(turn.starts_on, 2)
    at = days.office(first, 9, 30)
    claims_screen(claim_ids=turn.of(ClaimState.SUBMITTED), actor=desk.intake, at=at)
    returned = _returned(turn, desk)
    _refused(turn, desk, desk.intake, ClaimState.SUBMITTED, 0.025)
    _passed(turn, desk, desk.intake, ClaimState.SUBMITTED)
    second = days.after(first, 2)
    at = days.office(second, 9, 30)
    for pk in returned[: len(returned) * 3 // 4]:
        claim_resubmit(claim_id=pk, answer="已经改正，请再看一次。", actor=desk.counter, at=days.clock.forward(120))
    if returned:
        at = days.office(second, 14)
        claims_screen(claim_ids=turn.of(ClaimState.SUBMITTED), actor=desk.intake, at=at)
        _passed(turn, desk, desk.intake, ClaimState.SUBMITTED)
    at = days.office(days.after(second, 1), 9, 30)
    claims_screen(claim_ids=turn.of(ClaimState.INTAKE_PASSED), actor=desk.review, at=at)
    _refused(turn, desk, desk.review, ClaimState.INTAKE_PASSED, 0.006)
    _passed(turn, desk, desk.review, ClaimState.INTAKE_PASSED)


def _returned(turn: Round, desk: Desk) -> list[int]:
    chosen = desk.some(turn.of(ClaimState.SUBMITTED), 0.04, one_of=3)
    for pk in chosen:
        marks, text = desk.teaching.random.choice(RETURNS)
        claim_return(claim_id=pk, marks=marks, text=text, actor=desk.intake, at=desk.days.clock.forward(90))
    return chosen


def _refused(turn: Round, desk: Desk, officer: User, state: ClaimState, share: float) -> None:
    """Refused for a reason of the list; a third of them appeal at the counter."""
    reasons = {one.code: one.pk for one in RefusalReason.objects.filter(effective__contains=turn.starts_on)}
    for pk in desk.some(turn.of(state), share, one_of=3 if turn.number % 3 == 2 else 40):
        place = desk.teaching.random.randrange(len(REFUSALS))
        code, text = REFUSALS[place]
        at = desk.days.clock.forward(120)
        claim_refuse(claim_id=pk, refusal_id=reasons[code], text=text, actor=officer, at=at)
        if desk.teaching.random.random() < 0.4:
            appeal_make(claim_id=pk, words=APPEALS[place], actor=desk.counter, at=desk.days.clock.forward(60))


def _passed(turn: Round, desk: Desk, officer: User, state: ClaimState) -> None:
    """Whatever is clean, a hundred at a time; what is not waits for somebody to open it."""
    waiting = turn.of(state)
    found = set(findings_open(waiting).values_list("claim", flat=True)) | set(blocks_not_run(waiting))
    found |= set(Claim.objects.filter(pk__in=waiting).exclude(risk=0).values_list("pk", flat=True))
    clean = [pk for pk in waiting if pk not in found]
    for start in range(0, len(clean), CHUNK):
        at = desk.days.clock.forward(600)
        claims_pass_clean(claim_ids=clean[start : start + CHUNK], state=state, actor=officer, at=at)


def appeals_answered(turn: Round, desk: Desk) -> None:
    """By an officer who had no part in it: most refusals stand, some cases are opened again."""
    at = desk.days.office(desk.days.after(turn.starts_on, 8), 11)
    for claim in Claim.objects.filter(pk__in=turn.claims, appeals__state="open").order_by("pk").distinct():
        appeal = claim.appeals.get(state="open")
        if claim.review_by_id == desk.other_review.pk:
            continue
        is_upheld = desk.teaching.random.random() < 0.4
        answer = "经核实登记在单位名下，予以重新办理。" if is_upheld else "经核实情况属实，维持原决定。"
        appeal_answer(appeal_id=appeal.pk, is_upheld=is_upheld, answer=answer, actor=desk.other_review, at=at)
        at = desk.days.clock.forward(300)


def claims_shown(turn: Round, desk: Desk, *, is_objected: bool) -> None:
    """公示 for its working days; somebody may object, and is answered before the days are over."""
    days = desk.days
    shown = turn.of(ClaimState.REVIEWED)
    if not shown:
        return
    at = days.office(days.after(turn.starts_on, 6), 16)
    title = f"{at.year}年第{turn.number}批职业技能培训补贴公示（演示）"
    turn.notice = notice_publish(claim_ids=shown, title=title, actor=desk.review, at=at).notice
    if is_objected:
        _objected(turn, desk)
    notice_close(notice_id=turn.notice.pk, at=days.at(turn.notice.ends_on + timedelta(days=1), 0, 10))


def _objected(turn: Round, desk: Desk) -> None:
    """Somebody says that a line is not right; an officer who did not review it finds out."""
    assert turn.notice is not None
    days, random = desk.days, desk.teaching.random
    line = random.choice(list(NoticeLine.objects.filter(notice=turn.notice).order_by("serial")))
    at = days.office(days.after(turn.notice.published_on, 2), 20)
    objection = objection_make(line_id=line.pk, entry=ObjectionEntry(random.choice(OBJECTIONS)), at=at)
    at = days.office(days.after(turn.notice.published_on, 4), 10)
    objection_answer(
        objection_id=objection.pk,
        is_upheld=False,
        answer="已核对考勤原始记录和监控，本人全程到课，异议不成立。",
        actor=desk.other_review,
        at=at,
    )
