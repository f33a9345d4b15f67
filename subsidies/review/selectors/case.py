"""Everything an officer decides one claim by, on one page: in a constant number of queries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from courses.attendance.models import Attendance
from courses.attendance.states import AttendanceState
from courses.classes.models import Enrolment
from courses.completion.selectors import completions_in_force
from foundation.policy.engine import Decision, from_json, words
from foundation.policy.engine.words import check_words, step_words
from foundation.policy.states import Unit
from foundation.policy.values import figure_text
from subsidies.checks.models import Finding
from subsidies.checks.selectors import finding_words, group_names
from subsidies.checks.states import ORDER, FindingState, Severity
from subsidies.claims.models import Claim
from subsidies.claims.states import LIVE
from workers.models import Worker, WorkerGroup

TONES = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.NOTE: "info"}
# So many of her other claims and certificates are shown at once.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """How the amount came about, line by line, and what was looked at."""

    decision: Decision
    edition: int
    steps: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    unknown: list[dict[str, Any]]
    passed: list[dict[str, Any]]


def worked_out_of(claim: Claim) -> WorkedOut | None:
    """The decision that counts, in words with its articles."""
    row = claim.decisions.order_by("-edition").first()
    if row is None:
        return None
    decision = from_json(row.content)
    steps = [
        {
            "title": words(step.title),
            "done": step_words(step),
            "result": figure_text(step.result, Unit.FEN),
            "source": f"{step.doc_no} {step.article}".strip(),
            "verified": step.verified,
        }
        for step in decision.steps
    ]
    checks: list[dict[str, Any]] = [
        dict(check_words(check))
        | {"passed": check.passed, "source": f"{check.doc_no} {check.article}".strip(), "verified": check.verified}
        for check in decision.checks
        if not check.group
    ]
    return WorkedOut(
        decision,
        row.edition,
        steps,
        [check for check in checks if check["passed"] is False],
        [check for check in checks if check["passed"] is None],
        [check for check in checks if check["passed"] is True],
    )


def findings_of(claim: Claim) -> dict[str, list[dict[str, Any]]]:
    """What speaks against the claim, in words: open ones with the gravest first, those looked into, those gone."""
    rows = list(claim.findings.select_related("cleared_by", "run").order_by("pk"))
    rows.sort(key=lambda row: (ORDER[row.severity], row.pk))
    groups = group_names()
    told = [finding_told(row, groups) for row in rows]
    return {state.value: [one for one in told if one["finding"].state == state] for state in FindingState}


def finding_told(row: Finding, groups: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One finding in words, with the tone of its severity; ``groups`` where many are told at once."""
    return {"finding": row, "tone": TONES[Severity(row.severity)], **asdict(finding_words(row, groups))}


def class_of(claim: Claim) -> dict[str, Any] | None:
    """The class the certificate came from: who ran it, when, how often she was there, what was credited."""
    enrolment = claim.enrolment
    if enrolment is None:
        return None
    counted = Attendance.objects.filter(enrolment=enrolment).values_list("state").annotate(count=Count("pk"))
    states = dict(counted.order_by("state"))
    completion = completions_in_force().filter(enrolment=enrolment).first()
    facts: dict[str, Any] = completion.facts if completion else {}
    return {
        "run": enrolment.class_run,
        "enrolment": enrolment,
        "attendance": [(state.label, states[state]) for state in AttendanceState if state in states],
        "theory": facts.get("theory_hours", ""),
        "practice": facts.get("practice_hours", ""),
        "outcome": completion.get_outcome_display() if completion else "",
    }


def others_of(claim: Claim) -> dict[str, Any]:
    """Her other claims, her certificates, and her other classes."""
    worker = claim.worker_id
    claims = Claim.objects.filter(worker=worker).exclude(pk=claim.pk).exclude(state="draft")
    return {
        "claims": list(claims.select_related("scheme").order_by("-submitted_on", "-pk")[:SHOWN]),
        "level": list(
            LevelCertificate.objects.filter(worker=worker)
            .select_related("occupation", "work_type", "body__organisation")
            .defer("data")[:SHOWN]
        ),
        "training": list(
            TrainingCertificate.objects.filter(worker=worker)
            .select_related("school__organisation")
            .defer("data")[:SHOWN]
        ),
        "prior": list(PriorCertificate.objects.filter(worker=worker)[:SHOWN]),
        "classes": list(
            Enrolment.objects.filter(worker=worker)
            .exclude(pk=claim.enrolment_id or 0)
            .select_related("class_run__school__organisation")
            .order_by("-class_run__starts_on")[:SHOWN]
        ),
        "groups": list(
            WorkerGroup.objects.filter(worker=worker, withdrawn_at__isnull=True).select_related("group")[:SHOWN]
        ),
    }


def sameness_of(claim: Claim) -> list[dict[str, Any]]:
    """Hints: other people whose claims go to the same account, and files with the same telephone number."""
    told = []
    if claim.account_index is not None and claim.payee == "worker":
        same = Claim.objects.filter(account_index=claim.account_index, state__in=sorted(LIVE))
        others = list(same.exclude(worker=claim.worker_id).select_related("worker").order_by("-pk")[:SHOWN])
        if others:
            told.append({"title": _("其他人的申领也付到这个账号"), "claims": others, "people": []})
    numbers = [claim.worker.contact_phone_index]
    if claim.worker.user is not None:
        numbers.append(claim.worker.user.phone_index)
    numbers = [number for number in numbers if number is not None]
    if numbers:
        same_phone = Q(contact_phone_index__in=numbers) | Q(user__phone_index__in=numbers)
        people = list(Worker.objects.filter(same_phone).exclude(pk=claim.worker_id).order_by("pk")[:SHOWN])
        if people:
            told.append({"title": _("其他人的档案留的是同一个手机号码"), "claims": [], "people": people})
    return told


def account_differs(claim: Claim) -> bool:
    """Whether her file names another account today than the claim was sent with."""
    now = claim.worker.social_security_card_index
    return claim.payee == "worker" and now is not None and bytes(now) != bytes(claim.account_index or b"")


def documents_of(claim: Claim) -> list[dict[str, Any]]:
    """What can be opened: the papers of the claim, and those of her certificates and groups on their own pages."""
    return [
        {"pk": paper.pk, "title": paper.title, "at": paper.at, "by": paper.uploaded_by, "is_current": paper.is_current}
        for paper in claim.papers.select_related("uploaded_by").order_by("-is_current", "pk")
    ]
