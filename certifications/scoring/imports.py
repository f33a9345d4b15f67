"""成绩单: the marks of a plan as schools and bodies have them, checked row by row and entered by the services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.states import CandidateState, PartKind
from certifications.scoring.columns import COLUMNS, PARTS, Reading
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PartScore
from certifications.scoring.selectors import scores_in_force
from certifications.scoring.services.common import marking_required
from certifications.scoring.services.scores import ScoreEntry, scores_enter
from certifications.scoring.states import DESK, ScoreSource, ScoreState
from certifications.scoring.words import score_words
from foundation.accounts.models import Organisation, User
from foundation.crypto.cipher import blind_indexes
from foundation.imports.checking import duplicates
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import ImportedRow, Kind
from foundation.imports.registry import register
from workers.models import Worker

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch

KIND = "scores"


@dataclass(frozen=True)
class Lookups:
    """Everything the checks of one file ask the database for."""

    plan: AssessmentPlan
    parts: dict[str, bool]
    workers: dict[str, Worker]
    candidates: dict[int, Candidate]
    by_ticket: dict[str, Candidate]
    scores: dict[tuple[int, str], PartScore]


def plan_of_target(target: str, organisation: Organisation | None) -> AssessmentPlan:
    """The plan a score sheet is for; refuses a file that says none, or another organisation's."""
    plan = AssessmentPlan.objects.filter(number=target, organisation=organisation).first()
    if plan is None:
        raise ImportRefusedError("no_plan", _("请先打开要登记成绩的考核计划，在“成绩”页上传成绩单。"))
    return plan


@register
class ScoresKind(Kind):
    """One row is one person with all her parts. Marks on record already are left alone."""

    code = KIND
    title = gettext_lazy("成绩单")
    help_text = gettext_lazy("一次考核的成绩，每行一人。请从考核计划的“成绩”页上传。")
    columns = COLUMNS
    roles = DESK
    belongs_to_organisation = True

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        """Refuse a file without a plan, and one for a plan whose marks are not being given."""
        try:
            marking_required(plan_of_target(target, organisation))
        except ScoringError as error:
            raise ImportRefusedError(error.code, error.message) from error

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        plan = plan_of_target(batch.target, batch.organisation)
        now = timezone.now()
        people = {one.worker_id: one for one in Candidate.objects.filter(plan=plan).select_related("worker")}
        kinds = dict(plan.parts.values_list("pk", "kind"))
        return Lookups(
            plan=plan,
            parts={part.kind: part.starts_at <= now for part in plan.parts.all()},
            workers=_workers([row.values["id_number"] for row in rows if "id_number" in row.values]),
            candidates=people,
            by_ticket={one.ticket_number: one for one in people.values()},
            scores={
                (score.candidate_id, kinds[score.part_id]): score for score in scores_in_force().filter(part__plan=plan)
            },
        )

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        candidate = _candidate(row, context)
        if candidate is not None:
            row.values["candidate"] = candidate.pk
            _check_ticket(row, candidate, context)
        _check_parts(row, context)
        if candidate is not None:
            _check_known(row, candidate, context)

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        for row, earlier in duplicates(rows, "id_number"):
            row.error(
                "id_number",
                "same_person",
                _("与第 %(line)d 行是同一个人。") % {"line": earlier.line},
                _("同一个人只保留一行。"),
            )

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        plan = plan_of_target(batch.target, batch.organisation)
        entries = [entry for row in rows for entry in _entries(row)]
        scores_enter(plan_id=plan.pk, entries=entries, source=ScoreSource.FILE, actor=actor, at=timezone.now())
        return [str(row.values["candidate"]) for row in rows]


def _workers(numbers: Sequence[str]) -> dict[str, Worker]:
    """The files of these numbers: one query however many they are."""
    by_index = {index: number for number in set(numbers) for index in blind_indexes("id_number", number)}
    found = Worker.objects.filter(id_number_index__in=list(by_index))
    return {by_index[bytes(worker.id_number_index)]: worker for worker in found}


