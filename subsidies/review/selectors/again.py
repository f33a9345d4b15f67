"""A claim worked out again: the facts of today, the policy of the day it was sent, against what was decided then."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from foundation.policy.engine.words import check_words
from foundation.policy.values import fen_text
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.claims.selectors.claimables import Claimable, claimables_for
from subsidies.claims.selectors.facts import facts_many
from subsidies.schemes.deciding import Answer, Verdict, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of


@dataclass(frozen=True, slots=True)
class Again:
    """What the rule says of a claim today. ``changes`` are the differences in words; none means nothing has changed."""

    outcome: Verdict
    amount_fen: int | None
    answer: Answer | None
    # What the platform does not know and an officer has to look up: titles of checks.
    unknown: tuple[str, ...] = ()
    changes: tuple[str, ...] = field(default=())

    @property
    def is_same(self) -> bool:
        return not self.changes


def decisions_last(claims: Sequence[Claim]) -> dict[int, ClaimDecision]:
    """The decision that counts for each claim: its last edition."""
    rows = ClaimDecision.objects.filter(claim__in=[claim.pk for claim in claims]).order_by("claim", "edition")
    return {row.claim_id: row for row in rows}


def decided_again(claims: Sequence[Claim]) -> dict[int, Again]:
    """Each claim worked out again; as many queries for a hundred claims of one scheme and day as for one."""
    before = decisions_last(claims)
    cases = claimables_for(claims)
    groups: dict[tuple[int, date | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.scheme_id, claim.submitted_on].append(claim)
    found: dict[int, Again] = {}
    for (_scheme, sent_on), group in groups.items():
        for claim, answer in _answers(group, cases, on=sent_on):
            found[claim.pk] = _compared(claim, before.get(claim.pk), answer)
    return found


def _answers(
    group: Sequence[Claim], cases: dict[int, Claimable], *, on: date | None
) -> list[tuple[Claim, Answer | None]]:
    """Claims of one scheme, sent on one day, each with its answer; none for what cannot be claimed for any more."""
    scheme: Scheme = group[0].scheme
    assert on is not None
    there = [claim for claim in group if claim.pk in cases]
    law_on = next((cases[claim.pk].law_on for claim in there), None) or on
    figures = figures_of(scheme, on=law_on)
    answers: dict[int, Answer] = {}
    # The other claims of the group count against each other; only the claim itself does not.
    for claims in _one_of_each_worker(there):
        facts = facts_many(
            [cases[claim.pk] for claim in claims],
            scheme,
            on=on,
            figures=figures,
            besides=[claim.pk for claim in claims],
        )
        for claim, fact in zip(claims, facts, strict=True):
            answers[claim.pk] = scheme_decide(scheme, fact, on=law_on, figures=figures)
    return [(claim, answers.get(claim.pk)) for claim in group]


def _one_of_each_worker(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims in rounds in which nobody has two, so that nobody's second claim is forgotten beside her first."""
    rounds: list[list[Claim]] = []
    seen: dict[int, int] = defaultdict(int)
    for claim in claims:
        turn = seen[claim.worker_id]
        seen[claim.worker_id] += 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(claim)
    return rounds


def _compared(claim: Claim, before: ClaimDecision | None, answer: Answer | None) -> Again:
    if answer is None:
        return Again("no", None, None, changes=(_("这本证书或这次培训现在不能申领：已被更换、撤回或核验不一致。"),))
    changes = []
    was = before.outcome if before else "yes"
    # What nobody knew when it was sent and is known by now, in her favour, changes nothing that was told her.
    if answer.outcome != was and (was, answer.outcome) != ("undecided", "yes"):
        changes.append(
            _("申领时是“%(before)s”，今天重新核定是“%(after)s”%(why)s。")
            % {"before": verdict_words(was), "after": verdict_words(answer.outcome), "why": _why(answer)}
        )
    if answer.amount_fen != claim.amount_fen and answer.outcome in ("yes", "undecided"):
        changes.append(
            _("申领金额是 %(before)s，今天重新核定是 %(after)s。")
            % {"before": fen_text(claim.amount_fen), "after": fen_text(answer.amount_fen or 0)}
        )
    return Again(answer.outcome, answer.amount_fen, answer, _unknown(answer), tuple(changes))


def verdict_words(outcome: str) -> str:
    """The outcome of a decision in the words of the desk."""
    words = {"yes": _("符合"), "no": _("不符合"), "undecided": _("信息不全，要人工核实"), "gap": _("政策待确认")}
    return words.get(outcome, outcome)


def _why(answer: Answer) -> str:
    """What stands in the way, in brackets."""
    if answer.decision is None:
        return ""
    failed = [check_words(check)["title"] for check in answer.decision.missing]
    return _("（%(names)s）") % {"names": "、".join(failed)} if failed else ""


def _unknown(answer: Answer) -> tuple[str, ...]:
    if answer.decision is None:
        return ()
    return tuple(check_words(check)["title"] for check in answer.decision.missing if check.passed is None)
