"""What every decision at the desk begins with: the lock, whose turn it is, and who may."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.independence import why_not_hers
from subsidies.review.selectors.moves import last_move
from subsidies.review.states import WAITING

WITH = ("worker__user", "scheme", "school__organisation", "enrolment__class_run", "level_certificate")


def claim_lock(claim_id: int) -> Claim:
    """The claim, locked for this transaction, with what deciding asks of it."""
    claim = Claim.objects.select_for_update(of=("self",)).select_related(*WITH).filter(pk=claim_id).first()
    if claim is None or claim.state == ClaimState.DRAFT:
        raise ReviewError("not_found", _("没有这份申领。请刷新列表再看。"))
    return claim


def turn_required(claim: Claim, actor: User, *, at: datetime, state: str = "") -> Role:
    """It is the actor's turn: the claim waits where her office decides, and is no affair of hers.

    Raises ``ReviewError("taken")`` with who did what when somebody was quicker, ``PermissionDenied`` for another role.
    """
    if claim.state not in WAITING or (state and claim.state != state):
        raise taken(claim)
    role = WAITING[claim.state]
    on = timezone.localdate(at)
    role_required(actor, role, on=on)
    stranger_required(claim, actor, on=on)
    return role


def role_required(actor: User, role: Role, *, on: date) -> None:
    if role not in roles_of(actor, on=on):
        raise PermissionDenied(_("您的岗位不能办理这一步，要由%(role)s办理。") % {"role": role.label})


def stranger_required(claim: Claim, actor: User, *, on: date) -> None:
    why = why_not_hers(claim, actor, on=on)
    if why is not None:
        raise ReviewError(*why)


def taken(claim: Claim) -> ReviewError:
    """Somebody has been here before: who, when, and what she did."""
    move = last_move(claim)
    if move is None:
        return ReviewError("taken", _("申领 %(number)s 现在不能这样办理。请刷新页面再看。") % {"number": claim.number})
    words: Mapping[str, str] = {"number": claim.number, "state": claim.get_state_display(), **move}
    return ReviewError(
        "taken",
        _("申领 %(number)s 已由%(who)s在 %(when)s 办理：%(what)s，现在是“%(state)s”。您的意见没有提交，请看下一件。")
        % words,
    )


def text_required(text: str, *, most: int = 500) -> str:
    """The words without blanks around them; refuses nothing and too much."""
    text = text.strip()
    if not text:
        raise ReviewError("reason_missing", _("请写明原因，再提交。"))
    if len(text) > most:
        raise ReviewError("reason_long", _("说明最多 %(most)d 个字，请写得短一些。") % {"most": most})
    return text
