"""The totals of a rehearsal, each asked of the database, and whether they add up."""

from collections import Counter

from django.db.models import Count, Sum

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.rules import Lack
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
from portal.journey.state import Counts, Journey
from residency.evidence.models import EvidencePack, EvidenceResult
from residency.evidence.states import Outcome, PackState
from subsidies.claims.models import Claim
from subsidies.claims.states import ENDED, ClaimState
from subsidies.ledger.models import Entry
from subsidies.ledger.states import AccountKind
from subsidies.payments.models import PaymentLine
from subsidies.payments.states import LineState
from workers.models import SkillRecordEntry


def totals_take(journey: Journey) -> Counts:
    """Ask for everything, compare, and tell why people did not complete."""
    totals = journey.totals
    totals |= _roster(journey) | _people(journey) | _study(journey) | _attendance(journey) | _certificates(journey)
    totals |= _money(journey) | _evidence(journey)
    _compare(journey, totals)
    reasons: Counter[str] = Counter()
    for completion in completions_in_force().filter(enrolment__class_run=journey.run):
        reasons.update(str(check["name"]) for check in completion.failed)
    for name, people in sorted(reasons.items()):
        journey.note(f"未结业原因“{name}”：{people} 人")
    journey.facts["reasons"] = dict(sorted(reasons.items()))
    return {"checked": CHECKS}


CHECKS = 25
# Without a certificate because the class or the test was not passed.
EXPECTED = frozenset({Lack.NOT_COMPLETED, Lack.FAILED})


def _roster(journey: Journey) -> Counts:
    counts = next(step.counts for step in journey.steps if step.name == "roster")
    return dict(counts)


def _people(journey: Journey) -> Counts:
    rows = Enrolment.objects.filter(class_run=journey.run).values_list("state").annotate(people=Count("pk"))
    states = dict(rows)
    completed = states.get(EnrolmentState.COMPLETED, 0)
    not_completed = states.get(EnrolmentState.NOT_COMPLETED, 0)
    enrolled = sum(states.values())
    left = {EnrolmentState.DROPPED, EnrolmentState.WITHDRAWN, EnrolmentState.MOVED, EnrolmentState.DECLINED}
    return {
        "enrolled": enrolled,
        "completed": completed,
        "not_completed": not_completed,
        "dropped": sum(states.get(state, 0) for state in left),
        "judged": completions_in_force().filter(enrolment__class_run=journey.run).count(),
    }


def _study(journey: Journey) -> Counts:
    sums = {name: Sum(name) for name in ("reported_ms", "accepted_ms", "refused_ms")}
    log = StudyBeat.objects.filter(enrolment__class_run=journey.run).aggregate(**sums)
    progress = LessonProgress.objects.filter(enrolment__class_run=journey.run).aggregate(**sums)
    return {name: int(log[name] or 0) for name in sums} | {
        f"progress_{name}": int(progress[name] or 0) for name in sums
    }


def _attendance(journey: Journey) -> Counts:
    rows = Attendance.objects.filter(session__class_run=journey.run).values_list("state").annotate(n=Count("pk"))
    states = dict(rows)
    return {
        "sessions": meetings().filter(class_run=journey.run).count(),
        "attendances": sum(states.values()),
        **{state.value: states.get(state.value, 0) for state in AttendanceState},
    }


def _certificates(journey: Journey) -> Counts:
    issued = TrainingCertificate.objects.filter(enrolment__class_run=journey.run)
    results = Result.objects.filter(candidate__plan__class_run=journey.run, replaced_by__isnull=True)
    numbers = list(issued.order_by("serial").values_list("serial", flat=True))
    references = [f"certificates.trainingcertificate:{pk}" for pk in issued.values_list("pk", flat=True)]
    return {
        "candidates": Candidate.objects.filter(plan__class_run=journey.run).count(),
        "passed": results.filter(outcome=ResultOutcome.PASSED).count(),
        "failed": results.filter(outcome=ResultOutcome.FAILED).count(),
        "certificates": len(numbers),
        "numbers_span": numbers[-1] - numbers[0] + 1 if numbers else 0,
        "certificate_files": issued.exclude(file="").count(),
        "skill_entries": SkillRecordEntry.objects.filter(reference__in=references).count(),
    }


