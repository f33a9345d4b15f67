"""What a school adds to one claim of a class: papers before it is sent, an answer when it was returned."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.classes.services.parties import school_staff_required
from foundation.accounts.models import User
from subsidies.claims.models import Claim
from subsidies.claims.services import NewPaper, claim_resubmit
from subsidies.claims.services.papers import papers_keep
from subsidies.claims.services.sending import worker_hold
from subsidies.claims.states import ClaimState
from subsidies.mandates.states import MandateState
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import Mandate


@transaction.atomic
def draft_papers_add(*, claim_id: int, papers: list[NewPaper], actor: User, at: datetime) -> Claim:
    """Keep papers of a draft of a class. ``PermissionDenied`` for another school, ``SchoolClaimError`` once sent."""
    rows = Claim.objects.select_for_update(of=("self",)).select_related("class_claim__school", "scheme")
    claim = rows.get(pk=claim_id, class_claim__isnull=False)
    assert claim.class_claim is not None
    school_staff_required(actor, claim.class_claim.school, at=at)
    if claim.state != ClaimState.DRAFT:
        raise SchoolClaimError("wrong_state", _("这一份已经提交或撤回，不能再补材料。请刷新页面再看。"))
    papers_keep(claim, papers, actor=actor, at=at)
    return claim


@transaction.atomic
def returned_claim_answer(*, claim_id: int, answer: str, papers: list[NewPaper], actor: User, at: datetime) -> Claim:
    """Send a returned claim again, as long as she still lets the school do so; else she does it herself.

    Her file is locked before her mandate, as when a class is asked or sent.
    """
    claim = Claim.objects.select_related("class_claim__school").get(pk=claim_id, class_claim__isnull=False)
    assert claim.class_claim is not None
    school_staff_required(actor, claim.class_claim.school, at=at)
    worker_hold(claim.worker_id)
    given = Mandate.objects.select_for_update(of=("self",)).filter(
        worker=claim.worker_id, school=claim.school_id, state=MandateState.GIVEN
    )
    if claim.payee == Payee.WORKER and not given.exists():
        raise SchoolClaimError("mandate", _("本人撤回了委托，由她自己登录平台补正。"))
    return claim_resubmit(claim_id=claim_id, answer=answer, papers=papers, actor=actor, at=at)
