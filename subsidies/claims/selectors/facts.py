"""The facts of a case: what the platform knows that a rule may ask. Absent is unknown, never no."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone

from courses.attendance.models import Attendance
from courses.attendance.states import ATTENDED_MODES, IN_THE_ROOM
from courses.classes.models import Session
from courses.classes.states import SessionState
from courses.completion.selectors import completions_in_force
from foundation.database import in_force
from foundation.policy.values import ParameterSet
from subsidies.claims.models import Claim, SchoolAccount
from subsidies.claims.rules import Before, before_of
from subsidies.claims.selectors.claimables import Claimable
from subsidies.claims.states import LIVE, AccountState
from subsidies.registers.selectors import in_register
from subsidies.registers.states import RegisterKind
from subsidies.schemes.models import Scheme
from subsidies.schemes.rules import CaseFacts
from subsidies.schemes.selectors import ClassBook, class_book, figures_of
from subsidies.schemes.states import Lane, Payee
from workers.identity import age_on
from workers.models import InsuredMonth, Worker, WorkerGroup
from workers.states import AccountProof, InsuranceKind, Standing

# A student in her last year may claim; the group says who is.
LAST_YEAR_GROUP = "graduating_student"


class Files:
    """What is on file of these cases on a day: read once, in as many queries for two hundred people as for one.

    ``besides`` are claims that do not count against their own case: the one that is being decided.
    """

    def __init__(self, cases: Sequence[Claimable], *, on: date, besides: Collection[int] = ()) -> None:
        self.on = on
        self.workers = {case.worker.pk: case.worker for case in cases}
        self.lists = {kind: in_register(kind, self.workers, on=on) for kind in LISTS}
        self.groups = _groups(self.workers, on)
        self.months = _months(self.workers, on)
        enrolments = {case.enrolment.pk: case.enrolment.class_run_id for case in cases if case.enrolment}
        self.hours = _hours(enrolments)
        self.days = _days(enrolments)
        self.claims = _claims(self.workers, besides)
        # What she has said it cost her, in the claim that is being decided.
        stated = Claim.objects.filter(pk__in=besides, fee_fen__isnull=False)
        self.fees: dict[int, int | None] = dict(stated.values_list("worker", "fee_fen")) if besides else {}
        schools = {case.school.pk for case in cases if case.school}
        self.accounts = set(_accounts(schools)) if schools else set()

    def facts(self, case: Claimable, scheme: Scheme, figures: ParameterSet, book: ClassBook) -> CaseFacts:
        """The facts of one of the cases for one scheme."""
        pk, groups = case.worker.pk, self.groups[case.worker.pk]
        before = self._before(case, scheme, figures)
        is_student = self.lists[RegisterKind.STUDENT][pk]
        return CaseFacts(
            claimed_on=self.on,
            identity_verified=case.worker.is_verified,
            registered=self.lists[RegisterKind.REGISTRATION][pk],
            drawing_pension=self.lists[RegisterKind.PENSION][pk],
            on_payroll=self.lists[RegisterKind.PAYROLL][pk],
            student=False if is_student and LAST_YEAR_GROUP in groups else is_student,
            age=age_on(case.worker.birth_on, self.on),
            groups=groups,
            classes=self._classes(case, groups, book),
            certificate_kind=case.certificate_kind,
            certificate_valid=case.certificate_valid,
            certificate_confirmed=case.certificate_confirmed,
            level=case.level,
            occupation=case.occupation_code,
            issued_on=case.issued_on,
            counted=before.counted,
            counted_this_year=before.counted_this_year,
            same_level_claimed=before.same_level,
            higher_level_claimed=before.higher_level,
            other_fund_claimed=before.other_fund,
            insured_months=self.months.get(pk),
            hours=self.hours.get(case.enrolment.pk) if case.enrolment else None,
            days=self.days.get(case.enrolment.pk) if case.enrolment else None,
            has_account=self.has_account(case, scheme),
            fee_fen=self.fees.get(pk),
            award=case.award,
        )

    def has_account(self, case: Claimable, scheme: Scheme) -> bool:
        """Whether there is an account to pay to: hers, or the school's where the school is paid."""
        if scheme.payee == Payee.SCHOOL:
            return case.school is not None and case.school.pk in self.accounts
        return bool(card_of(case.worker))

    def _classes(self, case: Claimable, groups: tuple[str, ...], book: ClassBook) -> tuple[str, ...]:
        found = book.classes_of(
            occupation_code=case.occupation_code,
            work_type_name=case.work_type_name,
            level=case.level,
            groups=groups,
            issued_on=case.issued_on,
            on=self.on,
        )
        return tuple(sorted(found))

    def _before(self, case: Claimable, scheme: Scheme, figures: ParameterSet) -> Before:
        code = f"{scheme.code}.count.max"
        limit = figures[code] if code in figures else None  # noqa: SIM401 - a figure asked for and not there is a gap
        return before_of(
            case,
            self.claims[case.worker.pk],
            lane=Lane(scheme.lane),
            fund=scheme.fund,
            since=limit.effective.first if limit else None,
            on=self.on,
        )


