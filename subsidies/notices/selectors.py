"""Notices as the public and the desk read them: what is shown, what waits, what was said against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet, Sum

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from subsidies.checks.selectors import blocks_open
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.selectors.ties import no_affair_of, not_decided_by
from subsidies.claims.states import ClaimState
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.states import NOTICE_READERS, LineState, NoticeState, ObjectionState

NAMES_DAYS = "subsidy.notice.names_days"
# What stands in a line while somebody can read it: her claim is being shown, or has passed.
STANDING = Q(state=LineState.PASSED) | Q(state=LineState.SHOWN, claim__state=ClaimState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many and how much a notice shows or showed."""

    count: int
    amount_fen: int
    removed: int


def notices_public() -> QuerySet[PublicNotice]:
    """Every notice there ever was, the newest first, with how many and how much it shows."""
    return PublicNotice.objects.annotate(
        people=Count("lines", filter=_standing("lines__")),
        amount_fen=Sum("lines__amount_fen", filter=_standing("lines__"), default=0),
    ).order_by("-published_on", "-pk")


def _standing(path: str) -> Q:
    return Q(**{f"{path}state": LineState.PASSED}) | Q(
        **{f"{path}state": LineState.SHOWN, f"{path}claim__state": ClaimState.PUBLISHED}
    )


def names_until(notice: PublicNotice) -> date:
    """The last day on which names are on the public page; the last of the notice when nobody has set more."""
    try:
        days = int(parameter_on(NAMES_DAYS, city=settings.CITY_CODE, on=notice.ends_on).value)
    except PolicyGapError:
        days = 0
    return notice.ends_on + timedelta(days=days)


def names_shown(notice: PublicNotice, *, on: date) -> bool:
    return on <= names_until(notice)


def lines_of(notice: PublicNotice) -> QuerySet[NoticeLine]:
    """All lines in their order; ``is_standing`` says whether a line is still shown with its name."""
    standing = ExpressionWrapper(STANDING, output_field=BooleanField())
    return NoticeLine.objects.filter(notice=notice).annotate(is_standing=standing).order_by("serial")


def totals_of(notice: PublicNotice) -> Totals:
    """What the lines come to, without those that left the notice."""
    lines = NoticeLine.objects.filter(notice=notice)
    found = lines.filter(STANDING).aggregate(count=Count("pk"), amount=Sum("amount_fen"))
    return Totals(found["count"], found["amount"] or 0, lines.count() - found["count"])


def totals_by_scheme(notice: PublicNotice) -> list[Any]:
    """What stays on the page once the names are gone."""
    rows = NoticeLine.objects.filter(STANDING, notice=notice).order_by("scheme_name").values("scheme_name")
    return list(rows.annotate(people=Count("pk"), amount_fen=Sum("amount_fen")))


def was_dismissed(claim: Claim) -> bool:
    """Whether an objection to the claim was looked into and dismissed since the claim was last approved.

    Whoever makes it again, in this notice or the next, must not take the claim out by it for ever.
    """
    passed = claim.events.filter(action="pass_review").order_by("-pk").values_list("at", flat=True).first()
    known = Objection.objects.filter(line__claim=claim, state=ObjectionState.DISMISSED)
    return passed is not None and known.filter(answered_at__gte=passed).exists()


def with_open_objection(lines: QuerySet[NoticeLine]) -> QuerySet[NoticeLine]:
    """Those of the lines to which an objection waits for its answer."""
    return lines.filter(Exists(Objection.objects.filter(line=OuterRef("pk"), state=ObjectionState.OPEN)))


def can_be_objected(line: NoticeLine, *, on: date) -> bool:
    """While the notice lasts, against a line that is shown, or that somebody else has objected to already."""
    running = line.notice.state == NoticeState.OPEN and on <= line.notice.ends_on
    is_there = line.state == LineState.SHOWN and line.claim.state == ClaimState.PUBLISHED
    return running and (is_there or (line.state == LineState.DISPUTED and line.claim.state == ClaimState.DISPUTED))


