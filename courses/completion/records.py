"""The hours of a completed class in the skill record: written with the judgement, changed and ended with it.

Theory, practice in the school and practice at a workplace are a line each. A line that was ended is over for good: the
hours of somebody who is found to have completed after all come as new lines, one turn further.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.classes.models import ClassRun
from courses.completion.models import ClassClose, Completion
from courses.completion.rules import NONE, TENTH
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from foundation.accounts.models import User
from workers.models import SkillRecordEntry, Worker
from workers.services import SkillEntry, skill_record_end, skill_record_write_many
from workers.states import SKILL_MOVES, HoursKind, SkillKind, SkillState

RUN = (
    "class_run__school__organisation",
    "class_run__course_version__package_version__package__occupation",
    "class_run__course_version__package_version__package__work_type",
)


def hours_write(completions: Sequence[Completion], run: ClassRun, *, on: date, actor: User | None, at: datetime) -> int:
    """Put the hours of these judgements of a class into the skill records; ``on`` is the day of its close.

    Called inside the transaction that judges. Told the same twice, nothing happens. The number of lines that stand.
    """
    known = _lines([completion.enrolment_id for completion in completions])
    lines: list[tuple[Worker, str, SkillEntry]] = []
    for completion in completions:
        hours = hours_of(completion)
        for kind in HoursKind:
            line = known.get((completion.enrolment_id, kind))
            is_over = line is not None and not SKILL_MOVES[SkillState(line.state)]
            if hours[kind]:
                reference = line.reference if line and not is_over else _next(completion.enrolment_id, kind, line)
                entry = _entry(completion, run, kind, hours[kind], on)
                if line is not None and not is_over:
                    entry = _corrected(entry, line)
                lines.append((completion.enrolment.worker, reference, entry))
            elif line is not None and not is_over:
                reason = completion.reason or _("重新认定后没有这类学时")
                skill_record_end(reference=line.reference, state=SkillState.REVOKED, reason=reason, actor=actor, at=at)
    if lines:
        skill_record_write_many(lines=lines, actor=actor, at=at)
    return len(lines)


def hours_of(completion: Completion) -> dict[HoursKind, Decimal]:
    """The hours a judgement credits, down to a tenth; none when she did not complete."""
    if completion.outcome != Outcome.COMPLETED:
        return dict.fromkeys(HoursKind, NONE)
    facts = completion.facts
    # Classes closed before the workplace was told apart have all of it under practice.
    workplace = Decimal(facts.get("workplace_hours", "0"))
    exact = {
        HoursKind.THEORY: Decimal(facts["theory_hours"]),
        HoursKind.PRACTICE: Decimal(facts["practice_hours"]) - workplace,
        HoursKind.WORKPLACE: workplace,
    }
    return {kind: hours.quantize(TENTH, rounding=ROUND_DOWN) for kind, hours in exact.items()}


def hours_record_all(*, at: datetime) -> int:
    """The hours of every class that was closed, one transaction for each: for those closed before hours were kept.

    Running it again writes nothing. The number of lines that stand.
    """
    count = 0
    for close in ClassClose.objects.order_by("pk").select_related(*RUN).iterator():
        rows = completions_in_force().filter(enrolment__class_run=close.class_run, outcome=Outcome.COMPLETED)
        with transaction.atomic():
            completions = list(rows.select_related("enrolment__worker").order_by("pk"))
            on = timezone.localdate(close.at)
            count += hours_write(completions, close.class_run, on=on, actor=None, at=at)
    return count


def _prefix(enrolment_id: int, kind: str) -> str:
    return f"completion.enrolment:{enrolment_id}:{kind}:"


def _next(enrolment_id: int, kind: str, line: SkillRecordEntry | None) -> str:
    turn = int(line.reference.rpartition(":")[2]) + 1 if line else 1
    return f"{_prefix(enrolment_id, kind)}{turn}"


def _lines(enrolments: Sequence[int]) -> dict[tuple[int, str], SkillRecordEntry]:
    """The latest line of each enrolment and kind."""
    rows = SkillRecordEntry.objects.filter(
        kind=SkillKind.TRAINING_HOURS, worker__enrolments__in=enrolments, reference__startswith="completion.enrolment:"
    )
    found: dict[tuple[int, str], SkillRecordEntry] = {}
    for line in rows.distinct().order_by("pk"):
        _label, enrolment, kind, _turn = line.reference.split(":")
        found[int(enrolment), kind] = line
    return found


def _corrected(entry: SkillEntry, line: SkillRecordEntry) -> SkillEntry:
    """The entry with the state it has: as before while it reads as before, else corrected."""
    is_same = (entry.hours, entry.title) == (line.hours, line.title)
    state = SkillState(line.state) if is_same else SkillState.CORRECTED
    return replace(entry, state=state)


def _entry(completion: Completion, run: ClassRun, kind: HoursKind, hours: Decimal, on: date) -> SkillEntry:
    package = run.course_version.package_version.package
    with override("zh-hans"):
        level_name = str(package.get_level_display()) if package.level else ""
        learnt = str(package.work_type or package.occupation)
        source = _("重新认定") if completion.replaces_id else _("结班认定")
        return SkillEntry(
            kind=SkillKind.TRAINING_HOURS,
            title=f"{learnt} {level_name}" if level_name else package.title,
            issued_on=on,
            issuer_name=str(run.school),
            source=_("班次 %(number)s %(source)s") % {"number": run.number, "source": source},
            occupation_code=package.occupation.code,
            occupation_name=package.occupation.name,
            work_type_name=package.work_type.name if package.work_type else "",
            level=package.level,
            level_name=level_name,
            hours=hours,
            hours_kind=kind,
            confirmed_by=completion.judged_by,
            confirmed_at=completion.at,
        )
