"""对账: batches, ledger and claims say the same to the fen, or every difference is named."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from foundation.policy.values import fen_text
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.ledger.models import Account, Entry
from subsidies.ledger.states import AccountKind, PostingKind
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.selectors.files import bank_text
from subsidies.payments.states import BatchState, LineState
from subsidies.schemes.states import Fund
from workers.districts import district_name

WENT = (BatchState.SENT, BatchState.SETTLED)
NUMBERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Sums:
    """How many payments and how much, in fen."""

    count: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One batch, or one fund, district and month: what went out and what became of it."""

    label: str
    exported: Sums
    paid: Sums
    failed: Sums
    repaired: Sums
    waiting: Sums
    batch_id: int | None = None

    @property
    def cells(self) -> tuple[Sums, ...]:
        return self.exported, self.paid, self.failed, self.repaired, self.waiting


@dataclass(slots=True)
class Reconciliation:
    batches: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    total: Row | None = None
    differences: list[str] = field(default_factory=list)


def reconciliation_of(
    *, since: date | None = None, until: date | None = None, fund: str = "", with_files: bool = False
) -> Reconciliation:
    """The batches that went to the bank in a period, by batch and by fund, district and month, and what disagrees.

    Claims and ledger are compared as a whole, whatever the period. ``with_files`` makes each file anew and compares
    its digest, which reads every account.
    """
    batches = PaymentBatch.objects.filter(state__in=WENT).order_by("number")
    batches = batches.filter(fund=fund) if fund else batches
    batches = batches.filter(sent_at__date__gte=since) if since else batches
    batches = batches.filter(sent_at__date__lte=until) if until else batches
    found = Reconciliation()
    found.batches = _by_batch(batches)
    found.groups = _by_group(batches)
    found.total = _row(_("合计"), PaymentLine.objects.filter(batch__in=batches).aggregate(**_columns()))
    found.differences = [*_batches_compare(batches, found.batches), *_claims_compare(), *_accounts_compare()]
    if with_files:
        found.differences += _files_compare(batches)
    return found


_EXPORTED = ~Q(state=LineState.REMOVED)
_REPAIRED = Q(state=LineState.FAILED) & ~Q(claim__state=ClaimState.PAYMENT_FAILED)
_KINDS = {
    "exported": _EXPORTED,
    "paid": Q(state=LineState.PAID),
    "failed": Q(state=LineState.FAILED),
    "repaired": _REPAIRED,
    "waiting": Q(state=LineState.WAITING),
}


def _columns() -> dict[str, Count | Sum]:
    counts: dict[str, Count | Sum] = {f"{name}_count": Count("pk", filter=kind) for name, kind in _KINDS.items()}
    return counts | {f"{name}_fen": Sum("amount_fen", filter=kind) for name, kind in _KINDS.items()}


def _row(label: str, found: Mapping[str, Any], batch_id: int | None = None) -> Row:
    sums = {name: Sums(found[f"{name}_count"] or 0, found[f"{name}_fen"] or 0) for name in _KINDS}
    return Row(label, **sums, batch_id=batch_id)


def _by_batch(batches: QuerySet[PaymentBatch]) -> list[Row]:
    rows = (
        PaymentLine.objects.filter(batch__in=batches)
        .order_by("batch__number")
        .values("batch", number=F("batch__number"))
        .annotate(**_columns())
    )
    return [_row(row["number"], row, row["batch"]) for row in rows]


def _by_group(batches: QuerySet[PaymentBatch]) -> list[Row]:
    rows = (
        PaymentLine.objects.filter(batch__in=batches)
        .values("batch__fund", "claim__district_code", "batch__sent_at__year", "batch__sent_at__month")
        .annotate(**_columns())
        .order_by("batch__sent_at__year", "batch__sent_at__month", "batch__fund", "claim__district_code")
    )
    return [_row(_group_label(row), row) for row in rows]


def _group_label(row: Mapping[str, Any]) -> str:
    month = f"{row['batch__sent_at__year']}-{row['batch__sent_at__month']:02}"
    district = str(row["claim__district_code"])
    place = settings.CITY_NAME if district == settings.CITY_CODE else district_name(district)
    return f"{month} {Fund(str(row['batch__fund'])).label} {place}"


def _differs(what: str, one: str, first: int, other: str, second: int) -> str:
    return _("%(what)s：%(one)s %(first)s，%(other)s %(second)s，相差 %(apart)s。") % {
        "what": what,
        "one": one,
        "first": fen_text(first),
        "other": other,
        "second": fen_text(second),
        "apart": fen_text(first - second),
    }