def _candidate(row: ImportedRow, context: Lookups) -> Candidate | None:
    """The candidate of the row, found by ID number; says why there is none."""
    number = row.values.get("id_number")
    if number is None:
        return None
    worker = context.workers.get(number)
    if worker is None:
        row.error(
            "id_number",
            "unknown",
            _("平台上没有这个身份证号码的人。"),
            _("请对照身份证核对号码；没有报名的人，不能登记成绩。"),
        )
        return None
    candidate = context.candidates.get(worker.pk)
    if candidate is None:
        row.error(
            "id_number",
            "not_candidate",
            _("此人不在这次考核的准考名单里。"),
            _("请核对是不是别的考核计划；应当参加的，先在考核计划里登记准考。"),
        )
        return None
    if "name" in row.values and row.values["name"] != worker.name:
        row.error(
            "name",
            "name_differs",
            _("这个身份证号码的档案上是另一个姓名。"),
            _("请对照身份证，核对姓名和号码哪一个写错了，成绩是不是抄串了行。"),
        )
    if candidate.state != CandidateState.ADMITTED:
        row.error(
            "id_number",
            "not_admitted",
            _("此人是“%(state)s”，不登记成绩。") % {"state": candidate.get_state_display()},
            _("请删除这一行；状态不对的，先在考核计划里更正。"),
        )
    return candidate


def _check_ticket(row: ImportedRow, candidate: Candidate, context: Lookups) -> None:
    ticket = row.values.get("ticket")
    if not ticket or ticket == candidate.ticket_number:
        return
    if ticket in context.by_ticket:
        row.error(
            "ticket",
            "ticket_of_another",
            _("这个准考证号是另一名考生的。"),
            _("请核对这一行的准考证号、姓名和身份证号码，成绩是不是抄串了行。"),
        )
    else:
        row.warn(
            "ticket",
            "own_numbering",
            _("和平台的准考证号不同，已按身份证号码找到本人。"),
            _("用自己的编号不影响登记。"),
        )


def _check_parts(row: ImportedRow, context: Lookups) -> None:
    """The parts the plan has, each begun; at least one of them has a mark."""
    for code in PARTS:
        if code not in row.values:
            continue
        if code not in context.parts:
            row.error(code, "no_part", _("这次考核没有这一部分。"), _("请删除这一列的内容。"))
        elif not context.parts[code]:
            row.error(code, "not_yet", _("这一部分还没有开始考。"), _("考完以后再登记。"))
    has_trouble = any(issue.column in PARTS for issue in row.issues)
    if not any(code in row.values for code in PARTS) and not has_trouble:
        row.error("", "no_marks", _("这一行没有成绩。"), _("请填写成绩；没有参加的填“缺考”。"))


def _check_known(row: ImportedRow, candidate: Candidate, context: Lookups) -> None:
    """Marks on record: the same are left alone, others are refused."""
    there = 0
    given = [code for code in PARTS if code in row.values]
    for code in given:
        score = context.scores.get((candidate.pk, code))
        if score is None:
            continue
        reading: Reading = row.values[code]
        state = ScoreState.ABSENT if reading.is_absent else ScoreState.MARKED
        if (score.state, score.mark) == (state, reading.mark):
            there += 1
            continue
        row.error(
            code,
            "exists",
            _("已经登记为“%(found)s”，和这里不同。") % {"found": score_words(score)},
            _("要改的，请由没有录入过的同事在这名考生的页面上“更正成绩”，写明原因。"),
        )
    if given and there == len(given):
        row.known(str(candidate.pk))


def _entries(row: ImportedRow) -> list[ScoreEntry]:
    return [
        ScoreEntry(row.values["candidate"], PartKind(code), row.values[code].mark, row.values[code].is_absent)
        for code in PARTS
        if code in row.values
    ]
