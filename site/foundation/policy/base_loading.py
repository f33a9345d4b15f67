"""Base files into the database: what is new is added, what is there stays, what contradicts is refused by name.

A part of the services: call ``services.base_data_load``.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.policy.base_files import BaseDocument, BaseParameter, BaseVersion, read
from foundation.policy.errors import PolicyError
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument, days
from foundation.policy.states import Origin, VersionStatus


@dataclass(slots=True)
class LoadReport:
    """How many rows were added and how many were there already."""

    added: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def changed_anything(self) -> bool:
        return self.added.total() > 0

    def as_data(self) -> dict[str, dict[str, int]]:
        return {"added": dict(self.added), "kept": dict(self.kept)}


def load(*, on: date) -> LoadReport:
    """Add what the base files say and the database does not know yet."""
    data, report = read(), LoadReport()
    documents = {row.key: _document(row, report) for row in data.documents}
    at = timezone.make_aware(datetime.combine(on, time.min))
    for row in data.parameters:
        parameter = _parameter(row, report)
        for version in row.versions:
            _version(parameter, version, documents[version.document], at, report)
    return report


def _document(row: BaseDocument, report: LoadReport) -> PolicyDocument:
    values = {
        "doc_no": row.doc_no,
        "title": row.title,
        "issuer": row.issuer,
        "issued_on": row.issued_on,
        "effective": days(row.since, row.until) if row.since else None,
        "address": row.address,
        "city_code": row.city,
        "level": row.level,
        "provenance": row.provenance,
        "note": row.note,
    }
    known = PolicyDocument.objects.filter(base_key=row.key).first()
    if known is None:
        report.added["documents"] += 1
        document = PolicyDocument(base_key=row.key, **values)
        document.save()
        return document
    report.kept["documents"] += 1
    # What an officer has corrected since belongs to the officer.
    if known.recorded_by_id is None:
        for name, value in values.items():
            if getattr(known, name) != value:
                raise _changed(_("政策文件 %(key)s 的“%(field)s”") % {"key": row.key, "field": name})
    return known


def _parameter(row: BaseParameter, report: LoadReport) -> Parameter:
    parameter, is_new = Parameter.objects.get_or_create(
        code=row.code, city_code=row.city, defaults={"unit": row.unit, "meaning": row.meaning}
    )
    if parameter.unit != row.unit:
        raise _changed(_("参数 %(code)s(%(city)s)的单位") % {"code": row.code, "city": row.city})
    (report.added if is_new else report.kept)["parameters"] += 1
    return parameter


def _version(
    parameter: Parameter, row: BaseVersion, document: PolicyDocument, at: datetime, report: LoadReport
) -> None:
    known = ParameterVersion.objects.filter(
        parameter=parameter, origin=Origin.BASE, status=VersionStatus.PUBLISHED, effective__startswith=row.since
    ).first()
    if known is None:
        ParameterVersion.objects.create(
            parameter=parameter,
            value=row.value,
            effective=days(row.since, row.until),
            document=document,
            article=row.article,
            note=row.note,
            provenance=row.provenance,
            status=VersionStatus.PUBLISHED,
            origin=Origin.BASE,
            published_at=at,
        )
        report.added["versions"] += 1
        return
    before = (known.value, known.document_id, known.article, known.note, known.provenance)
    if before != (row.value, document.pk, row.article, row.note, row.provenance) or not _same_end(known, row):
        raise _changed(
            _("参数 %(code)s(%(city)s)自 %(day)s 起的数值")
            % {"code": parameter.code, "city": parameter.city_code, "day": row.since.isoformat()}
        )
    report.kept["versions"] += 1


def _same_end(known: ParameterVersion, row: BaseVersion) -> bool:
    """The last day is the file's, or an officer's later value took over before it."""
    if known.last_day == row.until:
        return True
    earlier = known.last_day is not None and (row.until is None or known.last_day < row.until)
    return (
        earlier
        and ParameterVersion.objects.filter(
            parameter=known.parameter_id,
            origin=Origin.OFFICER,
            status=VersionStatus.PUBLISHED,
            effective__startswith=known.effective.upper,
        ).exists()
    )


def _changed(what: str) -> PolicyError:
    return PolicyError(
        "base_data_changed",
        _("%(what)s与已发布的内容不一致。已发布的政策数据不会被基础数据文件改动;请由政策管理人员起草并发布新的版本。")
        % {"what": what},
    )
