"""What an officer has to do with a claim besides her office: her own, one she helped with, of a place she works at.

Every step at which an officer decides something about a claim asks here: at the desk, when a finding is cleared, when
an appeal or an objection is answered, when a notice is published and when a payment is signed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certifications.bodies.models import AssessmentBody
from courses.classes.models import ClassRun, Session
from courses.schools.models import School, Teacher
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import OrganisationKind
from subsidies.claims.models import Claim, ClaimAppeal, ClaimEvent
from subsidies.claims.states import Party

# Who went on with a claim in her name, at the counter or for a school, has a hand in it.
HELPED = (Party.CLAIMANT, Party.SCHOOL, Party.EMPLOYER)
# The steps by which an officer decides a claim. What a return has since wiped from its columns stands in its events.
DECISIONS = ("pass_intake", "pass_review", "return", "refuse", "hold", "reopen")


@dataclass(frozen=True, slots=True)
class Ties:
    """Schools, bodies and employers an officer works for, and classes she teaches; empty for nearly every officer."""

    schools: frozenset[int]
    bodies: frozenset[int]
    classes: frozenset[int]
    employers: frozenset[int] = frozenset()


def ties_of(user: User, *, on: date) -> Ties:
    """What an officer has to do with schools, bodies and classes on a day."""
    places = memberships_of(user, on=on).filter(organisation__isnull=False)
    kinds = dict(places.values_list("organisation", "organisation__kind"))
    employers = frozenset(pk for pk, kind in kinds.items() if kind == OrganisationKind.EMPLOYER)
    held = list(kinds)
    schools = frozenset(School.objects.filter(organisation__in=held).values_list("pk", flat=True))
    bodies = frozenset(AssessmentBody.objects.filter(organisation__in=held).values_list("pk", flat=True))
    teachers = list(Teacher.objects.filter(user=user).values_list("pk", flat=True))
    if not teachers:
        return Ties(schools, bodies, frozenset(), employers)
    taught = Session.objects.filter(teacher__in=teachers).values_list("class_run", flat=True)
    headed = ClassRun.objects.filter(head_teacher__in=teachers).values_list("pk", flat=True)
    return Ties(schools, bodies, frozenset(taught) | frozenset(headed), employers)


def no_affair_of(claims: QuerySet[Claim], user: User, *, on: date, nor: Collection[str] = ()) -> QuerySet[Claim]:
    """Those of the claims that she has nothing to do with but by her office, nor has moved by one of these actions."""
    hers = ClaimEvent.objects.filter(claim=OuterRef("pk"), actor=user)
    helped = hers.filter(Q(party__in=HELPED) | Q(action__in=nor))
    appealed = ClaimAppeal.objects.filter(claim=OuterRef("pk"), made_by=user)
    claims = claims.exclude(created_by=user).filter(~Exists(helped), ~Exists(appealed))
    own = getattr(user, "worker", None)
    if own is not None:
        claims = claims.exclude(worker=own)
    ties = ties_of(user, on=on)
    if ties.schools:
        claims = claims.exclude(Q(school__in=ties.schools) | Q(enrolment__class_run__school__in=ties.schools))
    if ties.bodies:
        claims = claims.exclude(level_certificate__body__in=ties.bodies)
    if ties.employers:
        claims = claims.exclude(award_instalment__filing__employer__in=ties.employers)
    if ties.classes:
        claims = claims.exclude(enrolment__class_run__in=ties.classes)
    return claims


def not_decided_by(claims: QuerySet[Claim], user: User) -> QuerySet[Claim]:
    """Those of the claims that she never decided, however often they came back since."""
    decided = ClaimEvent.objects.filter(claim=OuterRef("pk"), action__in=DECISIONS, actor=user)
    return claims.exclude(intake_by=user).exclude(review_by=user).filter(~Exists(decided))


def tie_to(claim: Claim, user: User, *, on: date) -> tuple[str, str] | None:
    """Why the claim is an affair of hers, as a code and a sentence; nothing when it is none.

    Reads the claim's worker, enrolment and certificate: have them selected where many claims are asked about.
    """
    words = {"number": claim.number}
    if claim.worker.user_id == user.pk:
        return "own_claim", _("申领 %(number)s 是您本人的，请由另一位工作人员办理。") % words
    if claim.created_by_id == user.pk:
        return "own_work", _("申领 %(number)s 是您填报的，请由另一位工作人员审核。") % words
    if claim.events.filter(party__in=HELPED, actor=user).exists() or claim.appeals.filter(made_by=user).exists():
        return "own_work", _("申领 %(number)s 是您代办过的，请由别人审核。") % words
    return place_tie(claim, ties_of(user, on=on))


def place_tie(claim: Claim, ties: Ties) -> tuple[str, str] | None:
    """Whether the claim is of a school or body she works for, or of a class she teaches."""
    words = {"number": claim.number}
    run = claim.enrolment.class_run if claim.enrolment else None
    body = claim.level_certificate.body_id if claim.level_certificate else None
    if claim.school_id in ties.schools or (run is not None and run.school_id in ties.schools):
        return "own_place", _("您在申领 %(number)s 的培训机构任职，请由另一位工作人员办理。") % words
    if body in ties.bodies:
        return "own_place", _("您在发这本证书的评价机构任职，申领 %(number)s 请由另一位工作人员办理。") % words
    if claim.award_instalment and claim.award_instalment.filing.employer_id in ties.employers:
        return "own_place", _("您在申报 %(number)s 的用人单位任职，请由另一位工作人员办理。") % words
    if run is not None and run.pk in ties.classes:
        return "own_class", _("您在这个班任教，申领 %(number)s 请由另一位工作人员办理。") % words
    return None
