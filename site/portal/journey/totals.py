"""The totals of a rehearsal, each asked of the database anew, and whether they add up.

None of them is taken from what a step counted: two ways to the same number are compared, or a sum with its parts.
"""

from collections import Counter

from django.db.models import Count, Q, Sum

from certifications.certificates.models import BatchItem, TrainingCertificate
from certifications.certificates.rules import Lack
from certifications.certificates.states import ItemState
from certifications.plans.models import Candidate
from certifications.scoring.models import Result
from certifications.scoring.states import ResultOutcome
from courses.attendance.models import Attendance
from courses.attendance.selectors import meetings
from courses.attendance.states import AttendanceState
from courses.classes.models import Enrolment
from courses.classes.states import COUNTED, EnrolmentState
from courses.completion.selectors import completions_in_force
from courses.study.models import LessonProgress, StudyBeat
from foundation.imports.models import ImportRow
from foundation.imports.states import RowState, Severity
from portal.journey.bank_files import outcomes_in
from portal.journey.checks import balance_check
from portal.journey.files import rows_in
from portal.journey.rosters import is_full
from portal.journey.state import Counts, Journey
from residency.evidence.models import EvidencePack, EvidenceResult
from residency.evidence.states import Outcome, PackState
from subsidies.claims.models import Claim
from subsidies.claims.states import ENDED, ClaimState
from subsidies.ledger.models import Entry
from subsidies.ledger.states import AccountKind
from subsidies.payments.models import PaymentLine
from subsidies.payments.selectors.reconciling import reconciliation_of
from subsidies.payments.states import LineState
from workers.models import SkillRecordEntry

# Without a certificate because the class or the test was not passed.
EXPECTED = frozenset({Lack.NOT_COMPLETED, Lack.FAILED})


def totals_take(journey: Journey) -> Counts:
    """Ask for everything, compare, and tell why people did not complete."""
    totals = journey.totals
    totals |= _roster(journey) | _people(journey) | _study(journey) | _attendance(journey) | _certificates(journey)
    totals |= _money(journey) | _evidence(journey)
    reasons: Counter[str] = Counter()
    for completion in completions_in_force().filter(enrolment__class_run__in=journey.runs):
        reasons.update(str(check["name"]) for check in completion.failed)
    for name, people in sorted(reasons.items()):
        journey.note(f"未结业原因“{name}”：{people} 人")
    journey.facts["reasons"] = dict(sorted(reasons.items()))
    return {"checked": balance_check(journey, totals)}


def _roster(journey: Journey) -> Counts:
    """What became of each row, and how many rows there are when the file is read by itself."""
    batches = [held.batch for held in journey.classes if held.batch is not None]
    in_file = rows_in(journey.plan.roster, "roster")
    if not batches:
        # It ended before there was a class: nobody of the file was let in.
        return dict.fromkeys(ROSTER, 0) | {"roster_rows": in_file, "rows_refused": in_file, "rows_in_file": in_file}
    rows = ImportRow.objects.filter(batch__in=batches)
    states = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    faulty = list(rows.filter(state=RowState.FAULTY).only("pk", "batch", "issues"))
    seatless = [row for row in faulty if is_full(row)]
    # Whoever found no seat is a row of the next class's file too; in the last class there is no next.
    moved = sum(row.batch_id != batches[-1].pk for row in seatless)
    repaired = rows.filter(state=RowState.APPLIED, issues__contains=[{"severity": Severity.REPAIRED.value}])
    return {
        "roster_rows": batches[0].rows.count(),
        "rows_in_file": in_file,
        "rows_applied": states.get(RowState.APPLIED, 0),
        "rows_refused": len(faulty) - moved,
        "rows_known": states.get(RowState.KNOWN, 0),
        "rows_waiting": states.get(RowState.READY, 0),
        "rows_repaired": repaired.count(),
        "rows_moved": moved,
        "rows_brought_on": sum(batch.rows.count() for batch in batches[1:]),
        "classes": len(journey.classes),
    }


ROSTER = ("roster_rows", "rows_in_file", "rows_applied", "rows_refused", "rows_known", "rows_waiting",
          "rows_repaired", "rows_moved", "rows_brought_on", "classes")  # fmt: skip


def _people(journey: Journey) -> Counts:
    enrolled = Enrolment.objects.filter(class_run__in=journey.runs)
    states = dict(enrolled.order_by().values_list("state").annotate(people=Count("pk")))
    left = {EnrolmentState.DROPPED, EnrolmentState.WITHDRAWN, EnrolmentState.MOVED, EnrolmentState.DECLINED}
    ended = left | {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}
    return {
        "enrolled": sum(states.values()),
        "people": enrolled.values("worker").distinct().count(),
        "completed": states.get(EnrolmentState.COMPLETED, 0),
        "not_completed": states.get(EnrolmentState.NOT_COMPLETED, 0),
        "dropped": sum(states.get(state, 0) for state in left),
        "unfinished": sum(count for state, count in states.items() if state not in ended),
        "judged": completions_in_force().filter(enrolment__class_run__in=journey.runs).count(),
    }


def _study(journey: Journey) -> Counts:
    sums = {name: Sum(name) for name in ("reported_ms", "accepted_ms", "refused_ms")}
    log = StudyBeat.objects.filter(enrolment__class_run__in=journey.runs).aggregate(**sums)
    progress = LessonProgress.objects.filter(enrolment__class_run__in=journey.runs).aggregate(**sums)
    return {name: int(log[name] or 0) for name in sums} | {
        f"progress_{name}": int(progress[name] or 0) for name in sums
    }


