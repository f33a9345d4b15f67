"""What is done with a claim after it was sent: correct it, take it back, put its account right."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.policy.engine import Outcome
from subsidies.awards.services import is_mandated
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.services.deciding import answer_for, decision_freeze
from subsidies.claims.services.moving import claim_move
from subsidies.claims.services.papers import NewPaper, papers_keep, papers_missing
from subsidies.claims.services.sending import account_for, case_of_claim, kept_of, worker_hold
from subsidies.claims.states import Channel, ClaimState, Party
from subsidies.schemes.states import Payee
from workers.services import card_set
from workers.states import AccountProof


@transaction.atomic
def claim_resubmit(
    *,
    claim_id: int,
    answer: str,
    actor: User,
    at: datetime,
    papers: Sequence[NewPaper] = (),
    fee_fen: int | None = None,
) -> Claim:
    """Send a returned claim again with what was asked for. It is worked out anew, by the day it was first sent.

    ``fee_fen`` puts right what the assessment cost, where a share of it is paid.

    An answer that has become no goes to the officer too: she gets a decision she can appeal against, not a closed door.
    """
    claim = _held(claim_id)
    party = party_of(claim, actor, at=at)
    _in_state(claim, ClaimState.RETURNED)
    answer = answer.strip()
    if not answer:
        raise ClaimError("answer_missing", _("请写一句您补了什么，或者怎么回事，再提交。"))
    papers_keep(claim, papers, actor=actor, at=at)
    missing = papers_missing(claim)
    if missing:
        raise ClaimError("papers_missing", _("还缺材料：%(titles)s。请拍照上传。") % {"titles": "、".join(missing)})
    if claim.fee_fen is not None and fee_fen:
        claim.fee_fen = fee_fen
        claim.save(update_fields=["fee_fen"])
    on = claim.submitted_on or timezone.localdate(at)
    found = answer_for(case_of_claim(claim), claim.scheme, on=on, besides=[claim.pk])
    if found.decision is None:
        raise ClaimError("policy_gap", _("政策待确认：这项补贴的规定现在查不到，不能重新核算。请联系人社部门。"))
    if found.decision.outcome != Outcome.NO and found.decision.amount_fen:
        claim.amount_fen = found.decision.amount_fen
    claim.account = account_for(claim.payee, claim.worker, claim.school) or claim.account
    claim.save(update_fields=["amount_fen", "account", "account_index"])
    decision_freeze(claim, found.decision, actor=actor, at=at)
    data = kept_of(found.decision)
    return claim_move(claim_id=claim.pk, action="resubmit", party=party, actor=actor, at=at, reason=answer, data=data)


@transaction.atomic
def claim_withdraw(*, claim_id: int, actor: User, at: datetime, reason: str = "") -> Claim:
    """Take a claim back before it is approved; one that was taken back already stays so."""
    claim = _held(claim_id)
    party = party_of(claim, actor, at=at)
    if claim.state == ClaimState.WITHDRAWN:
        return claim
    return claim_move(claim_id=claim.pk, action="withdraw", party=party, actor=actor, at=at, reason=reason)


@transaction.atomic
def claim_account_repair(*, claim_id: int, actor: User, at: datetime, account: str = "") -> Claim:
    """After the bank refused: pay to the account on file now, or to ``account``, which is then kept on her file.

    Raises ``ClaimError`` while the account is still the one the bank refused, unless finance says to try it again.
    """
    claim = _held(claim_id)
    _in_state(claim, ClaimState.PAYMENT_FAILED)
    if Role.OFFICER_FINANCE in roles_of(actor, on=timezone.localdate(at)) and claim.worker.user_id != actor.pk:
        party = Party.FINANCE
    else:
        party = party_of(claim, actor, at=at)
    if actor.pk in {claim.intake_by_id, claim.review_by_id}:
        raise ClaimError("own_work", _("这份申领是您审核过的，改收款账户请由另一位工作人员办理。"))
    if account and claim.payee == Payee.WORKER:
        claim.worker = card_set(worker_id=claim.worker_id, account=account, actor=actor, at=at)
    now = account_for(claim.payee, claim.worker, claim.school)
    if not now:
        raise ClaimError("no_account", _("还没有登记收款账户。请先登记，再提交。"))
    if now == claim.account and party != Party.FINANCE:
        raise ClaimError("same_account", _("账户还是银行退回的那一个。请填写另一个本人的账户，或先到银行问清原因。"))
    claim.account = now
    claim.save(update_fields=["account", "account_index"])
    return claim_move(claim_id=claim.pk, action="repair", party=party, actor=actor, at=at)


def party_of(claim: Claim, actor: User, *, at: datetime) -> Party:
    """In whose name the actor moves a claim after its sending; ``PermissionDenied`` for anybody else."""
    if claim.worker.user_id == actor.pk and claim.worker.account_proof != AccountProof.NONE:
        if claim.payee == Payee.SCHOOL:
            raise PermissionDenied(_("这项补贴发给培训机构，由培训机构办理。"))
        return Party.CLAIMANT
    on = timezone.localdate(at)
    by_school = claim.school is not None and (claim.channel == Channel.SCHOOL or claim.payee == Payee.SCHOOL)
    if by_school and claim.school is not None:
        offices = memberships_of(actor, on=on).filter(Q(role=Role.SCHOOL_STAFF))
        if offices.filter(organisation=claim.school.organisation_id).exists():
            return Party.SCHOOL
    if _is_of_employer(claim, actor, on=on):
        return Party.EMPLOYER
    if Role.OFFICER_INTAKE in roles_of(actor, on=on) and claim.worker.user_id != actor.pk:
        return Party.CLAIMANT
    raise PermissionDenied(_("这份申领不由您办理。"))


def _is_of_employer(claim: Claim, actor: User, *, on: date) -> bool:
    """Whether the actor works for the employer that filed for the award, and she still lets it."""
    if claim.award_instalment is None:
        return False
    filing = claim.award_instalment.filing
    offices = memberships_of(actor, on=on).filter(role=Role.EMPLOYER_STAFF, organisation=filing.employer_id)
    return offices.exists() and is_mandated(filing)


def _held(claim_id: int) -> Claim:
    """The claim, locked after its worker's file."""
    worker_hold(Claim.objects.values_list("worker", flat=True).get(pk=claim_id))
    rows = Claim.objects.select_for_update(of=("self",))
    return rows.select_related("scheme", "worker__user", "school", "award_instalment__filing").get(pk=claim_id)


def _in_state(claim: Claim, state: ClaimState) -> None:
    if claim.state != state:
        raise ClaimError(
            "wrong_state",
            _("申领 %(number)s 现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"number": claim.number, "state": claim.get_state_display()},
        )
