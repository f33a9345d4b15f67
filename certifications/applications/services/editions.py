"""Conditions: drafted by one policy officer, published by another, compared with the original by whoever did."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.applications.errors import ApplicationError
from certifications.applications.models import ConditionEdition, ConditionName, ConditionRoute
from certifications.applications.states import EditionStatus, NameKind, TradeScope
from courses.catalogue.models import Occupation
from courses.catalogue.selectors import level_exists
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.database import period
from foundation.policy.states import Origin


@dataclass(frozen=True, kw_only=True)
class RouteEntry:
    """One way to a level as an officer writes it."""

    level: int
    wording: str
    prior_level: int | None = None
    prior_scope: str = TradeScope.RELATED
    years_after: int | None = None
    total_years: int | None = None
    work_scope: str = TradeScope.RELATED
    diploma: str = ""
    is_final_year_counted: bool = False
    is_major_needed: bool = False
    is_apprenticeship: bool = False
    min_age: int | None = None
    is_intent_enough: bool = False
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class EditionEntry:
    """An edition as an officer writes it."""

    title: str
    occupation_id: int | None
    starts_on: date
    document_id: int
    provenance: str
    note: str = ""
    names: Sequence[tuple[str, str]] = ()


@transaction.atomic
def edition_draft(
    *, entry: EditionEntry, routes: Sequence[RouteEntry], actor: User, at: datetime, edition_id: int | None = None
) -> ConditionEdition:
    """Write a draft, or write one anew. Refuses routes that ask for nothing and levels that do not exist."""
    _only_policy_officers(actor, at)
    edition = _draft(edition_id) if edition_id else ConditionEdition()
    _check(entry, routes)
    edition.title, edition.occupation_id = entry.title.strip(), entry.occupation_id
    edition.effective, edition.document_id = period(entry.starts_on), entry.document_id
    edition.provenance, edition.note = entry.provenance, entry.note.strip()
    edition.origin, edition.drafted_by = Origin.OFFICER, actor
    edition.save()
    edition.routes.all().delete()
    edition.names.all().delete()
    ConditionRoute.objects.bulk_create(
        ConditionRoute(
            edition=edition,
            position=place,
            document_id=entry.document_id,
            provenance=entry.provenance,
            **asdict(route),
        )
        for place, route in enumerate(routes, start=1)
    )
    names = dict.fromkeys((kind, name.strip()) for kind, name in entry.names if name.strip())
    ConditionName.objects.bulk_create(
        ConditionName(edition=edition, kind=NameKind(kind), name=name) for kind, name in names
    )
    audit_record("applications.conditions.drafted", edition, actor=actor, data={"routes": len(routes)})
    return edition


@transaction.atomic
def edition_publish(*, edition_id: int, actor: User, at: datetime, reason: str = "") -> ConditionEdition:
    """Put a draft in force from its first day; the edition before ends the day before. Not by its drafter."""
    _only_policy_officers(actor, at)
    draft = _draft(edition_id)
    if draft.drafted_by_id == actor.pk:
        raise ApplicationError("same_person", _("起草人不能发布自己起草的申报条件，请由另一位政策管理人员核对后发布。"))
    if not draft.routes.exists():
        raise ApplicationError("empty", _("这一版还没有申报条件，不能发布。"))
    if draft.effective.lower < timezone.localdate(at) and not reason.strip():
        raise ApplicationError("reason_missing", _("执行日期早于今天，会影响已经过去的日子。请写明理由后再发布。"))
    closed = _make_room(draft)
    draft.status, draft.published_by, draft.published_at = EditionStatus.PUBLISHED, actor, at
    draft.save(update_fields=["status", "published_by", "published_at"])
    data = {"from": draft.effective.lower.isoformat(), "closed": closed}
    audit_record("applications.conditions.published", draft, actor=actor, reason=reason, data=data)
    return draft


@transaction.atomic
def edition_discard(*, edition_id: int, actor: User, at: datetime) -> ConditionEdition:
    """Withdraw a draft; it stays to be read."""
    _only_policy_officers(actor, at)
    draft = _draft(edition_id)
    draft.status = EditionStatus.WITHDRAWN_DRAFT
    draft.save(update_fields=["status"])
    audit_record("applications.conditions.withdrawn", draft, actor=actor)
    return draft


@transaction.atomic
def edition_verify(*, edition_id: int, actor: User, at: datetime, reason: str) -> ConditionEdition:
    """Confirm, once, that a published edition was compared with its source."""
    _only_policy_officers(actor, at)
    if not reason.strip():
        raise ApplicationError("reason_missing", _("请写明核对了哪份原文。"))
    edition = ConditionEdition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.status != EditionStatus.PUBLISHED:
        raise ApplicationError("not_published", _("草稿发布后才能核实。"))
    if edition.verified_at is not None:
        raise ApplicationError("already_verified", _("这一版已经核实过，无需再次核实。"))
    edition.verified_by, edition.verified_at = actor, at
    edition.save(update_fields=["verified_by", "verified_at"])
    audit_record("applications.conditions.verified", edition, actor=actor, reason=reason)
    return edition


def _make_room(draft: ConditionEdition) -> list[int]:
    """End the edition that holds on the draft's first day; refuse to run over a later one."""
    standing = ConditionEdition.objects.select_for_update().filter(
        occupation=draft.occupation_id, status=EditionStatus.PUBLISHED, effective__overlap=draft.effective
    )
    closed = []
    for one in standing:
        if one.effective.lower >= draft.effective.lower:
            raise ApplicationError(
                "overlaps_later",
                _("从 %(day)s 起已有发布的申报条件“%(title)s”。请把起始日期定在它之后。")
                % {"day": one.effective.lower.isoformat(), "title": one.title},
            )
        one.effective = DateRange(one.effective.lower, draft.effective.lower, "[)")
        one.save(update_fields=["effective"])
        closed.append(one.pk)
    return closed


def _draft(edition_id: int) -> ConditionEdition:
    edition = ConditionEdition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.status != EditionStatus.DRAFT:
        raise ApplicationError(
            "not_a_draft",
            _("这一版的状态是“%(status)s”，只有草稿可以修改、发布或撤回。") % {"status": edition.get_status_display()},
        )
    return edition


def _check(entry: EditionEntry, routes: Sequence[RouteEntry]) -> None:
    occupation = Occupation.objects.get(pk=entry.occupation_id) if entry.occupation_id else None
    for route in routes:
        words = {"wording": route.wording[:20], "level": SkillLevel(route.level).label}
        asks = (route.prior_level, route.total_years, route.diploma, route.min_age)
        if not any(asks) and not route.is_apprenticeship and not route.is_intent_enough:
            raise ApplicationError(
                "asks_for_nothing", _("“%(wording)s”没有写任何要求，谁都能报。请至少选一项。") % words
            )
        if route.years_after and route.prior_level is None:
            raise ApplicationError(
                "after_what", _("“%(wording)s”写了取得证书后的年数，请选择先取得哪个等级的证书。") % words
            )
        if (route.is_major_needed or route.is_final_year_counted) and not route.diploma:
            raise ApplicationError("which_diploma", _("“%(wording)s”写了专业或应届，请选择学历。") % words)
        if occupation and not level_exists(occupation.pk, None, route.level, on=entry.starts_on):
            raise ApplicationError(
                "level_unknown",
                _("%(occupation)s没有%(level)s。请对照职业标准。") % (words | {"occupation": occupation.name}),
            )


def _only_policy_officers(actor: User, at: datetime) -> None:
    if Role.OFFICER_POLICY not in roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以维护申报条件。"))