def _money(journey: Journey) -> Counts:
    """Claims, payment lines and ledger, each asked by itself."""
    claims = Claim.objects.filter(training_certificate__enrolment__class_run=journey.run)
    states = dict(claims.order_by().values_list("state").annotate(n=Count("pk")))
    lines = PaymentLine.objects.filter(claim__in=claims)
    numbers = list(claims.values_list("pk", flat=True))
    entries = Entry.objects.filter(claim_ref__in=numbers).values_list("account__kind").annotate(fen=Sum("amount_fen"))
    lying = dict(entries.order_by())
    steps = {step.name: step.counts for step in journey.steps}
    return {
        "claims": sum(states.values()),
        "claims_refused": sum(journey.facts.get("claim_refusals", {}).values()) + states.get(ClaimState.REFUSED, 0),
        "paid": states.get(ClaimState.PAID, 0),
        "paid_fen": claims.filter(state=ClaimState.PAID).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "lines_paid_fen": lines.filter(state=LineState.PAID).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "ledger_paid_fen": lying.get(AccountKind.PAID, 0),
        "ledger_open_fen": lying.get(AccountKind.COMMITTED, 0) + lying.get(AccountKind.IN_TRANSIT, 0),
        "ledger_sum_fen": sum(lying.values()),
        "payments_failed": lines.filter(state=LineState.FAILED).count(),
        "payments_repaired": steps["repair"]["payments_repaired"],
        "claims_open": sum(count for state, count in states.items() if state not in ENDED),
    }


def _evidence(journey: Journey) -> Counts:
    """Packs of the class's people, as they stand, and answers of the desk that were acted on."""
    people = TrainingCertificate.objects.filter(enrolment__class_run=journey.run).values("worker")
    packs = EvidencePack.objects.filter(file__worker__in=people)
    states = dict(packs.order_by().values_list("state").annotate(n=Count("pk")))
    answers = EvidenceResult.objects.filter(pack__in=packs, outcome=Outcome.ACCEPTED, is_applied=True)
    return {
        "evidence_accepted": states.get(PackState.ACCEPTED, 0),
        "evidence_refused": states.get(PackState.REFUSED, 0),
        "evidence_answers": answers.count(),
    }


def _compare(journey: Journey, totals: Counts) -> None:
    _compare_training(journey, totals)
    require = journey.require
    require("证书数 = 申领 + 未能申领", totals["certificates"], totals["claims"] + _not_sent(journey))
    require(
        "申领 = 到账 + 不予核定 + 未办结", totals["claims"], totals["paid"] + _refused(journey) + totals["claims_open"]
    )
    require("到账金额 = 银行成功金额", totals["paid_fen"], totals["lines_paid_fen"])
    require("到账金额 = 台账已付", totals["paid_fen"], totals["ledger_paid_fen"])
    require("台账每笔借贷相等", totals["ledger_sum_fen"], 0)
    require("没有未办结的申领", totals["claims_open"], 0)
    require("台账没有滞留资金", totals["ledger_open_fen"], 0)
    require("银行退回的都已更正到账", totals["payments_failed"], totals["payments_repaired"])
    require("有证书的人，材料都被采用", totals["certificates"], totals["evidence_accepted"])
    require("采用的材料 = 对方的采用答复", totals["evidence_accepted"], totals["evidence_answers"])


def _not_sent(journey: Journey) -> int:
    return sum(journey.facts.get("claim_refusals", {}).values())


def _refused(journey: Journey) -> int:
    return journey.totals["claims_refused"] - _not_sent(journey)


def _compare_training(journey: Journey, totals: Counts) -> None:
    require = journey.require
    applied = totals["rows_applied"] + totals["rows_refused"] + totals["rows_known"]
    require("名册行数 = 导入 + 退回 + 已有", totals["roster_rows"], applied)
    require("导入行数 = 学员人数", totals["rows_applied"], totals["enrolled"])
    ended = totals["completed"] + totals["not_completed"] + totals["dropped"]
    require("学员人数 = 结业 + 未结业 + 中途离开", totals["enrolled"], ended)
    require("结业认定数 = 结业 + 未结业", totals["judged"], totals["completed"] + totals["not_completed"])
    require("上报 = 计入 + 未计入（学习记录）", totals["reported_ms"], totals["accepted_ms"] + totals["refused_ms"])
    told = totals["progress_accepted_ms"] + totals["progress_refused_ms"]
    require("上报 = 计入 + 未计入（学习进度）", totals["progress_reported_ms"], told)
    require("学习记录 = 学习进度", totals["accepted_ms"], totals["progress_accepted_ms"])
    require("手机上报 = 学习记录", journey.facts["reported_by_phones"], totals["reported_ms"])
    require("准考 = 结业", totals["candidates"], totals["completed"])
    require("准考 = 合格 + 不合格", totals["candidates"], totals["passed"] + totals["failed"])
    refused = sum(count for code, count in journey.facts["certificate_refusals"].items() if code not in EXPECTED)
    require("合格 = 发证 + 因其他原因未发证", totals["passed"], totals["certificates"] + refused)
    require("证书编号没有空号", totals["certificates"], totals["numbers_span"])
    require("每张证书都有文件", totals["certificates"], totals["certificate_files"])
    require("每张证书都记入技能档案", totals["certificates"], totals["skill_entries"])
    counted = Enrolment.objects.filter(class_run=journey.run, state__in=sorted(COUNTED)).count()
    require("考勤记录 = 课次 × 人数", totals["attendances"], totals["sessions"] * counted)