def _attendance(journey: Journey) -> Counts:
    rows = Attendance.objects.filter(session__class_run__in=journey.runs).values_list("state").annotate(n=Count("pk"))
    states = dict(rows.order_by())
    due = 0
    for run in journey.runs:
        counted = Enrolment.objects.filter(class_run=run, state__in=sorted(COUNTED)).count()
        due += meetings().filter(class_run=run).count() * counted
    return {
        "sessions": meetings().filter(class_run__in=journey.runs).count(),
        "attendances": sum(states.values()),
        "attendances_due": due,
        **{state.value: states.get(state.value, 0) for state in AttendanceState},
    }


def _certificates(journey: Journey) -> Counts:
    issued = TrainingCertificate.objects.filter(enrolment__class_run__in=journey.runs)
    results = Result.objects.filter(candidate__plan__class_run__in=journey.runs, replaced_by__isnull=True)
    spans: dict[int, list[int]] = {}
    for year, serial in issued.values_list("series_year", "serial"):
        spans.setdefault(year, []).append(serial)
    references = [f"certificates.trainingcertificate:{pk}" for pk in issued.values_list("pk", flat=True)]
    refused = BatchItem.objects.filter(batch__class_run__in=journey.runs, state=ItemState.REFUSED)
    return {
        "candidates": Candidate.objects.filter(plan__class_run__in=journey.runs).count(),
        "passed": results.filter(outcome=ResultOutcome.PASSED).count(),
        "failed": results.filter(outcome=ResultOutcome.FAILED).count(),
        "certificates": len(references),
        "certificates_refused": refused.exclude(code__in=sorted(EXPECTED)).count(),
        "numbers_span": sum(max(serials) - min(serials) + 1 for serials in spans.values()),
        "certificate_files": issued.exclude(file="").count(),
        "skill_entries": SkillRecordEntry.objects.filter(reference__in=references).count(),
    }


def _money(journey: Journey) -> Counts:
    """Claims, payment lines, the bank's own files and the ledger, each asked by itself."""
    claims = Claim.objects.filter(training_certificate__enrolment__class_run__in=journey.runs)
    states = dict(claims.order_by().values_list("state").annotate(n=Count("pk")))
    lines = PaymentLine.objects.filter(claim__in=claims)
    numbers = list(claims.values_list("pk", flat=True))
    entries = Entry.objects.filter(claim_ref__in=numbers).values_list("account__kind").annotate(fen=Sum("amount_fen"))
    lying = dict(entries.order_by())
    bank = outcomes_in(journey.facts.get("bank_files", ()))
    issued = TrainingCertificate.objects.filter(enrolment__class_run__in=journey.runs).count()
    declined = issued - claims.values("training_certificate").distinct().count()
    failed = Q(payment_lines__state=LineState.FAILED)
    return {
        "claims": issued,
        "claims_taken": sum(states.values()),
        "claims_declined": declined,
        "claims_refused": declined + states.get(ClaimState.REFUSED, 0),
        "claims_open": sum(count for state, count in states.items() if state not in ENDED),
        "paid": states.get(ClaimState.PAID, 0),
        "paid_fen": claims.filter(state=ClaimState.PAID).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "payment_lines": lines.count(),
        "lines_paid": lines.filter(state=LineState.PAID).count(),
        "lines_waiting": lines.filter(state=LineState.WAITING).count(),
        "lines_paid_fen": lines.filter(state=LineState.PAID).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "bounced_fen": lines.filter(state=LineState.FAILED).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "bank_lines_paid": bank["paid"],
        "bank_lines_failed": bank["failed"],
        "bank_paid_fen": bank["paid_fen"],
        "ledger_paid_fen": lying.get(AccountKind.PAID, 0),
        "ledger_open_fen": lying.get(AccountKind.COMMITTED, 0) + lying.get(AccountKind.IN_TRANSIT, 0),
        "ledger_sum_fen": sum(lying.values()),
        "payments_failed": lines.filter(state=LineState.FAILED).count(),
        "payments_repaired": claims.filter(failed, state=ClaimState.PAID).distinct().count(),
        "books_differ": len(reconciliation_of().differences),
        "claims_bounced": claims.filter(failed).distinct().count(),
    }


def _evidence(journey: Journey) -> Counts:
    """The packs that were sent, as they stand, what they say, and the answers of the desk that were acted on."""
    packs = EvidencePack.objects.filter(pk__in=journey.facts.get("packs", ())).select_related("file")
    states = Counter(pack.state for pack in packs)
    answers = EvidenceResult.objects.filter(pack__in=packs, outcome=Outcome.ACCEPTED, is_applied=True)
    issued = TrainingCertificate.objects.filter(enrolment__class_run__in=journey.runs)
    numbers = dict(issued.values_list("worker", "number"))
    told = sum(
        pack.state == PackState.ACCEPTED and numbers.get(pack.file.worker_id, "-") in pack.content for pack in packs
    )
    return {
        "evidence_sent": sum(states.values()),
        "evidence_accepted": states[PackState.ACCEPTED],
        "evidence_refused": states[PackState.REFUSED],
        "evidence_unsent": len(numbers) - len({pack.file.worker_id for pack in packs}),
        "evidence_answers": answers.values("pack").distinct().count(),
        "evidence_with_certificate": told,
    }
