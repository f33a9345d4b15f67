"""我的补贴: for each of her certificates and classes, what every scheme of the city says today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from subsidies.claims.models import Claim
from subsidies.claims.selectors.claimables import FIELDS, Claimable, claimables_of, keys_of
from subsidies.claims.selectors.facts import Files
from subsidies.claims.states import LIVE
from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import ClassBook, SchemeFigures, class_book, figures_of, schemes_shown
from workers.models import Worker

# What she can have first, what nobody knows before what she cannot have.
RANK = {"yes": 0, "undecided": 1, "gap": 2, "no": 3}


@dataclass(frozen=True)
class Offer:
    """What one scheme says of one case. ``claim``: the claim that stands for it, by this scheme or by one beside it."""

    answer: Answer
    claim: Claim | None = None

    @property
    def scheme(self) -> Scheme:
        return self.answer.scheme

    @property
    def is_claimable(self) -> bool:
        """Whether she may send a claim now."""
        is_open = self.answer.outcome in {"yes", "undecided"} and (bool(self.answer.amount_fen) or self.answer.asks_fee)
        return is_open and self.claim is None and self.scheme.payee == "worker"


@dataclass(frozen=True)
class Case:
    """One certificate or class, with every scheme's answer, the best for her first."""

    claimable: Claimable
    offers: list[Offer]


def cases_of(worker: Worker, *, on: date, city: str = "") -> list[Case]:
    """All her cases. The number of queries grows with the schemes, never with her certificates."""
    found = claimables_of(worker)
    if not found:
        return []
    files = Files(found, on=on)
    standing = _standing(worker)
    laws = [
        (scheme, figures_of(scheme, on=on), class_book(city=scheme.city_code, scheme=scheme))
        for scheme in schemes_shown(city=city or settings.CITY_CODE, on=on)
    ]
    return [Case(one, _offers(one, laws, files, standing, on)) for one in found]


def case_of(claimable: Claimable, scheme: Scheme, *, on: date) -> Offer:
    """What one scheme says of one case."""
    files = Files([claimable], on=on)
    laws = [(scheme, figures_of(scheme, on=on), class_book(city=scheme.city_code, scheme=scheme))]
    return _offers(claimable, laws, files, _standing(claimable.worker), on)[0]


def _offers(
    one: Claimable,
    laws: list[tuple[Scheme, SchemeFigures, ClassBook]],
    files: Files,
    standing: Mapping[tuple[str, int, str], Claim],
    on: date,
) -> list[Offer]:
    offers = []
    for scheme, figures, book in laws:
        if scheme.subject != one.subject:
            continue
        answer = scheme_decide(scheme, files.facts(one, scheme, figures, book), on=on, figures=figures)
        offers.append(Offer(answer, standing.get((one.field, one.pk, scheme.lane))))
    return sorted(offers, key=lambda offer: (RANK[offer.answer.outcome], offer.scheme.order))


def _standing(worker: Worker) -> dict[tuple[str, int, str], Claim]:
    """Her claims that stand, by what they are for and in which lane; also by the certificate that replaced theirs."""
    rows = list(Claim.objects.filter(worker=worker, state__in=sorted(LIVE)).select_related("scheme").defer("account"))
    found: dict[tuple[str, int, str], Claim] = {}
    keys = keys_of(rows)
    for claim in rows:
        found[(*keys[claim.pk], claim.lane)] = claim
        for field in FIELDS:
            pk = getattr(claim, f"{field}_id")
            if pk is not None:
                found[field, pk, claim.lane] = claim
    return found
