"""How a line of law comes into force: drafted by one policy officer, published by another.

The edition it follows ends the day before, in the same transaction.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.policy.models import days
from subsidies.schemes.errors import SchemeError
from subsidies.schemes.models import DatedLaw, OccupationFlag, Scheme, SchemePaper
from subsidies.schemes.selectors import figures_of
from subsidies.schemes.states import SCHEME_KEEPERS, Family, SchemeRule, SchemeState, Subject

Law = TypeVar("Law", bound=DatedLaw)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEntry:
    """What every line of law says: where, since when, until when, by which paper."""

    city_code: str
    effective_from: date
    effective_to: date | None = None
    document_id: int
    article: str = ""
    provenance: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeEntry(LawEntry):
    code: str
    name: str
    summary: str
    rule: str
    family: str
    fund: str
    payee: str
    subject: str
    order: int = 100
    # Another body that pays it: shown here, filed and paid there.
    paid_by: str = ""


@dataclass(frozen=True, slots=True)
class PaperEntry:
    title: str
    is_on_file: bool = False
    is_required: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEntry(LawEntry):
    occupation_id: int
    work_type_id: int | None = None
    level: int | None = None
    flag: str


# --- schemes ------------------------------------------------------------------------------------------------------


@transaction.atomic
def scheme_draft(*, entry: SchemeEntry, papers: Sequence[PaperEntry], actor: User, at: datetime) -> Scheme:
    """Draft a scheme or a new edition of one. Nothing holds before another officer publishes it."""
    _only_keepers(actor, at)
    _award_in_all(entry)
    scheme = _filled(Scheme(is_demonstration=_is_demonstration(entry)), entry, actor)
    scheme.save()
    _papers_set(scheme, papers)
    audit_record("schemes.scheme.drafted", scheme, actor=actor, data=_data(scheme))
    return scheme


@transaction.atomic
def scheme_redraft(
    *, scheme_id: int, entry: SchemeEntry, papers: Sequence[PaperEntry], actor: User, at: datetime
) -> Scheme:
    """Change a draft. Whoever changes it becomes its drafter and cannot publish it."""
    _only_keepers(actor, at)
    _award_in_all(entry)
    scheme = _filled(_draft(Scheme.objects.all(), scheme_id), entry, actor)
    scheme.is_demonstration = _is_demonstration(entry)
    scheme.save()
    _papers_set(scheme, papers)
    audit_record("schemes.scheme.redrafted", scheme, actor=actor, data=_data(scheme))
    return scheme


def _award_in_all(entry: SchemeEntry) -> None:
    """An award is one by its rule, its family and its subject, or by none of them."""
    marks = {entry.rule == SchemeRule.AWARD, entry.family == Family.AWARD, entry.subject == Subject.INSTALMENT}
    if len(marks) > 1:
        raise SchemeError(
            "award_in_part",
            _("技能人才奖励的计算办法、种类和申领对象要一起选：按等级或学历分期奖励、技能人才奖励、一期奖励。"),
        )


@transaction.atomic
def scheme_publish(*, scheme_id: int, actor: User, at: datetime, reason: str = "", seen: str = "") -> Scheme:
    """Put a draft in force; the edition it follows ends the day before, in the same transaction.

    Refused for whoever drafted it, over a later edition, without a reason for a day already past, and when the draft
    is no longer what the officer was shown (``seen``, of ``fingerprint``).
    """
    _only_keepers(actor, at)
    scheme = _draft(Scheme.objects.all(), scheme_id)
    _one_at_a_time(f"scheme {scheme.city_code} {scheme.code}")
    _receipt_asked(scheme)
    closed = _put_in_force(scheme, _editions(scheme), actor=actor, at=at, reason=reason, seen=seen)
    audit_record(
        "schemes.scheme.published", scheme, actor=actor, reason=reason, data=_data(scheme) | {"closed": closed}
    )
    return scheme


@transaction.atomic
def scheme_draft_withdraw(*, scheme_id: int, actor: User, at: datetime, reason: str = "") -> Scheme:
    """Withdraw a draft; the row stays, so that the proposal can still be read."""
    _only_keepers(actor, at)
    scheme = _draft(Scheme.objects.all(), scheme_id)
    scheme.state = SchemeState.WITHDRAWN
    scheme.save(update_fields=["state"])
    audit_record("schemes.scheme.draft_withdrawn", scheme, actor=actor, reason=reason, data=_data(scheme))
    return scheme


# --- occupation flags ---------------------------------------------------------------------------------------------


@transaction.atomic
def flag_draft(*, entry: FlagEntry, actor: User, at: datetime) -> OccupationFlag:
    """Draft one line of the catalogue."""
    _only_keepers(actor, at)
    flag = _filled(OccupationFlag(), entry, actor)
    _fits(flag)
    flag.save()
    audit_record("schemes.flag.drafted", flag, actor=actor, data=_data(flag))
    return flag


@transaction.atomic
def flag_redraft(*, flag_id: int, entry: FlagEntry, actor: User, at: datetime) -> OccupationFlag:
    """Change a draft of a line; whoever changes it cannot publish it."""
    _only_keepers(actor, at)
    flag = _filled(_draft(OccupationFlag.objects.all(), flag_id), entry, actor)
    _fits(flag)
    flag.save()
    audit_record("schemes.flag.redrafted", flag, actor=actor, data=_data(flag))
    return flag


@transaction.atomic
def flags_publish(
    *, flag_ids: Sequence[int], actor: User, at: datetime, reason: str = "", seen: Mapping[int, str] | None = None
) -> list[OccupationFlag]:
    """Put lines in force together, all of them or none. A line of the same meaning ends the day before.

    ``seen`` says by line what the officer was shown (``fingerprint``).
    """
    _only_keepers(actor, at)
    if not flag_ids:
        raise SchemeError("nothing_chosen", _("一条也没有选。请先勾选要发布的草稿。"))
    _one_at_a_time("occupation flags")
    published = []
    for flag_id in sorted(set(flag_ids)):
        flag = _draft(OccupationFlag.objects.select_related("occupation", "work_type"), flag_id)
        shown = (seen or {}).get(flag_id, "")
        closed = _put_in_force(flag, _lines(flag), actor=actor, at=at, reason=reason, seen=shown)
        data = _data(flag) | {"closed": closed}
        audit_record("schemes.flag.published", flag, actor=actor, reason=reason, data=data)
        published.append(flag)
    return published


def flag_publish(*, flag_id: int, actor: User, at: datetime, reason: str = "", seen: str = "") -> OccupationFlag:
    """Put one line in force."""
    return flags_publish(flag_ids=[flag_id], actor=actor, at=at, reason=reason, seen={flag_id: seen})[0]


@transaction.atomic
def flag_draft_withdraw(*, flag_id: int, actor: User, at: datetime, reason: str = "") -> OccupationFlag:
    """Withdraw a draft of a line; the row stays."""
    _only_keepers(actor, at)
    flag = _draft(OccupationFlag.objects.all(), flag_id)
    flag.state = SchemeState.WITHDRAWN
    flag.save(update_fields=["state"])
    audit_record("schemes.flag.draft_withdrawn", flag, actor=actor, reason=reason, data=_data(flag))
    return flag


def fingerprint(row: DatedLaw) -> str:
    """What a draft says, in short: two that differ anywhere have two fingerprints."""
    said: dict[str, Any] = {name: str(getattr(row, name)) for name in _columns(row)}
    if isinstance(row, Scheme):
        said["papers"] = [asdict(one) for one in papers_of(row)]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def papers_of(scheme: Scheme) -> list[PaperEntry]:
    """The papers of an edition as they were entered."""
    rows = SchemePaper.objects.filter(scheme=scheme)
    return [PaperEntry(one.title, one.is_on_file, one.is_required, one.note) for one in rows]


# --- shared -------------------------------------------------------------------------------------------------------


def _filled(row: Law, entry: LawEntry, actor: User) -> Law:
    """The row as the entry says, checked by the model's own rules; the database's stand behind them."""
    values = asdict(entry)
    first, last = values.pop("effective_from"), values.pop("effective_to")
    if last is not None and last < first:
        raise SchemeError("ends_before_it_begins", _("截止日期早于起始日期，请核对。"))
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.effective = days(first, last)
    row.drafted_by = actor
    try:
        row.full_clean(exclude=["effective"], validate_constraints=False)
    except ValidationError as error:
        raise SchemeError("invalid", "".join(str(message) for message in error.messages)) from error
    return row


def _papers_set(scheme: Scheme, papers: Sequence[PaperEntry]) -> None:
    titles = [paper.title.strip() for paper in papers]
    if len(set(titles)) != len(titles):
        raise SchemeError("paper_twice", _("有两份材料名称相同。请合并成一份，或者改成不同的名称。"))
    scheme.papers.all().delete()
    SchemePaper.objects.bulk_create(
        SchemePaper(
            scheme=scheme,
            title=title,
            is_on_file=paper.is_on_file,
            is_required=paper.is_required,
            note=paper.note.strip(),
            order=place * 10,
        )
        for place, (title, paper) in enumerate(zip(titles, papers, strict=True), start=1)
    )


def _receipt_asked(scheme: Scheme) -> None:
    """Where a share of what she paid is paid back, nobody can decide without the receipt."""
    figures = figures_of(scheme, on=scheme.effective.lower)
    asked = scheme.papers.filter(is_on_file=False, is_required=True)
    if f"{scheme.code}.fee.share" in figures and not asked.exists():
        raise SchemeError(
            "receipt_missing",
            _("这项补贴按收费的比例发，要凭票据核对。请在申领材料里加一份“收费票据”，选“必须提交”，再发布。"),
        )


def _is_demonstration(entry: SchemeEntry) -> bool:
    """A demonstration stays one, and a real scheme never becomes one."""
    former = Scheme.objects.filter(code=entry.code, city_code=entry.city_code, state=SchemeState.PUBLISHED)
    return former.values_list("is_demonstration", flat=True).first() or False


def _fits(flag: OccupationFlag) -> None:
    if flag.work_type is not None and flag.work_type.occupation_id != flag.occupation_id:
        raise SchemeError("other_occupation", _("这个工种不属于所选的职业。请重新选择工种，或者留空。"))


def _put_in_force(row: Law, former: QuerySet, *, actor: User, at: datetime, reason: str, seen: str) -> list[int]:
    if row.drafted_by_id == actor.pk:
        raise SchemeError("same_person", _("起草人不能发布自己起草的内容，请由另一位政策管理人员核对后发布。"))
    if seen and seen != fingerprint(row):
        raise SchemeError("changed_since", _("您打开页面以后，草稿又改过了，没有发布。请重新看一遍再发布。"))
    if row.effective.lower < timezone.localdate(at) and not reason.strip():
        raise SchemeError("reason_missing", _("执行日期早于今天，会影响已经过去的日子。请写明理由后再发布。"))
    closed = _make_room(row, former)
    row.state, row.published_by, row.published_at = SchemeState.PUBLISHED, actor, at
    row.save(update_fields=["state", "published_by", "published_at"])
    return closed


def _make_room(row: DatedLaw, former: QuerySet) -> list[int]:
    """End the edition that holds on the first day; refuse to run over a later one."""
    closed = []
    for other in former.select_for_update(of=("self",)).filter(effective__overlap=row.effective):
        if other.effective.lower >= row.effective.lower:
            raise SchemeError(
                "overlaps_later",
                _("从 %(day)s 起已有发布的“%(name)s”，没有发布。请把截止日期定在它之前，或把起始日期定在它之后。")
                % {"day": other.effective.lower.isoformat(), "name": str(other)},
            )
        other.effective = DateRange(other.effective.lower, row.effective.lower, "[)")
        other.save(update_fields=["effective"])
        closed.append(other.pk)
    return closed


def _editions(scheme: Scheme) -> QuerySet[Scheme]:
    return Scheme.objects.filter(city_code=scheme.city_code, code=scheme.code, state=SchemeState.PUBLISHED)


def _lines(flag: OccupationFlag) -> QuerySet[OccupationFlag]:
    """Published lines of the same meaning."""
    return OccupationFlag.objects.filter(
        city_code=flag.city_code,
        occupation=flag.occupation_id,
        work_type=flag.work_type_id,
        level=flag.level,
        flag=flag.flag,
        state=SchemeState.PUBLISHED,
    )


def _draft(rows: QuerySet[Law], pk: int) -> Law:
    row: Law = rows.select_for_update(of=("self",)).get(pk=pk)
    if row.state != SchemeState.DRAFT:
        raise SchemeError(
            "not_a_draft",
            _("这一条的状态是“%(status)s”，只有草稿可以修改、发布或撤回。") % {"status": row.get_state_display()},
        )
    return row


def _one_at_a_time(what: str) -> None:
    """Whoever publishes the same thing at the same moment waits here, even where no former edition can be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _columns(row: DatedLaw) -> list[str]:
    """The columns that say something, without those that say who and how far."""
    kept_apart = {"id", "state", "drafted_by_id", "published_by_id", "published_at"}
    return [field.attname for field in row._meta.concrete_fields if field.attname not in kept_apart]


def _data(row: DatedLaw) -> dict[str, object]:
    """What the audit keeps: what was said, since when, by which paper; nothing about people."""
    said: dict[str, object] = {
        "city": row.city_code,
        "from": row.effective.lower.isoformat(),
        "before": row.effective.upper.isoformat() if row.effective.upper else None,
        "document": row.document_id,
        "article": row.article,
    }
    if isinstance(row, Scheme):
        return said | {"code": row.code, "rule": row.rule, "fund": row.fund, "payee": row.payee}
    assert isinstance(row, OccupationFlag)
    return said | {
        "occupation": row.occupation_id,
        "work_type": row.work_type_id,
        "level": row.level,
        "flag": row.flag,
    }


def _only_keepers(actor: User, at: datetime) -> None:
    if not SCHEME_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以起草和发布补贴项目。"))
