"""花名册: the roster of a class run as schools have it, checked row by row and applied by the enrolment services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.classes.enrolment_selectors import AgeLimit, age_limit
from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment
from courses.classes.roster_columns import COLUMNS
from courses.classes.selectors import overlaps_of
from courses.classes.services.enrolment_roster import (
    WORKING_AGE,
    RosterRow,
    overlap_sentence,
    roster_enrol,
    roster_refuse,
)
from courses.classes.states import LIVE, EndReason, EnrolmentState
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import Role
from foundation.crypto.cipher import blind_indexes
from foundation.imports.checking import duplicates
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import ImportedRow, Kind
from foundation.imports.registry import register
from workers.identity import IdNumber, age_on
from workers.models import PersonGroupAlias, Worker
from workers.selectors import groups_in_force

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch


@dataclass(frozen=True)
class OnRecord:
    """What is on record about a number: the file, its name, and how its holder stands with the class run."""

    worker_id: int
    name: str
    is_closed: bool
    live: int | None = None
    is_disowned: bool = False


@dataclass(frozen=True)
class Lookups:
    """Everything the checks of one file ask the database for."""

    run: ClassRun
    files: dict[str, OnRecord]
    overlaps: dict[int, datetime]
    groups: dict[str, str]
    aliases: dict[str, str]
    limit: AgeLimit | None


def run_of_target(target: str, organisation: Organisation | None) -> ClassRun:
    """The class run a roster is for; refuses a file that says none, or another school's."""
    run = (
        ClassRun.objects.select_related("school__organisation", "course_version")
        .filter(number=target, school__organisation=organisation)
        .first()
    )
    if run is None:
        raise ImportRefusedError("no_class_run", _("请先打开要导入的班次，在“学员”页上传花名册。"))
    return run


@register
class RosterKind(Kind):
    """One row is one person. Whoever is in the class run already is left alone."""

    code = "roster"
    title = gettext_lazy("花名册")
    help_text = gettext_lazy("一个班的学员名单，每行一人。请从班次的“学员”页上传。")
    columns = COLUMNS
    roles = frozenset({Role.SCHOOL_STAFF})
    belongs_to_organisation = True

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        """Refuse a file without a class run, and one for a class run that takes nobody now."""
        run = run_of_target(target, organisation)
        try:
            roster_refuse(run)
        except EnrolmentError as error:
            raise ImportRefusedError(error.code, error.message) from error

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        run = run_of_target(batch.target, batch.organisation)
        roster_refuse(run)
        files = _files(run, [row.values["id_number"] for row in rows if "id_number" in row.values])
        overlaps: dict[int, datetime] = {}
        for overlap in overlaps_of([file.worker_id for file in files.values()], class_run=run):
            overlaps.setdefault(overlap.worker_id, overlap.starts_at)
        aliases = PersonGroupAlias.objects.filter(group__in=groups_in_force(on=on)).values_list("name", "group__name")
        return Lookups(
            run=run,
            files=files,
            overlaps=overlaps,
            groups=dict(groups_in_force(on=on).values_list("name", "code")),
            aliases=dict(aliases),
            limit=age_limit(on=run.starts_on),
        )

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        _check_group(row, context)
        if "id_number" in row.values:
            _check_age(row, context)
            _check_sex(row)
            _check_record(row, context)
        if "phone" not in row.values and not any(issue.column == "phone" for issue in row.issues):
            row.warn(
                "phone",
                "no_phone",
                _("没有联系电话，不能用短信请本人确认。"),
                _("请让本人在纸质确认单上签字，在“学员”页登记。"),
            )

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        for row, earlier in duplicates(rows, "id_number"):
            row.error(
                "id_number",
                "same_person",
                _("与第 %(line)d 行是同一个人。") % {"line": earlier.line},
                _("同一个人只保留一行。"),
            )
        for code, sentence in (
            ("phone", _("与第 %(line)d 行的联系电话相同。")),
            ("card", _("与第 %(line)d 行的社保卡账号相同。")),
        ):
            for row, earlier in duplicates(rows, code):
                if row.values.get("id_number") is None or row.values["id_number"] != earlier.values.get("id_number"):
                    fix = _("请核对是不是抄错了行；确实共用的，可以照常导入，审核时会看到。")
                    row.warn(code, f"same_{code}", sentence % {"line": earlier.line}, fix)
        _check_seats(rows, context.run)

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        run = run_of_target(batch.target, batch.organisation)
        source = _("花名册 %(batch)d 号，班次 %(number)s") % {"batch": batch.pk, "number": run.number}
        made = roster_enrol(
            class_run_id=run.pk,
            rows=[roster_row(row) for row in rows],
            actor=actor,
            at=timezone.now(),
            source=source,
        )
        return [str(enrolment_id) for enrolment_id in made]


def roster_row(row: ImportedRow) -> RosterRow:
    """A checked row as the enrolment service takes it."""
    values = row.values
    return RosterRow(
        name=values["name"],
        id_number=values["id_number"],
        phone=values.get("phone", ""),
        group_code=values.get("group_code", ""),
        education=values.get("education", ""),
        address=values.get("address", ""),
        bank=values.get("bank", ""),
        card=values.get("card", ""),
        note=values.get("note", ""),
    )