def claims_to_publish(user: User, *, on: date) -> QuerySet[Claim]:
    """What was reviewed and is to be shown by her: not what is an affair of her own."""
    claims = Claim.objects.filter(state=ClaimState.REVIEWED) if _reads(user, on) else Claim.objects.none()
    claims = no_affair_of(claims, user, on=on)
    return claims.select_related("scheme", "worker").order_by("scheme_id", "pk")


@dataclass(frozen=True, slots=True)
class SchemeSum:
    """What of a scheme can be shown now."""

    scheme_id: int
    name: str
    count: int
    amount_fen: int


def sums_by_scheme(claims: QuerySet[Claim], *, without: Collection[int]) -> list[SchemeSum]:
    """How many and how much, scheme by scheme."""
    rows = claims.exclude(pk__in=without).order_by("scheme__name").values("scheme", "scheme__name")
    return [
        SchemeSum(row["scheme"], row["scheme__name"], row["count"], row["amount"])
        for row in rows.annotate(count=Count("pk"), amount=Sum("amount_fen"))
    ]


def blocked_among(claims: QuerySet[Claim]) -> frozenset[int]:
    """Those that something speaks against which nobody has cleared up."""
    return frozenset(blocks_open(list(claims.values_list("pk", flat=True))))


def notices_visible_to(user: User, *, on: date) -> QuerySet[PublicNotice]:
    """The desk's list: with the objections that wait."""
    if not _reads(user, on):
        return PublicNotice.objects.none()
    waiting = Count("lines__objections", filter=Q(lines__objections__state=ObjectionState.OPEN), distinct=True)
    return PublicNotice.objects.annotate(
        people=Count("lines", filter=_standing("lines__"), distinct=True), waiting=waiting
    ).order_by("-published_on", "-pk")


def objections_visible_to(user: User, *, on: date) -> QuerySet[Objection]:
    """The desk's list of objections, those due first at the top when sorted so."""
    found = Objection.objects.all() if _reads(user, on) else Objection.objects.none()
    return found.select_related("line__notice", "line__claim__worker", "line__claim__scheme", "answered_by")


def objections_to_answer(user: User, *, on: date) -> QuerySet[Objection]:
    """Those this officer may answer: of claims she never decided and has no tie to."""
    return _answerable(objections_visible_to(user, on=on).filter(state=ObjectionState.OPEN), user, on=on)


def may_answer(objection: Objection, user: User, *, on: date) -> bool:
    """Not whoever ever decided the claim, filled it in, helped with it or has a tie to it."""
    return _answerable(Objection.objects.filter(pk=objection.pk), user, on=on).exists()


def _answerable(objections: QuerySet[Objection], user: User, *, on: date) -> QuerySet[Objection]:
    """By the claims' events: a return or a new decision wipes the columns of a claim, not what she did.

    Two objections to one line may be upheld by the same officer; one made after she upheld another is for others.
    """
    claims = Claim.objects.filter(notice_lines__objections__in=objections.order_by().values("pk"))
    free = not_decided_by(no_affair_of(claims, user, on=on), user)
    upheld = ClaimEvent.objects.filter(
        claim=OuterRef("line__claim"), action="uphold_objection", actor=user, at__lt=OuterRef("made_at")
    )
    return objections.filter(~Exists(upheld), line__claim__in=free)


def is_answerer(viewer: User, subject: Model, on: date) -> bool:
    """Whether the name and telephone of who objected are hers to see: only of objections she may answer."""
    return isinstance(subject, Objection) and may_answer(subject, viewer, on=on)


def objection_by_receipt(number: str) -> Objection | None:
    """What somebody asks for who has the number."""
    return Objection.objects.select_related("line__notice").filter(number=number).first()


def notices_due(*, on: date) -> QuerySet[PublicNotice]:
    """Open notices whose last day is over."""
    return PublicNotice.objects.filter(state=NoticeState.OPEN, ends_on__lt=on).order_by("pk")


def lines_stale(claim_ids: Collection[int]) -> QuerySet[NoticeLine]:
    """Lines still marked as shown whose claim went back to the reviewers' table meanwhile."""
    return NoticeLine.objects.filter(claim__in=claim_ids, state=LineState.SHOWN).filter(
        ~Q(claim__state=ClaimState.PUBLISHED)
    )


def _reads(user: User, on: date) -> bool:
    return bool(NOTICE_READERS & roles_of(user, on=on))
