"""Base files into the database: what is new is added, what is there stays, what contradicts is refused by name.

A part of the services: call ``services.base_data_load``.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

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
        return {"added": dict(+self.added), "kept": dict(+self.kept)}


def load(*, on: date, folder: Path) -> LoadReport:
    """Add what the files of the folder say and the database does not know yet."""
    data, report = read(folder), LoadReport()
    documents = _documents(data.documents, report)
    parameters = _parameters(data.parameters, report)
    at = timezone.make_aware(datetime.combine(on, time.min))
    rows = (
        (parameters[row.code, row.city], version, documents[version.document])
        for row in data.parameters
        for version in row.versions
    )
    _versions(rows, at, report)
    return report


def _documents(rows: Iterable[BaseDocument], report: LoadReport) -> dict[str, PolicyDocument]:
    known = {document.base_key: document for document in PolicyDocument.objects.exclude(base_key="")}
    new = []
    for row in rows:
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
        document = known.get(row.key)
        if document is None:
            new.append(PolicyDocument(base_key=row.key, **values))
            continue
        report.kept["documents"] += 1
        if document.recorded_by_id is None:  # what an officer has corrected since belongs to the officer
            for name, value in values.items():
                if getattr(document, name) != value:
                    raise _changed(_("政策文件 %(key)s 的“%(field)s”") % {"key": row.key, "field": name})
    report.added["documents"] = len(new)
    return known | {document.base_key: document for document in PolicyDocument.objects.bulk_create(new)}


def _parameters(rows: Iterable[BaseParameter], report: LoadReport) -> dict[tuple[str, str], Parameter]:
    known = {(parameter.code, parameter.city_code): parameter for parameter in Parameter.objects.all()}
    new = []
    for row in rows:
        parameter = known.get((row.code, row.city))
        if parameter is None:
            new.append(Parameter(code=row.code, city_code=row.city, unit=row.unit, meaning=row.meaning))
        elif parameter.unit != row.unit:
            raise _changed(_("参数 %(code)s(%(city)s)的单位") % {"code": row.code, "city": row.city})
        else:
            report.kept["parameters"] += 1
    report.added["parameters"] = len(new)
    made = Parameter.objects.bulk_create(new)
    return known | {(parameter.code, parameter.city_code): parameter for parameter in made}


def _versions(rows: Iterable[tuple[Parameter, BaseVersion, PolicyDocument]], at: datetime, report: LoadReport) -> None:
    published = ParameterVersion.objects.filter(origin=Origin.BASE, status=VersionStatus.PUBLISHED)
    known = {(version.parameter_id, version.effective.lower): version for version in published}
    new = []
    for parameter, row, document in rows:
        version = known.get((parameter.pk, row.since))
        if version is None:
            new.append(
                ParameterVersion(
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
            )
            continue
        before = (version.value, version.document_id, version.article, version.note, version.provenance)
        if before != (row.value, document.pk, row.article, row.note, row.provenance) or not _same_end(version, row):
            raise _changed(
                _("参数 %(code)s(%(city)s)自 %(day)s 起的数值")
                % {"code": parameter.code, "city": parameter.city_code, "day": row.since.isoformat()}
            )
        report.kept["versions"] += 1
    report.added["versions"] = len(new)
    ParameterVersion.objects.bulk_create(new)


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
        _("%(what)s与已发布的内容不一致。已发布的政策数据不会被基础数据文件改动；请由政策管理人员起草并发布新的版本。")
        % {"what": what},
    )
