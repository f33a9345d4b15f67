"""The officers' lists: what one may decide now, what is overdue, which are clean, which comes next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.calendar.working_days import WorkingCalendar, working_calendar
from subsidies.checks.models import Finding
from subsidies.checks.rules import check_named
from subsidies.checks.states import ORDER, FindingState
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.states import CLAIM_READERS, AppealState, ClaimState
from subsidies.review.selectors.independence import answerable_by, without_ties
from subsidies.review.states import WAITING

# The order of the desk: the nearest legal deadline first, among those of a day the most suspicious.
BY_DEADLINE = ("due_on", "-risk", "pk")
BY_RISK = ("-risk", "due_on", "pk")
SHOWN_WITH = ("worker", "scheme", "school__organisation")
# What a line of a list shows: nothing else is read, and no secret but the name is opened.
SHOWN = (
    "number", "amount_fen", "district_code", "submitted_on", "due_on", "risk", "screened_at", "state", "channel",
    "worker__name", "scheme__name", "school__organisation__name",
)  # fmt: skip


def shown(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims as lines of a list."""
    return claims.select_related(*SHOWN_WITH).only(*SHOWN)


def claims_at_desk(user: User, *, on: date) -> QuerySet[Claim]:
    """Every claim that was sent, for the offices that read them; nobody else has any here."""
    if not CLAIM_READERS & roles_of(user, on=on):
        return Claim.objects.none()
    return Claim.objects.exclude(state=ClaimState.DRAFT)


def work_list(user: User, *, on: date) -> QuerySet[Claim]:
    """What this officer may decide today: 初审 of what was sent, 复核 of what another has passed.

    Claims of her own, of a place she works at or a class she teaches, filled in or refused before by her are not there.
    """
    roles = roles_of(user, on=on)
    states = [state for state, role in WAITING.items() if role in roles]
    if not states:
        return Claim.objects.none()
    claims = Claim.objects.filter(state__in=states)
    if ClaimState.INTAKE_PASSED in states:
        claims = claims.filter(~Q(state=ClaimState.INTAKE_PASSED) | ~Q(intake_by=user))
    return without_ties(claims, user, on=on)


def overdue(claims: QuerySet[Claim], *, on: date) -> QuerySet[Claim]:
    """Those whose legal day has gone by."""
    return claims.filter(due_on__lt=on)


def corrections_overdue(user: User, *, on: date) -> QuerySet[Claim]:
    """Returned claims whose days for a correction are over. They stay open: no rule known says what becomes of them."""
    if not set(WAITING.values()) & roles_of(user, on=on):
        return Claim.objects.none()
    return overdue(claims_at_desk(user, on=on).filter(state=ClaimState.RETURNED), on=on)


def clean(claims: QuerySet[Claim], *, on: date) -> QuerySet[Claim]:
    """Those in which the checks of the day found nothing at all."""
    return claims.filter(risk=0, screened_at__gte=day_begins(on))


def unscreened(claims: QuerySet[Claim], *, on: date) -> QuerySet[Claim]:
    """Those no check has looked at on the day."""
    return claims.filter(Q(screened_at__isnull=True) | Q(screened_at__lt=day_begins(on)))


def day_begins(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def following(claims: QuerySet[Claim], claim: Claim, order: Sequence[str] = BY_DEADLINE) -> Claim | None:
    """The claim after this one in the order of the desk, else the first of the others."""
    ordered = claims.exclude(pk=claim.pk).order_by(*order)
    return ordered.filter(_after(claim, order)).first() or ordered.first()


def _after(claim: Claim, order: Sequence[str]) -> Q:
    """Whatever comes later, column by column: equal in those before, beyond in this one."""
    later, equal = Q(), Q()
    for name in order:
        column = name.lstrip("-")
        value = getattr(claim, column)
        if value is None:  # without a deadline: the last of all, so that only the columns after it decide
            equal &= Q(**{f"{column}__isnull": True})
            continue
        later |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return later


@dataclass(frozen=True, slots=True)
class Due:
    """How long is left until the legal day."""

    on: date
    left: int

    @property
    def is_over(self) -> bool:
        return self.left < 0


def dues_of(claims: Iterable[Claim], *, on: date, calendar: WorkingCalendar | None = None) -> dict[int, Due]:
    """For each claim with a legal day, that day and the working days until it; overdue ones count backwards."""
    calendar = calendar or working_calendar()
    known: dict[date, int] = {}
    found = {}
    for claim in claims:
        day = claim.due_on
        if day is None:
            continue
        if day not in known:
            # A legal day that fell on a Friday is over on Saturday, though no working day has passed since.
            known[day] = calendar.count(on, day) if day >= on else min(-calendar.count(day, on), -1)
        found[claim.pk] = Due(day, known[day])
    return found


def finding_names(claim_ids: Collection[int]) -> Mapping[int, list[str]]:
    """For each claim the names of what speaks against it, the gravest first. One query."""
    rows = Finding.objects.filter(claim__in=list(claim_ids), state=FindingState.OPEN).order_by("pk")
    names: dict[int, list[str]] = {}
    found = sorted(rows.values_list("claim_id", "check_code", "severity"), key=lambda row: ORDER[row[2]])
    for claim_id, code, _severity in found:
        check = check_named(code)
        names.setdefault(claim_id, []).append(str(check.title) if check else code)
    return names


def appeals_at_desk(user: User, *, on: date) -> QuerySet[ClaimAppeal]:
    """Appeals against refusals, for those who read claims."""
    if not CLAIM_READERS & roles_of(user, on=on):
        return ClaimAppeal.objects.none()
    return ClaimAppeal.objects.select_related("claim__worker", "claim__scheme", "claim__refusal", "answered_by")


def appeals_to_answer(user: User, *, on: date) -> QuerySet[ClaimAppeal]:
    """Open appeals that this officer may answer: she had no part in the claim and no tie to it."""
    if Role.OFFICER_REVIEW not in roles_of(user, on=on):
        return ClaimAppeal.objects.none()
    claims = answerable_by(Claim.objects.filter(state=ClaimState.REFUSED), user, on=on)
    waiting = appeals_at_desk(user, on=on).filter(state=AppealState.OPEN, claim__in=claims)
    return waiting.order_by("made_at", "pk")


def due_first() -> list[object]:
    """The order of the desk with claims without a deadline last."""
    return [F("due_on").asc(nulls_last=True), "-risk", "pk"]
