"""The schemes and figures of every pack straight from their files: for tests and measurements without a database."""

from datetime import date, timedelta
from pathlib import Path

from foundation.policy import base_files
from foundation.policy.base_files import BaseData
from foundation.policy.models import days
from foundation.policy.states import CHECKED_BY_PROVENANCE, places_above
from foundation.policy.values import ParameterValue, Period
from subsidies.schemes.base_loading import DEMONSTRATION, FOLDER
from subsidies.schemes.models import Scheme
from subsidies.schemes.pack_files import packs_read
from subsidies.schemes.selectors import SchemeFigures
from subsidies.schemes.states import SchemeState


def data_of(*folders: Path) -> BaseData:
    data = BaseData()
    for folder in folders:
        more = base_files.read(folder)
        data.documents += more.documents
        data.parameters += more.parameters
    return data


BASE = data_of(base_files.FOLDER, FOLDER / "rules")
SHOWN = data_of(DEMONSTRATION / "rules")
DOCUMENTS = {one.key: one for one in BASE.documents + SHOWN.documents}


def schemes_at_hand() -> list[Scheme]:
    """Every edition of every pack, as rows that are in no database."""
    packs = packs_read(FOLDER / "packs", BASE) + packs_read(DEMONSTRATION / "packs", SHOWN)
    return [
        Scheme(
            city_code=row.city,
            code=row.code,
            name=row.name,
            rule=row.rule,
            family=row.family,
            fund=row.fund,
            payee=row.payee,
            subject=row.subject,
            effective=days(row.since, row.until),
            state=SchemeState.PUBLISHED,
        )
        for pack in packs
        for row in pack.schemes
    ]


def figures_at_hand(scheme: Scheme, *, on: date) -> SchemeFigures:
    """What ``figures_of`` finds in a database that the packs were loaded into, without what lapsed."""
    places = places_above(scheme.city_code)
    nearest: dict[str, ParameterValue | None] = {}
    for place in reversed(places):
        for row in BASE.parameters + SHOWN.parameters:
            if row.city == place and row.code.startswith(f"{scheme.code}."):
                nearest[row.code] = None
                for number, version in enumerate(row.versions):
                    if on in Period(version.since, version.until):
                        document = DOCUMENTS[version.document]
                        nearest[row.code] = ParameterValue(
                            code=row.code,
                            value=version.value,
                            unit=row.unit,
                            version_id=hash((row.code, row.city, number)) % 100_000,
                            article=version.article,
                            doc_no=document.doc_no,
                            document_title=document.title,
                            effective=Period(version.since, version.until),
                            verified=version.provenance in CHECKED_BY_PROVENANCE,
                            provenance=version.provenance,
                            city_code=row.city,
                            meaning=row.meaning,
                            address=document.address,
                        )
    found = {code: figure for code, figure in nearest.items() if figure is not None}
    return SchemeFigures(found, city=scheme.city_code, on=on)


def days_of(scheme: Scheme) -> list[date]:
    """The first day of a scheme, one in the middle, its last or a day of today's year."""
    first, upper = scheme.effective.lower, scheme.effective.upper
    last = upper - timedelta(days=1) if upper else date(2026, 11, 23)
    return [first, first + (last - first) / 2, last]
