"""Papers that a scheme asks for and the platform has not, handed in for somebody of a class before it is sent."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.classes.services.parties import school_staff_required
from foundation.accounts.models import User
from subsidies.claims.models import Claim
from subsidies.claims.services import NewPaper
from subsidies.claims.services.papers import papers_keep
from subsidies.claims.states import ClaimState
from subsidies.school_claims.errors import SchoolClaimError


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
