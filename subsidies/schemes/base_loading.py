"""Packs into the database: what is new is added, what is there stays, what contradicts is refused by name."""

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.models import Occupation
from foundation.policy import base_files
from foundation.policy.base_files import BaseData
from foundation.policy.models import PolicyDocument, days
from foundation.policy.services import base_data_load
from subsidies.schemes.errors import SchemeError
from subsidies.schemes.models import DatedLaw, OccupationFlag, Scheme, SchemePaper
from subsidies.schemes.pack_files import PackFlag, PackScheme, packs_read
from subsidies.schemes.states import SchemeState

FOLDER = Path(__file__).parent / "base"
DEMONSTRATION = Path(__file__).parent / "demonstration"


@transaction.atomic
def schemes_base_load(*, on: date) -> None:
    """Add what is missing: how long the steps of a claim may take, and the schemes of the cities."""
    base_data_load(on=on, folder=FOLDER / "rules")
    packs_load(folder=FOLDER, figures=_together(base_files.FOLDER, FOLDER / "rules"), on=on)


@transaction.atomic
def schemes_demo_load(*, on: date) -> None:
    """Add schemes that exist nowhere, so that a demonstration has something to pay. Never where real people claim."""
    base_data_load(on=on, folder=DEMONSTRATION / "rules")
    packs_load(folder=DEMONSTRATION, figures=_together(DEMONSTRATION / "rules"), on=on)


def packs_load(*, folder: Path, figures: BaseData, on: date) -> None:
    """Add the packs of a folder. A published row is never changed: ``SchemeError`` names the one that differs."""
    at = timezone.make_aware(datetime.combine(on, time.min))
    documents = {one.base_key: one for one in PolicyDocument.objects.exclude(base_key="")}
    for pack in packs_read(folder / "packs", figures):
        for scheme in pack.schemes:
            _scheme(scheme, documents[scheme.document], at)
        _flags(pack.flags, documents, at)


def _together(*folders: Path) -> BaseData:
    data = BaseData()
    for folder in folders:
        more = base_files.read(folder)
        data.documents += more.documents
        data.parameters += more.parameters
    return data


def _scheme(row: PackScheme, document: PolicyDocument, at: datetime) -> None:
    fields = {
        name: getattr(row, name)
        for name in ("name", "summary", "rule", "family", "fund", "payee", "subject", "order", "is_demonstration",
                     "paid_by",
                     "article", "provenance", "note")
    } | {"document_id": document.pk}  # fmt: skip
    known = Scheme.objects.filter(
        city_code=row.city, code=row.code, state=SchemeState.PUBLISHED, effective__startswith=row.since
    ).first()
    if known is not None:
        _compare(known, fields, row.until, row.row)
        return
    made = Scheme.objects.create(
        city_code=row.city,
        code=row.code,
        effective=days(row.since, row.until),
        state=SchemeState.PUBLISHED,
        published_at=at,
        **fields,
    )
    SchemePaper.objects.bulk_create(
        SchemePaper(
            scheme=made,
            title=paper.title,
            is_on_file=paper.is_on_file,
            is_required=paper.is_required,
            note=paper.note,
            order=place * 10,
        )
        for place, paper in enumerate(row.papers, start=1)
    )


def _flags(rows: Iterable[PackFlag], documents: dict[str, PolicyDocument], at: datetime) -> None:
    for row in rows:
        occupation = Occupation.objects.get(code=row.occupation)
        named = {
            "city_code": row.city,
            "occupation": occupation,
            "work_type": occupation.work_types.get(name=row.work_type) if row.work_type else None,
            "level": row.level,
            "flag": row.flag,
        }
        fields = {"document_id": documents[row.document].pk, "article": row.article, "provenance": row.provenance,
                  "note": row.note}  # fmt: skip
        known = OccupationFlag.objects.filter(
            **named, state=SchemeState.PUBLISHED, effective__startswith=row.since
        ).first()
        if known is not None:
            _compare(known, fields, row.until, row.row)
            continue
        OccupationFlag.objects.create(
            **named, effective=days(row.since, row.until), state=SchemeState.PUBLISHED, published_at=at, **fields
        )


def _compare(known: DatedLaw, fields: dict[str, Any], until: date | None, name: str) -> None:
    """What is published must be what the file says; an officer may have ended it earlier."""
    end = known.effective.upper
    wanted = days(known.effective.lower, until).upper
    ends_well = end == wanted or (end is not None and (wanted is None or end < wanted))
    if not ends_well or any(getattr(known, field) != value for field, value in fields.items()):
        raise SchemeError(
            "base_data_changed",
            _("补贴项目“%(row)s”与已发布的内容不一致。已发布的不会被文件改动；请由政策管理人员起草并发布新的版本。")
            % {"row": name},
        )
