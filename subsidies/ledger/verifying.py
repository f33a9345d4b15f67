"""Does every balance follow from the entries, and does the money of every claim lie where it should?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from foundation.policy.values import fen_text
from subsidies.ledger.models import Account, Entry, Posting
from subsidies.ledger.selectors import Budget
from subsidies.ledger.states import AccountKind

HOLDING = (AccountKind.COMMITTED, AccountKind.IN_TRANSIT, AccountKind.PAID)


@dataclass(frozen=True, slots=True)
class Held:
    """A claim as its own floor knows it: where its money is to lie (nowhere: ``""``), and how much."""

    claim_id: int
    number: str
    place: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not agree, and the two amounts."""

    what: str
    expected_fen: int
    found_fen: int

    @property
    def sentence(self) -> str:
        return _("%(what)s：应为 %(expected)s，实为 %(found)s，相差 %(apart)s。") % {
            "what": self.what,
            "expected": fen_text(self.expected_fen),
            "found": fen_text(self.found_fen),
            "apart": fen_text(self.found_fen - self.expected_fen),
        }


@dataclass(slots=True)
class Report:
    """What was compared, and what does not agree."""

    accounts: int = 0
    postings: int = 0
    claims: int = 0
    differences: list[Difference] = field(default_factory=list)


def ledger_verify(claims: Iterable[Held]) -> Report:
    """Recompute all balances from the entries and hold them against the accounts and against all claims there are."""
    report = Report()
    _accounts(report)
    _postings(report)
    _claims(report, claims)
    return report


def _accounts(report: Report) -> None:
    sums = dict(Entry.objects.order_by().values_list("account").annotate(total=Sum("amount_fen")))
    whole = 0
    for account in Account.objects.all():
        report.accounts += 1
        whole += account.balance_fen
        if account.balance_fen != sums.get(account.pk, 0):
            budget = Budget(account.fund, account.year, account.district_code)
            what = _("%(budget)s“%(kind)s”的余额") % {"budget": budget.title, "kind": account.get_kind_display()}
            report.differences.append(Difference(what, sums.get(account.pk, 0), account.balance_fen))
    if whole:
        report.differences.append(Difference(_("全部账户相加"), 0, whole))


def _postings(report: Report) -> None:
    report.postings = Posting.objects.count()
    odd = Posting.objects.annotate(total=Sum("entries__amount_fen"), lines=Count("entries"))
    for posting in odd.filter(Q(lines=0) | ~Q(total=0)).order_by("pk"):
        what = _("凭证 %(pk)s（%(name)s）的分录相加") % {"pk": posting.pk, "name": posting}
        report.differences.append(Difference(what, 0, posting.total or 0))


def _claims(report: Report, claims: Iterable[Held]) -> None:
    lying: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Entry.objects.filter(claim_ref__isnull=False, account__kind__in=HOLDING).order_by()
    for claim, kind, total in rows.values_list("claim_ref", "account__kind").annotate(total=Sum("amount_fen")):
        lying[claim][kind] = total
    for held in claims:
        report.claims += 1
        found = lying.pop(held.claim_id, {})
        for kind in HOLDING:
            expected = held.amount_fen if held.place == kind else 0
            if found.get(kind, 0) != expected:
                what = _("申领 %(number)s 在“%(kind)s”") % {"number": held.number, "kind": kind.label}
                report.differences.append(Difference(what, expected, found.get(kind, 0)))
    for claim, found in sorted(lying.items()):
        total = sum(found.values())
        report.differences.append(Difference(_("没有申领、却记在编号 %(pk)s 名下的钱") % {"pk": claim}, 0, total))
