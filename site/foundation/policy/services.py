"""How policy rows come to be: recorded, drafted by one officer, published by another, verified against the source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.policy.base_files import FOLDER
from foundation.policy.base_loading import LoadReport, load
from foundation.policy.errors import PolicyError
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument, days
from foundation.policy.states import Level, Origin, Unit, VersionStatus
from foundation.policy.values import figure_text


@dataclass(frozen=True, slots=True)
class DocumentFields:
    """What an officer writes down about a document."""

    title: str
    city_code: str
    level: str
    provenance: str
    doc_no: str = ""
    issuer: str = ""
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionFields:
    """What an officer drafts: a value, its days and its source."""

    value: Decimal
    effective_from: date
    document_id: int
    provenance: str
    effective_to: date | None = None
    article: str = ""
    note: str = ""


@transaction.atomic
def document_record(
    *, fields: DocumentFields, actor: User, at: datetime, document_id: int | None = None
) -> PolicyDocument:
    """Write down a document, or correct one; a correction has to be verified again."""
    _only_policy_officers(actor, at)
    values = {
        "title": fields.title.strip(),
        "doc_no": fields.doc_no.strip(),
        "issuer": fields.issuer.strip(),
        "issued_on": fields.issued_on,
        "effective": _period(fields.effective_from, fields.effective_to) if fields.effective_from else None,
        "address": fields.address.strip(),
        "city_code": fields.city_code,
        "level": Level(fields.level),
        "provenance": fields.provenance,
        "note": fields.note.strip(),
    }
    document = PolicyDocument.objects.select_for_update().get(pk=document_id) if document_id else PolicyDocument()
    changed = [name for name, value in values.items() if getattr(document, name) != value]
    for name, value in values.items():
        setattr(document, name, value)
    document.recorded_by = actor
    document.verified_by = document.verified_at = None
    _checked(document)
    document.save()
    action = "policy.document.changed" if document_id else "policy.document.recorded"
    audit_record(action, document, actor=actor, data={"fields": changed})
    return document


@transaction.atomic
def document_verify(*, document_id: int, actor: User, at: datetime, reason: str) -> PolicyDocument:
    """Confirm that a document was compared with its original; ``reason`` says what was looked at."""
    _only_policy_officers(actor, at)
    document = PolicyDocument.objects.select_for_update().get(pk=document_id)
    _reason_given(reason)
    document.verified_by, document.verified_at = actor, at
    document.save(update_fields=["verified_by", "verified_at"])
    audit_record("policy.document.verified", document, actor=actor, reason=reason)
    return document


@transaction.atomic
def parameter_record(
    *, code: str, unit: str, meaning: str, city_code: str, actor: User, at: datetime, parameter_id: int | None = None
) -> Parameter:
    """Name a new parameter, or correct how one is described; with published values only its meaning can change."""
    _only_policy_officers(actor, at)
    parameter = Parameter.objects.select_for_update().get(pk=parameter_id) if parameter_id else Parameter()
    fixed = (parameter.code, parameter.unit, parameter.city_code)
    if parameter_id and fixed != (code, unit, city_code) and parameter.versions.published().exists():
        raise PolicyError(
            "parameter_in_use", _("这项参数已有发布的数值，代码、单位和适用地区不能再改；请另建一项参数。")
        )
    parameter.code, parameter.unit, parameter.meaning = code, Unit(unit), meaning.strip()
    parameter.city_code = city_code
    _checked(parameter)
    parameter.save()
    audit_record("policy.parameter.changed" if parameter_id else "policy.parameter.recorded", parameter, actor=actor)
    return parameter


@transaction.atomic
def parameter_draft(
    *, parameter_id: int, fields: VersionFields, actor: User, at: datetime, version_id: int | None = None
) -> ParameterVersion:
    """Draft a value, or change a draft. Whoever changes a draft becomes its drafter and cannot publish it."""
    _only_policy_officers(actor, at)
    parameter = Parameter.objects.get(pk=parameter_id)
    draft = _draft(version_id) if version_id else ParameterVersion(origin=Origin.OFFICER)
    if parameter.unit == Unit.FEN and fields.value != fields.value.to_integral_value():
        raise PolicyError("not_whole_fen", _("金额以分为单位，必须是整数；例如 700 元请填 70000。"))
    draft.parameter, draft.value = parameter, fields.value
    draft.effective = _period(fields.effective_from, fields.effective_to)
    draft.document_id, draft.article = fields.document_id, fields.article.strip()
    draft.provenance, draft.note = fields.provenance, fields.note.strip()
    draft.drafted_by = actor
    _checked(draft, exclude=["effective"])
    draft.save()
    action = "policy.version.redrafted" if version_id else "policy.version.drafted"
    audit_record(action, draft, actor=actor, data=_data(draft))
    return draft


@transaction.atomic
def parameter_publish(*, version_id: int, actor: User, at: datetime, reason: str = "") -> ParameterVersion:
    """Put a draft in force; the value it follows ends the day before, in the same transaction.

    Refused for whoever drafted it, over a later published value, and, without a reason, for a day already past.
    """
    _only_policy_officers(actor, at)
    parameter_id = ParameterVersion.objects.values_list("parameter_id", flat=True).get(pk=version_id)
    Parameter.objects.select_for_update().get(pk=parameter_id)
    draft = _draft(version_id)
    if draft.drafted_by_id == actor.pk:
        raise PolicyError("same_person", _("起草人不能发布自己起草的数值，请由另一位政策管理人员核对后发布。"))
    retroactive = draft.effective.lower < timezone.localdate(at)
    if retroactive and not reason.strip():
        raise PolicyError("reason_missing", _("执行日期早于今天，会影响已经过去的日子。请写明理由后再发布。"))
    closed = _make_room(draft)
    draft.status = VersionStatus.PUBLISHED
    draft.published_by, draft.published_at = actor, at
    draft.save(update_fields=["status", "published_by", "published_at"])
    data = _data(draft) | {"retroactive": retroactive, "closed": closed}
    audit_record("policy.version.published", draft, actor=actor, reason=reason, data=data)
    return draft


@transaction.atomic
def parameter_discard_draft(*, version_id: int, actor: User, at: datetime, reason: str = "") -> ParameterVersion:
    """Withdraw a draft; the row stays, so that the proposal can still be read."""
    _only_policy_officers(actor, at)
    draft = _draft(version_id)
    draft.status = VersionStatus.WITHDRAWN_DRAFT
    draft.save(update_fields=["status"])
    audit_record("policy.version.withdrawn", draft, actor=actor, reason=reason, data=_data(draft))
    return draft


@transaction.atomic
def parameter_verify(*, version_id: int, actor: User, at: datetime, reason: str) -> ParameterVersion:
    """Confirm, once, that a published value was compared with its source; ``reason`` says what was looked at."""
    _only_policy_officers(actor, at)
    _reason_given(reason)
    version = ParameterVersion.objects.select_for_update(of=("self",)).select_related("parameter").get(pk=version_id)
    if version.status != VersionStatus.PUBLISHED:
        raise PolicyError("not_published", _("草稿发布后才能核实。"))
    if version.verified_at is not None:
        raise PolicyError("already_verified", _("这项数值已经核实过，无需再次核实。"))
    version.verified_by, version.verified_at = actor, at
    version.save(update_fields=["verified_by", "verified_at"])
    audit_record("policy.version.verified", version, actor=actor, reason=reason, data=_data(version))
    return version


@transaction.atomic
def base_data_load(*, on: date, folder: Path = FOLDER) -> LoadReport:
    """Bring in the documents and values of a folder of base files; rows already there stay as they are.

    Raises ``PolicyError`` naming the row when a base file no longer says what was published from it.
    """
    report = load(on=on, folder=folder)
    if report.changed_anything:
        audit_record("policy.base.loaded", None, actor=None, data=report.as_data())
    return report


def _make_room(draft: ParameterVersion) -> list[int]:
    """End the published value that holds on the draft's first day; refuse to run over a later one."""
    overlapping = ParameterVersion.objects.select_for_update().filter(
        parameter=draft.parameter_id, status=VersionStatus.PUBLISHED, effective__overlap=draft.effective
    )
    closed = []
    for version in overlapping:
        if version.effective.lower >= draft.effective.lower:
            raise PolicyError(
                "overlaps_later",
                _("从 %(day)s 起已有发布的数值 %(value)s。请把执行期间的截止日期定在它之前，或把起始日期定在它之后。")
                % {
                    "day": version.effective.lower.isoformat(),
                    "value": figure_text(version.value, draft.parameter.unit),
                },
            )
        version.effective = DateRange(version.effective.lower, draft.effective.lower, "[)")
        version.save(update_fields=["effective"])
        closed.append(version.pk)
    return closed


