"""Which claims an officer may not decide: her own, of a place she works at, of a class she teaches, refused by her."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certifications.bodies.models import AssessmentBody
from courses.classes.models import ClassRun, Session
from courses.schools.models import School, Teacher
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.states import ClaimState, Party

# Who refused a claim, or upheld the appeal against that, does not decide it again.
REFUSALS = ("refuse", "uphold_objection", "reopen")
# Who went on with a claim in her name, at the counter or for a school, has a hand in it.
HELPED = (Party.CLAIMANT, Party.SCHOOL)


@dataclass(frozen=True, slots=True)
class Ties:
    """Schools and bodies an officer works for, and classes she teaches or heads; empty for nearly every officer."""

    schools: frozenset[int]
    bodies: frozenset[int]
    classes: frozenset[int]


def ties_of(user: User, *, on: date) -> Ties:
    """What an officer has to do with schools, bodies and classes on a day."""
    held = memberships_of(user, on=on).values("organisation")
    schools = frozenset(School.objects.filter(organisation__in=held).values_list("pk", flat=True))
    bodies = frozenset(AssessmentBody.objects.filter(organisation__in=held).values_list("pk", flat=True))
    teachers = list(Teacher.objects.filter(user=user).values_list("pk", flat=True))
    if not teachers:
        return Ties(schools, bodies, frozenset())
    taught = Session.objects.filter(teacher__in=teachers).values_list("class_run", flat=True)
    headed = ClassRun.objects.filter(head_teacher__in=teachers).values_list("pk", flat=True)
    return Ties(schools, bodies, frozenset(taught) | frozenset(headed))


def without_ties(claims: QuerySet[Claim], user: User, *, on: date) -> QuerySet[Claim]:
    """Those of the claims that are no affair of hers and that she has not refused before."""
    refused = ClaimEvent.objects.filter(claim=OuterRef("pk"), action__in=REFUSALS, actor=user)
    helped = ClaimEvent.objects.filter(claim=OuterRef("pk"), party__in=HELPED, actor=user)
    claims = claims.exclude(created_by=user).exclude(appeals__made_by=user).filter(~Exists(refused), ~Exists(helped))
    own = getattr(user, "worker", None)
    if own is not None:
        claims = claims.exclude(worker=own)
    ties = ties_of(user, on=on)
    if ties.schools:
        claims = claims.exclude(Q(school__in=ties.schools) | Q(enrolment__class_run__school__in=ties.schools))
    if ties.bodies:
        claims = claims.exclude(level_certificate__body__in=ties.bodies)
    if ties.classes:
        claims = claims.exclude(enrolment__class_run__in=ties.classes)
    return claims


def why_not_hers(claim: Claim, user: User, *, on: date) -> tuple[str, str] | None:
    """Why the officer may not decide this claim, as a code and a sentence; nothing when she may."""
    words = {"number": claim.number}
    if claim.worker.user_id == user.pk:
        return "own_claim", _("申领 %(number)s 是您本人的，请由另一位工作人员办理。") % words
    if claim.created_by_id == user.pk:
        return "own_work", _("申领 %(number)s 是您填报的，请由另一位工作人员审核。") % words
    if claim.events.filter(party__in=HELPED, actor=user).exists() or claim.appeals.filter(made_by=user).exists():
        return "own_work", _("申领 %(number)s 是您代办过的，请由别人审核。") % words
    if claim.state == ClaimState.INTAKE_PASSED and claim.intake_by_id == user.pk:
        return "same_person", _("申领 %(number)s 是您初审的，要由另一位工作人员复核。") % words
    if claim.events.filter(action__in=REFUSALS, actor=user).exists():
        return (
            "refused_before",
            _("申领 %(number)s 曾由您决定不予核定或答复申诉，重新办理要由另一位工作人员审核。") % words,
        )
    return _tied(claim, ties_of(user, on=on))


def decided_before(claim: Claim, user: User) -> bool:
    """Whether she ever passed, returned or refused the claim, or stands on it as an officer."""
    acted = claim.events.filter(actor=user, party__in=[Party.INTAKE, Party.REVIEW]).exclude(action="reopen")
    return user.pk in {claim.intake_by_id, claim.review_by_id} or acted.exists()


def _tied(claim: Claim, ties: Ties) -> tuple[str, str] | None:
    words = {"number": claim.number}
    run = claim.enrolment.class_run if claim.enrolment else None
    body = claim.level_certificate.body_id if claim.level_certificate else None
    if claim.school_id in ties.schools or (run is not None and run.school_id in ties.schools):
        return "own_place", _("您在申领 %(number)s 的培训机构任职，请由另一位工作人员办理。") % words
    if body in ties.bodies:
        return "own_place", _("您在发这本证书的评价机构任职，申领 %(number)s 请由另一位工作人员办理。") % words
    if run is not None and run.pk in ties.classes:
        return "own_class", _("您在这个班任教，申领 %(number)s 请由另一位工作人员办理。") % words
    return None