def _batches_compare(batches: QuerySet[PaymentBatch], rows: list[Row]) -> Iterator[str]:
    """Each batch: its own figures, its lines, and what the ledger booked under its number."""
    known = {row.batch_id: row for row in rows}
    booked: dict[str, Counter[str]] = defaultdict(Counter)
    entries = Entry.objects.filter(posting__reference__in=batches.values("number"), amount_fen__gt=0).order_by()
    for number, kind, total in entries.values_list("posting__reference", "posting__kind").annotate(
        total=Sum("amount_fen")
    ):
        booked[number][kind] = total
    for batch in batches:
        row = known.get(batch.pk) or _row(batch.number, dict.fromkeys(_columns()))
        what = _("批次 %(number)s") % {"number": batch.number}
        if batch.lines_count != row.exported.count:
            yield _("%(what)s：登记 %(count)d 笔，明细 %(lines)d 笔。") % {
                "what": what,
                "count": batch.lines_count,
                "lines": row.exported.count,
            }
        lines = _("明细")
        for label, first, second in (
            (_("批次登记的总金额"), batch.total_fen, row.exported.fen),
            (_("账上送银行"), booked[batch.number][PostingKind.SEND], row.exported.fen),
            (_("账上银行已付"), booked[batch.number][PostingKind.SETTLE], row.paid.fen),
            (_("账上银行退回"), booked[batch.number][PostingKind.BOUNCE], row.failed.fen),
        ):
            if first != second:
                yield _differs(what, label, first, lines, second)


def _claims_compare() -> Iterator[str]:
    """Every claim of which money is in a batch, at the bank or paid has exactly one line that says so."""
    wanted = {
        ClaimState.IN_BATCH: Q(state=LineState.WAITING, batch__state__in=[BatchState.BUILT, BatchState.SIGNED]),
        ClaimState.SENT: Q(state=LineState.WAITING, batch__state=BatchState.SENT),
        ClaimState.PAID: Q(state=LineState.PAID),
    }
    for state, lines in wanted.items():
        held = PaymentLine.objects.filter(lines)
        alone = Claim.objects.filter(state=state).exclude(pk__in=held.values("claim"))
        yield from _named(_("申领“%(state)s”，却没有相应的拨付明细") % {"state": state.label}, alone)
        other = held.exclude(claim__state=state).values("claim")
        yield from _named(
            _("拨付明细与申领状态不符，申领应为“%(state)s”") % {"state": state.label},
            Claim.objects.filter(pk__in=other),
        )
    unlike = PaymentLine.objects.filter(_EXPORTED).exclude(amount_fen=F("claim__amount_fen")).values("claim")
    yield from _named(_("拨付明细的金额与申领不同"), Claim.objects.filter(pk__in=unlike))
    failed = PaymentLine.objects.filter(state=LineState.FAILED).values("claim")
    alone = Claim.objects.filter(state=ClaimState.PAYMENT_FAILED).exclude(pk__in=failed)
    yield from _named(_("申领被银行退回，却没有失败的拨付明细"), alone)


def _named(what: str, claims: QuerySet[Claim]) -> Iterator[str]:
    count = claims.count()
    if count:
        numbers = "、".join(claims.order_by("pk").values_list("number", flat=True)[:NUMBERS_SHOWN])
        yield _("%(what)s：%(count)d 份（%(numbers)s%(more)s）。") % {
            "what": what,
            "count": count,
            "numbers": numbers,
            "more": _("等") if count > NUMBERS_SHOWN else "",
        }


def _accounts_compare() -> Iterator[str]:
    """The accounts of each fund against their entries and against the claims whose money they hold."""
    entries = dict(Entry.objects.order_by().values_list("account").annotate(total=Sum("amount_fen")))
    balances: Counter[tuple[str, str]] = Counter()
    for account in Account.objects.all():
        balances[account.fund, account.kind] += account.balance_fen
        if account.balance_fen != entries.get(account.pk, 0):
            yield _differs(str(account), _("余额"), account.balance_fen, _("分录"), entries.get(account.pk, 0))
    places = {ClaimState.SENT: AccountKind.IN_TRANSIT, ClaimState.PAID: AccountKind.PAID}
    claims = Claim.objects.filter(state__in=list(places)).order_by().values_list("fund", "state")
    owed = {(fund, state): total for fund, state, total in claims.annotate(total=Sum("amount_fen"))}
    for fund in Fund:
        for state, kind in places.items():
            first, second = balances[fund, kind], owed.get((fund, state), 0)
            if first != second:
                yield _differs(str(fund.label), str(kind.label), first, _("申领"), second)


def _files_compare(batches: QuerySet[PaymentBatch]) -> Iterator[str]:
    for batch in batches:
        if sha256(bank_text(batch)).hexdigest() != batch.file_digest:
            yield _("批次 %(number)s：现在的明细与送银行时的文件不一致。") % {"number": batch.number}