# The lists of other offices that the facts ask.
LISTS = (RegisterKind.REGISTRATION, RegisterKind.PENSION, RegisterKind.PAYROLL, RegisterKind.STUDENT)


def facts_of(
    case: Claimable,
    scheme: Scheme,
    *,
    on: date,
    figures: ParameterSet | None = None,
    besides: Collection[int] = (),
) -> CaseFacts:
    """The facts of one case for a scheme on a day."""
    return facts_many([case], scheme, on=on, figures=figures, besides=besides)[0]


def facts_many(
    cases: Sequence[Claimable],
    scheme: Scheme,
    *,
    on: date,
    figures: ParameterSet | None = None,
    besides: Collection[int] = (),
) -> list[CaseFacts]:
    """The facts of many cases for a scheme, in the order of the cases; a constant number of queries."""
    files = Files(cases, on=on, besides=besides)
    figures = figures if figures is not None else figures_of(scheme, on=on)
    book = class_book(city=scheme.city_code, scheme=scheme)
    return [files.facts(case, scheme, figures, book) for case in cases]


def card_of(worker: Worker) -> str:
    """The card her money goes to; none while an account that nothing has proven to be hers opens the file.

    Whoever opened it could have typed a card of his own.
    """
    if worker.user_id is not None and worker.account_proof == AccountProof.NONE:
        return ""
    return str(worker.social_security_card)


def _groups(workers: Collection[int], on: date) -> dict[int, tuple[str, ...]]:
    """The groups somebody confirmed, in force that day, as long as policy names them."""
    rows = WorkerGroup.objects.filter(
        in_force(on),
        in_force(on, "group__effective"),
        worker__in=workers,
        withdrawn_at__isnull=True,
        standing=Standing.GUARANTEED,
    )
    found: dict[int, set[str]] = {pk: set() for pk in workers}
    for worker, code in rows.values_list("worker", "group__code"):
        found[worker].add(code)
    return {pk: tuple(sorted(codes)) for pk, codes in found.items()}


def _months(workers: Collection[int], on: date) -> dict[int, int]:
    """Months of unemployment insurance on file. Nobody's nothing is a nought: the platform may not have been told."""
    rows = InsuredMonth.objects.filter(worker__in=workers, kind=InsuranceKind.UNEMPLOYMENT, month__lte=on)
    found: dict[int, set[date]] = defaultdict(set)
    for worker, month in rows.values_list("worker", "month"):
        found[worker].add(month)
    return {pk: len(months) for pk, months in found.items()}


def _hours(enrolments: Collection[int]) -> dict[int, Decimal]:
    """Credited hours as they were frozen when the class was closed; who was not judged yet has none on file."""
    if not enrolments:
        return {}
    rows = completions_in_force().filter(enrolment__in=enrolments).values_list("enrolment", "facts")
    return {
        pk: Decimal(facts["theory_hours"]) + Decimal(facts["practice_hours"])
        for pk, facts in rows
        if "theory_hours" in facts and "practice_hours" in facts
    }


def _days(enrolments: dict[int, int]) -> dict[int, int]:
    """Days on which she was there. A class that never met in a room tells nothing of days."""
    if not enrolments:
        return {}
    held = Session.objects.filter(class_run__in=set(enrolments.values()), mode__in=sorted(ATTENDED_MODES))
    met = set(held.filter(state=SessionState.HELD).values_list("class_run", flat=True))
    found: dict[int, set[date]] = {pk: set() for pk, run in enrolments.items() if run in met}
    rows = Attendance.objects.filter(enrolment__in=enrolments, state__in=sorted(IN_THE_ROOM))
    for pk, starts_at in rows.values_list("enrolment", "session__starts_at"):
        if pk in found:
            found[pk].add(timezone.localdate(starts_at))
    return {pk: len(days) for pk, days in found.items()}


def _claims(workers: Collection[int], besides: Collection[int]) -> dict[int, list[Claim]]:
    """What each of them has claimed that stands or was paid."""
    found: dict[int, list[Claim]] = {pk: [] for pk in workers}
    rows = Claim.objects.filter(worker__in=workers, state__in=sorted(LIVE)).exclude(pk__in=besides)
    for claim in rows.defer("account"):
        found[claim.worker_id].append(claim)
    return found


def _accounts(schools: Collection[int]) -> Sequence[int]:
    held = SchoolAccount.objects.filter(school__in=schools, state=AccountState.IN_FORCE)
    return list(held.values_list("school", flat=True))
