"""申诉: she asks that a refusal be looked at again; of money of its own, the school. Officers answer it
(``subsidies.review``), within the days of a dated figure if there is one.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.calendar.models import Clock
from foundation.calendar.services import clock_finish, clock_start
from foundation.calendar.states import ClockState
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from foundation.sms.services import sms_send
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.selectors.claims import appeal_barred_by
from subsidies.claims.selectors.remedies import APPEAL, APPEAL_ANSWER, APPEAL_LIMIT
from subsidies.claims.services.refusing import refusals_in_words
from subsidies.claims.states import AppealState
from subsidies.claims.texts import APPEAL_MADE
from subsidies.schemes.states import Payee
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.states import AccountProof

LONGEST_WORDS = 500


@transaction.atomic
def appeal_make(
    *, claim_id: int, words: str, actor: User, at: datetime, evidence: File[bytes] | None = None
) -> ClaimAppeal:
    """Appeal against the refusal of a claim, with a paper if there is one; a second open appeal is refused.

    By the claimant or at the counter for her; by the school's own office where the money is the school's.
    """
    claim = Claim.objects.select_for_update(of=("self",)).select_related("worker__user", "school").get(pk=claim_id)
    is_school = _permit(claim, actor, at=at)
    words = words.strip()
    barred = appeal_barred_by(claim)
    if barred:
        raise ClaimError(barred, _barred_words(barred, claim))
    if not words:
        raise ClaimError("words_missing", _("请写明您为什么觉得不对。"))
    if len(words) > LONGEST_WORDS:
        raise ClaimError("words_long", _("理由最多 %(most)d 个字，请写短一些。") % {"most": LONGEST_WORDS})
    appeal = ClaimAppeal(claim=claim, words=words, made_by=actor, made_at=at)
    if evidence:
        try:
            appeal.evidence = evidence_checked(evidence, folder="claims/appeals")
        except WorkerError as refusal:
            raise ClaimError(refusal.code, refusal.message) from refusal
    with refusals_in_words():
        appeal.save()
    appeal_clock_start(appeal, actor=actor, at=at)
    is_other = not is_school and actor != claim.worker.user
    if claim.worker.phone and not is_school:
        sms_send(
            phone=claim.worker.phone,
            template=APPEAL_MADE,
            context={"number": claim.number},
            dedupe_key=f"claim-appeal:{appeal.pk}",
        )
    audit_record(
        "claims.appeal.made", appeal, actor=actor, on_behalf_of=claim.worker.user if is_other else None,
        data={"claim": claim.pk},
    )  # fmt: skip
    return appeal


@transaction.atomic
def appeal_withdraw(*, appeal_id: int, actor: User, at: datetime) -> ClaimAppeal:
    """Take an appeal back while nobody has answered it."""
    rows = ClaimAppeal.objects.select_for_update(of=("self",)).select_related("claim__worker__user", "claim__school")
    appeal = rows.get(pk=appeal_id)
    _permit(appeal.claim, actor, at=at)
    if appeal.state != AppealState.OPEN:
        raise ClaimError("answered_before", _("这件申诉已经有了结果。请刷新页面再看。"))
    appeal.state = AppealState.WITHDRAWN
    appeal.save(update_fields=["state"])
    appeal_clock_end(appeal, actor=actor, at=at)
    audit_record("claims.appeal.withdrawn", appeal, actor=actor, data={"claim": appeal.claim_id})
    return appeal


def appeal_clock_start(appeal: ClaimAppeal, *, actor: User, at: datetime) -> None:
    """Count the days until the answer; none are counted where no figure says how many."""
    on = timezone.localdate(at)
    try:
        limit = parameter_on(APPEAL_LIMIT, city=settings.CITY_CODE, on=on)
    except PolicyGapError:
        return
    clock_start(
        subject_type=APPEAL,
        subject_id=appeal.pk,
        name=APPEAL_ANSWER,
        limit_working_days=int(limit.value),
        on=on,
        actor=actor,
        basis=f"{limit.doc_no or limit.document_title} {limit.article}".strip(),
        basis_version_id=limit.version_id,
    )


def appeal_clock_end(appeal: ClaimAppeal, *, actor: User, at: datetime) -> None:
    """Answered or taken back: nothing is counted any more."""
    running = Clock.objects.filter(subject_type=APPEAL, subject_id=appeal.pk, name=APPEAL_ANSWER)
    for clock in running.exclude(state=ClockState.FINISHED):
        clock_finish(clock_id=clock.pk, on=timezone.localdate(at), actor=actor)


def _permit(claim: Claim, actor: User, *, at: datetime) -> bool:
    """Whether the school appeals for money of its own. ``PermissionDenied`` for whoever may not appeal at all."""
    on = timezone.localdate(at)
    if claim.payee == Payee.SCHOOL:
        offices = memberships_of(actor, on=on).filter(role=Role.SCHOOL_STAFF)
        if claim.school is None or not offices.filter(organisation=claim.school.organisation_id).exists():
            raise PermissionDenied(_("这项补贴发给培训机构，由培训机构办理。"))
        return True
    if claim.worker.user_id == actor.pk and claim.worker.account_proof != AccountProof.NONE:
        return False
    if claim.worker.user_id != actor.pk and Role.OFFICER_INTAKE in roles_of(actor, on=on):
        return False
    raise PermissionDenied(_("只有本人可以申诉，也可以带身份证到窗口由工作人员代办。"))


def _barred_words(code: str, claim: Claim) -> str:
    words = {
        "not_refused": _("只有“不予核定”的申领可以申诉。这份现在是“%(state)s”。"),
        "answered_before": _("这次的决定您已经申诉过，也答复了。还是不服的，可以依法申请行政复议，或者向法院起诉。"),
        "appealed_before": _("这份申领已经有一件申诉在办，请等答复。"),
    }
    return words[code] % {"state": claim.get_state_display()}
