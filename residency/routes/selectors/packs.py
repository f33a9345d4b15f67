"""Which packs hold on a day, which have ended, which wait for somebody."""

from datetime import date

from django.db.models import QuerySet

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.database import in_force
from residency.routes.models import RoutePack
from residency.routes.rules.packs import Purpose
from residency.routes.states import PACK_KEEPERS, PACK_READERS, PackState


def packs_to_read(user: User, *, on: date) -> QuerySet[RoutePack]:
    """Every edition for the desk; for others none: workers read estimates, never drafts or other cities' packs."""
    if not PACK_READERS & roles_of(user, on=on):
        return RoutePack.objects.none()
    return RoutePack.objects.select_related("drafted_by", "published_by", "follows")


def packs_on(*, city: str, on: date) -> list[RoutePack]:
    """The city's own routes of residency in force on a day. Reference packs and schooling answer for nobody."""
    rows = _own(city).filter(in_force(on))
    return [row for row in rows if _is_residency(row)]


def pack_on(*, city: str, code: str | None = None, on: date) -> RoutePack | None:
    """The edition of a pack in force on a day, the city's first where no code is named; None: 政策待确认."""
    return next((row for row in packs_on(city=city, on=on) if code in {None, row.code}), None)


def packs_last(*, city: str, on: date) -> list[RoutePack]:
    """The last edition of each of the city's packs that had begun by a day, also when it has ended since."""
    found: dict[str, RoutePack] = {}
    for row in _own(city).filter(effective__startswith__lte=on).order_by("code", "-effective"):
        if _is_residency(row):
            found.setdefault(row.code, row)
    return list(found.values())


def edition_before(pack: RoutePack) -> RoutePack | None:
    """The published edition that a pack follows in time, to compare with."""
    return (
        RoutePack.objects.filter(
            city_code=pack.city_code,
            code=pack.code,
            state=PackState.PUBLISHED,
            effective__startswith__lte=pack.effective.lower,
        )
        .exclude(pk=pack.pk)
        .order_by("-effective")
        .first()
    )


def packs_waiting(user: User, *, on: date) -> QuerySet[RoutePack]:
    """Drafts that the officer may publish, because another wrote them."""
    if not PACK_KEEPERS & roles_of(user, on=on):
        return RoutePack.objects.none()
    return RoutePack.objects.filter(state=PackState.DRAFT).exclude(drafted_by=user)


def _own(city: str) -> QuerySet[RoutePack]:
    return RoutePack.objects.filter(city_code=city, is_reference=False, state=PackState.PUBLISHED)


def _is_residency(row: RoutePack) -> bool:
    return str(row.content.get("purpose", Purpose.RESIDENCY)) == Purpose.RESIDENCY
