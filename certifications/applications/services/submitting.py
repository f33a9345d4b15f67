"""Handing the form in, and taking it back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.applications.errors import ApplicationError
from certifications.applications.models import ApplicationDecision, LevelApplication
from certifications.applications.selectors import (
    application_doubts,
    application_eligibility,
    application_problems,
    plan_refusal,
    start_refusal,
)
from certifications.applications.services.common import (
    application_move,
    lock_application,
    require_hers,
    require_state,
)
from certifications.applications.states import (
    CONSENT_PURPOSE,
    CONSENT_RECEIVER,
    ApplicationState,
    Verdict,
)
from certifications.applications.words import answer_words, verdict_of
from certifications.plans.states import PlanState
from foundation.accounts.models import User
from foundation.policy.engine import Decision, digest, to_json
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.services import consent_grant

PLEDGED_FROM = 2


@transaction.atomic
def application_submit(
    *,
    application_id: int,
    has_declared: bool,
    has_pledged: bool,
    consent_text: ConsentText | None,
    actor: User,
    at: datetime,
) -> LevelApplication:
    """Hand it in; the platform's own finding is frozen with it.

    Refused while something is missing, while the conditions are certainly not met, and when the plan takes no more.
    Whatever she filled in stays.
    """
    application, on = lock_application(application_id), timezone.localdate(at)
    require_hers(application, actor)
    require_state(application, "submit")
    _require_open(application, at)
    works = _complete(application, has_declared=has_declared, has_pledged=has_pledged, on=on)
    decision = _not_refused(application, on=on)
    if consent_text is None:
        raise ApplicationError("consent_missing", _("现在没有可用的授权书，暂时不能提交。请稍后再试。"))
    consent_grant(subject=actor, text=consent_text, actor=actor, at=at)
    application.round += 1
    application.verdict, application.submitted_at = verdict_of(decision), at
    application.decided_by = application.decided_at = None
    ApplicationDecision.objects.create(
        application=application,
        round=application.round,
        verdict=application.verdict,
        content=to_json(decision),
        digest=digest(decision),
        on=on,
        at=at,
    )
    data = {"round": application.round, "works": works, "is_pledged": has_pledged, "consent_text": consent_text.pk}
    application_move(application, "submit", actor=actor, at=at, data=data)
    return application


def _complete(application: LevelApplication, *, has_declared: bool, has_pledged: bool, on: date) -> int:
    """How many jobs it lists; refused while something is to be filled in, or has not been agreed to."""
    found = application_problems(application, on=on)
    if found:
        words = {"count": len(found), "first": found[0].text}
        raise ApplicationError("incomplete", _("还有 %(count)s 处要填写或修改，第一处：%(first)s") % words)
    works = application.works.count()
    if not has_declared or (works >= PLEDGED_FROM and not has_pledged):
        raise ApplicationError("not_declared", _("请先看完承诺的内容，在每一条前面打勾，再提交。"))
    return works


def _not_refused(application: LevelApplication, *, on: date) -> Decision:
    """The platform's finding; refused where the conditions are certainly not met."""
    answer = application_eligibility(application, on=on, doubts=application_doubts(application, on=on))
    if verdict_of(answer.decision) == Verdict.NO:
        raise ApplicationError(
            "not_eligible",
            _("按现在的申报条件，您还不能报：%(why)s。填的内容已经保存，到时可以直接提交。")
            % {"why": answer_words(answer.decision).summary},
        )
    return answer.decision


def _require_open(application: LevelApplication, at: datetime) -> None:
    """The plan takes applications; what came back for correction may come again while nothing is arranged."""
    on = timezone.localdate(at)
    if application.state == ApplicationState.RETURNED and application.plan.state == PlanState.OPEN:
        refusal = ""
    else:
        refusal = plan_refusal(application.plan, on=on) or start_refusal(application.worker, application.plan, on=on)
    if refusal:
        raise ApplicationError("not_open_to_her", refusal)


@transaction.atomic
def application_withdraw(*, application_id: int, actor: User, at: datetime) -> LevelApplication:
    """She no longer applies. What was handed in stays on record."""
    application = lock_application(application_id)
    require_hers(application, actor)
    application_move(application, "withdraw", actor=actor, at=at)
    return application


def applications_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: without her consent the body handles nothing that is still open."""
    if (consent.receiver, consent.purpose) != (CONSENT_RECEIVER, CONSENT_PURPOSE) or consent.withdrawn_at is None:
        return
    waiting = [ApplicationState.SUBMITTED, ApplicationState.RETURNED]
    rows = LevelApplication.objects.filter(worker__user=consent.subject_id, state__in=waiting).order_by("pk")
    for pk in rows.values_list("pk", flat=True):
        application_move(
            lock_application(pk), "withdraw", actor=consent.withdrawn_by, at=consent.withdrawn_at,
            reason=_("本人撤回了给评价机构的授权"),
        )  # fmt: skip