def _files(run: ClassRun, numbers: Sequence[str]) -> dict[str, OnRecord]:
    """What is on record about these numbers: two queries however many they are."""
    by_index = {index: number for number in set(numbers) for index in blind_indexes("id_number", number)}
    found = (
        Worker.objects.filter(id_number_index__in=list(by_index))
        .select_related("user")
        .only("pk", "name", "id_number_index", "user__is_active")
    )
    workers = {by_index[bytes(worker.id_number_index)]: worker for worker in found}
    live: dict[int, int] = {}
    disowned: set[int] = set()
    for pk, worker_id, state, reason in Enrolment.objects.filter(
        class_run=run, worker__in=[worker.pk for worker in workers.values()]
    ).values_list("pk", "worker_id", "state", "end_reason"):
        if state in LIVE | {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}:
            live[worker_id] = pk
        elif reason == EndReason.NOT_HERS:
            disowned.add(worker_id)
    return {
        number: OnRecord(
            worker_id=worker.pk,
            name=worker.name,
            is_closed=worker.user is not None and not worker.user.is_active,
            live=live.get(worker.pk),
            is_disowned=worker.pk in disowned,
        )
        for number, worker in workers.items()
    }


def _check_group(row: ImportedRow, context: Lookups) -> None:
    word = row.values.get("group")
    if not word:
        return
    if word in context.groups:
        row.values["group_code"] = context.groups[word]
        return
    meant = context.aliases.get(word)
    allowed = "、".join(context.groups)
    fix = (
        _("是否应为“%(meant)s”？可以填写：%(allowed)s。") % {"meant": meant, "allowed": allowed}
        if meant
        else _("可以填写：%(allowed)s。") % {"allowed": allowed}
    )
    row.error("group", "not_listed", _("不是规定的人员类别名称。"), fix)


def _check_age(row: ImportedRow, context: Lookups) -> None:
    age = age_on(IdNumber(row.values["id_number"]).birth_on, context.run.starts_on)
    limit = context.limit
    if age < WORKING_AGE:
        row.error(
            "id_number",
            "too_young",
            _("开班时未满 16 周岁，不能参加。"),
            _("请核对出生日期；号码没有错的，请删除这一行。"),
        )
    elif limit is not None and age >= limit.age:
        sentence = (
            _("开班时已满 %(age)d 周岁，超过补贴的年龄上限（未满 %(limit)d 周岁）。")
            if limit.is_in_force
            else _("开班时已满 %(age)d 周岁，超过补贴的年龄上限（未满 %(limit)d 周岁，该规定已到期，新规定待核实）。")
        )
        row.warn(
            "id_number",
            "over_age",
            sentence % {"age": age, "limit": limit.age},
            _("可以参加培训，但可能领不到补贴，请先告诉本人。"),
        )


def _check_sex(row: ImportedRow) -> None:
    sex = row.values.get("sex")
    if sex is not None and sex != IdNumber(row.values["id_number"]).sex:
        row.error("sex", "sex_differs", _("性别与身份证号码不一致。"), _("请对照身份证，核对性别和号码哪一个写错了。"))


def _check_record(row: ImportedRow, context: Lookups) -> None:
    """How the row agrees with the file of its number."""
    file = context.files.get(row.values["id_number"])
    if file is None:
        return
    if "name" in row.values and row.values["name"] != file.name:
        row.error(
            "name",
            "name_differs",
            _("这个身份证号码的档案上是另一个姓名。"),
            _("请对照身份证核对；本人改过名的，请她带证件到窗口办理身份更正。"),
        )
    elif file.live is not None:
        row.known(str(file.live))
    elif file.is_disowned:
        row.error(
            "name", "not_hers", _("本人已表示没有报名这个班。"), _("请删除这一行；本人想学的，请她自己在平台报名。")
        )
    elif file.is_closed:
        row.error("name", "closed", _("此人的账户已停用，不能报名。"), _("请本人带身份证到窗口核实。"))
    elif file.worker_id in context.overlaps:
        sentence, dot, fix = overlap_sentence(context.overlaps[file.worker_id]).partition("。")
        row.error("name", "overlap", sentence + dot, fix)


def _check_seats(rows: Sequence[ImportedRow], run: ClassRun) -> None:
    """The rows that no longer fit: the last ones of the file."""
    free = run.seats - run.seats_taken
    fitting = [row for row in rows if row.is_sound and row.known_as is None]
    for row in fitting[max(free, 0) :]:
        row.error(
            "",
            "full",
            _("名额已满：招生 %(seats)d 人，已占 %(taken)d 人，这一行排不进去。")
            % {"seats": run.seats, "taken": run.seats_taken},
            _("请增加招生人数后再上传，或换到另一个班。"),
        )


def batch_target(run: ClassRun, user: User) -> tuple[Organisation, str]:
    """For whom and for which class run a roster is brought; only the school's own people bring one."""
    organisation = run.school.organisation
    if not organisation.memberships.filter(user=user, role=Role.SCHOOL_STAFF).exists():
        raise PermissionDenied(_("您只能为本校的班次导入花名册。"))
    return organisation, run.number
