"""Which batches somebody may see, and what is in them."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from foundation.database import in_force
from foundation.imports.kinds import Kind
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.registry import kinds
from foundation.imports.states import BatchState, RowState, Severity

# They look into every batch and bring none.
READERS_OF_ALL = frozenset({Role.AUDITOR, Role.OFFICER_INSPECTION})


def batches_visible_to(user: User, *, on: date) -> QuerySet[ImportBatch]:
    """Batches of the kinds the user's roles bring, of their own organisation where a kind belongs to one."""
    batches = ImportBatch.objects.select_related("uploaded_by", "organisation").order_by("-uploaded_at", "-pk")
    if not user.is_active:
        return batches.none()
    held: dict[Role, set[int | None]] = {}
    for role, organisation in Membership.objects.filter(in_force(on), user=user).values_list("role", "organisation_id"):
        held.setdefault(Role(role), set()).add(organisation)
    if READERS_OF_ALL & set(held):
        return batches
    allowed = Q(pk__in=[])
    for kind in kinds():
        organisations = set().union(*(held[role] for role in kind.roles & set(held)))
        if organisations:
            scope = Q(organisation__in=organisations) if kind.belongs_to_organisation else Q(organisation=None)
            allowed |= Q(kind=kind.code) & scope
    return batches.filter(allowed)


def may_bring(kind: Kind, roles: Collection[Role]) -> bool:
    """Whether somebody with these roles may bring, apply and discard files of a kind."""
    return bool(kind.roles & set(roles))


def rows_of(batch: ImportBatch, *, worst: str | None = None, state: str | None = None) -> QuerySet[ImportRow]:
    """The rows of a batch the caller may see, in the order of the file."""
    rows = ImportRow.objects.filter(batch=batch).order_by("line")
    if worst is not None:
        rows = rows.filter(worst=worst)
    return rows.filter(state=state) if state else rows


def rows_to_mend(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows that were not applied because something must be put right first."""
    return rows_of(batch, state=RowState.FAULTY)


def rows_to_see(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows that were put right by themselves or that somebody should look at."""
    return (
        ImportRow.objects.filter(batch=batch, worst__in=[Severity.REPAIRED, Severity.WARNING])
        .exclude(state=RowState.FAULTY)
        .order_by("line")
    )


def batches_with_faults(user: User, *, on: date) -> QuerySet[ImportBatch]:
    """Batches that wait for somebody: columns to confirm, rows to apply or to mend."""
    waiting = Q(state__in=[BatchState.UPLOADED, BatchState.RECOGNISED, BatchState.CHECKED, BatchState.FAILED])
    return batches_visible_to(user, on=on).filter(waiting | Q(state=BatchState.APPLIED, rows_faulty__gt=0))