def _draft(version_id: int) -> ParameterVersion:
    version = ParameterVersion.objects.select_for_update(of=("self",)).select_related("parameter").get(pk=version_id)
    if version.status != VersionStatus.DRAFT:
        raise PolicyError(
            "not_a_draft",
            _("这项数值的状态是“%(status)s”，只有草稿可以修改、发布或撤回。")
            % {"status": version.get_status_display()},
        )
    return version


def _period(first: date | None, last: date | None) -> DateRange:
    if first is None:
        raise PolicyError("first_day_missing", _("请填写执行期间的起始日期。"))
    if last is not None and last < first:
        raise PolicyError("ends_before_it_begins", _("截止日期早于起始日期，请核对。"))
    return days(first, last)


def _checked(row: Parameter | ParameterVersion | PolicyDocument, exclude: list[str] | None = None) -> None:
    """The model's own rules, as a refusal in words; the constraints of the database stand behind them."""
    try:
        row.full_clean(exclude=exclude, validate_constraints=exclude is None)
    except ValidationError as error:
        raise PolicyError("invalid", "".join(str(message) for message in error.messages)) from error


def _data(version: ParameterVersion) -> dict[str, object]:
    """What the audit keeps of a version: figures and days, nothing about people."""
    return {
        "code": version.parameter.code,
        "city": version.parameter.city_code,
        "value": str(version.value),
        "from": version.effective.lower.isoformat(),
        "until": version.last_day.isoformat() if version.last_day else None,
        "document": version.document_id,
        "article": version.article,
    }


def _reason_given(reason: str) -> None:
    if not reason.strip():
        raise PolicyError("reason_missing", _("请写明核对了哪份原文。"))


def _only_policy_officers(actor: User, at: datetime) -> None:
    if Role.OFFICER_POLICY not in roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以修改政策数据。"))
