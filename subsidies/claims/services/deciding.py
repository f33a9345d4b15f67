"""What the rule of the day says about a claim, and keeping it: frozen at each sending."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.policy.engine import Decision, Outcome, digest, to_json
from foundation.policy.engine.words import check_words
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.claims.selectors.claimables import Claimable
from subsidies.claims.selectors.facts import facts_of
from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of


def answer_for(case: Claimable, scheme: Scheme, *, on: date, besides: Sequence[int] = ()) -> Answer:
    """What the scheme says of the case on the day; ``besides`` is the claim that is being decided.

    An award was promised by the policy of the day it was filed: that one decides, with the facts of the day.
    """
    law_on = case.law_on or on
    figures = figures_of(scheme, on=law_on)
    facts = facts_of(case, scheme, on=on, figures=figures, besides=besides)
    return scheme_decide(scheme, facts, on=law_on, figures=figures)


def sendable(answer: Answer) -> Decision:
    """The decision a claim may be sent with: yes, or not yet known; else ``ClaimError`` with every reason."""
    decision = answer.decision
    if answer.outcome == "gap" or decision is None:
        raise ClaimError(
            "policy_gap",
            _("政策待确认：“%(scheme)s”现在没有有效的政策规定，不能申领，也不能按以前的标准发。请等政策发布后再来。")
            % {"scheme": answer.scheme.name},
        ) from answer.gap
    if decision.outcome == Outcome.NO:
        raise ClaimError("not_eligible", refusal_words(decision))
    if not decision.amount_fen:
        raise ClaimError("amount_unknown", refusal_words(decision))
    return decision


def refusal_words(decision: Decision) -> str:
    """Why not, in one sentence for each reason: what is needed, what she has, what she can do."""
    failed = [check for check in decision.missing if check.passed is False] or list(decision.missing)
    told = [_("%(title)s：要求%(needed)s，您的情况是%(found)s。%(advice)s") % check_words(check) for check in failed]
    return _("现在还不能申领。") + " ".join(told)


def decision_freeze(claim: Claim, decision: Decision, *, actor: User | None, at: datetime) -> ClaimDecision:
    """Keep a decision with its facts and figures as the claim's next one. The caller holds the claim or its worker."""
    last = ClaimDecision.objects.filter(claim=claim).aggregate(last=Max("edition"))["last"] or 0
    return ClaimDecision.objects.create(
        claim=claim,
        edition=last + 1,
        rule_version=decision.rule_version,
        on=decision.on,
        outcome=decision.outcome.value,
        amount_fen=decision.amount_fen,
        content=to_json(decision),
        digest=digest(decision),
        made_by=actor,
        at=at,
    )


def unknown_names(decision: Decision) -> list[str]:
    """The codes of what nobody knows yet, for the officer who is to find out."""
    return [check.code for check in decision.missing if check.passed is None]
