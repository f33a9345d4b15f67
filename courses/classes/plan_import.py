"""实施性培训计划 brought as a file: one row is one session of the class run it is brought to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.catalogue.models import PackageUnit
from courses.classes.models import ClassRun
from courses.classes.plan_columns import COLUMNS, Hours
from courses.classes.rules.hours import CREDITED_HOUR
from courses.classes.services.plan import SessionEntry, sessions_add
from courses.classes.states import EDITABLE, ONSITE, SessionMode
from courses.schools.models import Premises, Teacher
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.imports.kinds import ImportedRow, Kind
from foundation.imports.models import ImportBatch
from foundation.imports.registry import register

CODE = "class_plan"


@dataclass(frozen=True)
class Lookups:
    """Whom, where and what the rows may name, and the sessions that are in the plan already."""

    run: ClassRun | None
    teachers: dict[str, list[int]]
    premises: dict[str, int]
    units: dict[str, int]
    sessions: dict[tuple[datetime, str], int]


@register
class ClassPlanKind(Kind):
    """A row that stands in the plan already, with the same hour and content, is left alone."""

    code = CODE
    title = gettext_lazy("授课计划")
    help_text = gettext_lazy("实施性培训计划，每行一次课。请从班次的“授课计划”页面上传，教师和地点要先在本校登记。")
    columns = COLUMNS
    roles = frozenset({Role.SCHOOL_STAFF})
    belongs_to_organisation = True

    def prepare(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        run = ClassRun.objects.filter(
            pk=int(batch.target) if batch.target.isdecimal() else 0, school__organisation=batch.organisation
        ).first()
        if run is None:
            return Lookups(None, {}, {}, {}, {})
        teachers: dict[str, list[int]] = {}
        for pk, name in Teacher.objects.filter(school=run.school_id).values_list("pk", "name"):
            teachers.setdefault(name, []).append(pk)
        version = run.course_version.package_version_id
        units = PackageUnit.objects.filter(module__version=version).values_list("pk", "title", "code")
        return Lookups(
            run,
            teachers,
            dict(Premises.objects.filter(school=run.school_id).values_list("name", "pk")),
            {name: pk for pk, title, code in units for name in (title, code)},
            {(starts, content): pk for pk, starts, content in run.sessions.values_list("pk", "starts_at", "content")},
        )

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        if context.run is None:
            row.error("day", "no_class", _("没有说明是哪个班次的计划。"), _("请从班次的“授课计划”页面上传。"))
            return
        if context.run.state not in EDITABLE:
            row.error("day", "not_editable", _("班次已提交或已备案，不能再导入计划。"), _("待审核的可以先撤回。"))
            return
        _check_people(row, context)
        _check_unit(row, context)
        _check_hours(row)
        if row.is_sound and {"day", "hours", "content"} <= row.values.keys():
            entry = entry_of(row, context)
            known = context.sessions.get((entry.starts_at, entry.content))
            if known is not None:
                row.known(str(known))

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        seen: dict[tuple[date, Hours, str], ImportedRow] = {}
        for row in rows:
            if not {"day", "hours", "content"} <= row.values.keys():
                continue
            key = (row.values["day"], row.values["hours"], row.values["content"])
            earlier = seen.setdefault(key, row)
            if earlier is not row:
                row.error(
                    "day",
                    "duplicate",
                    _("与第 %(line)d 行的日期、时间和内容都相同。") % {"line": earlier.line},
                    _("同一次课只保留一行。"),
                )

    def apply_chunk(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        context = self.prepare(batch, rows, on=on)
        entries = [entry_of(row, context) for row in rows]
        made = sessions_add(class_run_id=int(batch.target), entries=entries, actor=actor, at=timezone.now())
        return [str(session.pk) for session in made]


def _check_people(row: ImportedRow, context: Lookups) -> None:
    teacher, place = row.values.get("teacher"), row.values.get("place")
    if teacher and len(context.teachers.get(teacher, [])) != 1:
        if teacher in context.teachers:
            row.error("teacher", "two_teachers", _("本校有两位同名的教师。"), _("请不填这一格，导入后在页面上选择。"))
        else:
            fix = _("请核对姓名，或先到“教师”中登记。")
            row.error("teacher", "teacher_unknown", _("本校没有登记这位教师。"), fix)
    if place and place not in context.premises and mode_of(row) in ONSITE:
        fix = _("请写成登记的场所名称，或先到“教学场所”中登记。")
        row.error("place", "place_unknown", _("本校没有登记这个场所。"), fix)
    if place and mode_of(row) not in ONSITE:
        row.warn("place", "place_online", _("线上课没有地点，这一格没有采用。"))


def _check_unit(row: ImportedRow, context: Lookups) -> None:
    named = row.values.get("unit")
    if named and named not in context.units:
        fix = _("请照培训包填写单元名称或代码，或不填。")
        row.error("unit", "unit_unknown", _("培训包里没有这个学习单元。"), fix)
    elif not named and "content" in row.values and unit_of(row, context) is None:
        fix = _("没有对应单元的课次不计入单元学时；请在“学习单元”列写明，或导入后在页面上选择。")
        row.warn("content", "unit_unclear", _("看不出属于哪个学习单元。"), fix)


def _check_hours(row: ImportedRow) -> None:
    hours: Hours | None = row.values.get("hours")
    if hours is not None and hours.ends is None:
        if _credited(row):
            row.repaired("hours", "end_added", _("没有写结束时间，已按课时推算，每学时 45 分钟。"))
        else:
            row.error("hours", "no_end", _("没有结束时间，也没有课时。"), _("请写成 19:00-21:15 的样子。"))
    if mode_of(row) in {SessionMode.LIVE, SessionMode.ONLINE} and row.values.get("practice"):
        row.error("practice", "practice_online", _("线上课不能计实操课时。"), _("请改授课方式，或去掉实操课时。"))


def _credited(row: ImportedRow) -> Decimal:
    theory: Decimal = row.values.get("theory", Decimal(0))
    practice: Decimal = row.values.get("practice", Decimal(0))
    return theory + practice


def mode_of(row: ImportedRow) -> SessionMode:
    """As written; else practice where there are hours of practice."""
    written = row.values.get("mode")
    if isinstance(written, SessionMode):
        return written
    return SessionMode.PRACTICE if row.values.get("practice") else SessionMode.CLASSROOM


def unit_of(row: ImportedRow, context: Lookups) -> int | None:
    """The unit that is named, or the one whose name the content is or begins with."""
    named, content = row.values.get("unit"), row.values["content"]
    if named:
        return context.units.get(named)
    fitting = [name for name in context.units if content.startswith(name)]
    return context.units[max(fitting, key=len)] if fitting else None


def entry_of(row: ImportedRow, context: Lookups) -> SessionEntry:
    """The session a sound row describes."""
    day, hours, mode = row.values["day"], row.values["hours"], mode_of(row)
    starts_at = datetime.combine(day, hours.starts, timezone.get_default_timezone())
    ends_at = (
        datetime.combine(day, hours.ends, timezone.get_default_timezone())
        if hours.ends
        else starts_at + timedelta(seconds=float(_credited(row)) * CREDITED_HOUR.total_seconds())
    )
    return SessionEntry(
        mode=mode,
        starts_at=starts_at,
        ends_at=ends_at,
        content=row.values["content"],
        teacher_id=next(iter(context.teachers.get(row.values.get("teacher", ""), [])), None),
        premises_id=context.premises.get(row.values.get("place", "")) if mode in ONSITE else None,
        unit_id=unit_of(row, context),
        theory_hours=row.values.get("theory", Decimal(0)),
        practice_hours=row.values.get("practice", Decimal(0)),
    )
