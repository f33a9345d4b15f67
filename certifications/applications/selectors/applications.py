"""Applications, as far as somebody may see them, and what keeps one from going on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from certifications.applications.models import LevelApplication
from certifications.applications.rules.eligibility import Eligibility
from certifications.applications.rules.form import FormFacts, Problem, Study, Work, doubts, problems
from certifications.applications.selectors.eligibility import CERTIFICATES, eligibilities_of
from certifications.applications.states import OPEN_STATES, READERS, ApplicationState, Trade
from certifications.plans.models import AssessmentPlan
from certifications.plans.selectors import plans_open_to_applications
from certifications.plans.states import CandidateState, PlanKind, PlanState
from courses.catalogue.models import Occupation, WorkType
from courses.classes.models import Enrolment, Session
from courses.classes.states import EnrolmentState
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from workers.models import Worker
from workers.selectors import skills_counted
from workers.states import AccountProof

# Whoever was ever in the class: the same the database asks when it keeps judges away.
TAUGHT = (
    EnrolmentState.CONFIRMED,
    EnrolmentState.DROPPED,
    EnrolmentState.COMPLETED,
    EnrolmentState.NOT_COMPLETED,
)
RELATED = ("plan__organisation", "worker__user", "occupation", "work_type", "decided_by", "candidate")


def applications_visible_to(user: User, *, on: date) -> QuerySet[LevelApplication]:
    """A body sees what was handed in for its own plans, the bureau and its auditors all that was ever handed in."""
    rows = LevelApplication.objects.select_related(*RELATED).filter(round__gt=0)
    if not user.is_authenticated:
        return rows.none()
    if READERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role=Role.BODY_STAFF)
    return rows.filter(plan__organisation__in=held.values("organisation"))


def applications_of(worker: Worker) -> QuerySet[LevelApplication]:
    """Her own, drafts too, the newest first."""
    return LevelApplication.objects.select_related(*RELATED).filter(worker=worker).order_by("-started_at", "-pk")


def is_decider(user: User, application: LevelApplication, *, on: date) -> bool:
    """Whether somebody works for the body whose plan it is, and is not the applicant."""
    held = memberships_of(user, on=on).filter(role=Role.BODY_STAFF, organisation=application.plan.organisation_id)
    return held.exists() and user.pk not in {application.applicant_id, application.worker.user_id}


def has_applied_here(viewer: User, subject: Model, on: date) -> bool:
    """Whether a worker has handed in an application to the viewer's body and not taken it back."""
    rows = applications_visible_to(viewer, on=on).exclude(state=ApplicationState.WITHDRAWN)
    return isinstance(subject, Worker) and rows.filter(worker=subject).exists()


def has_trained(user: User, worker: Worker) -> bool:
    """Whether somebody taught a class the worker was in: she may decide, and is told."""
    hers = Enrolment.objects.filter(worker=worker, state__in=TAUGHT)
    taught = Session.objects.filter(class_run__in=hers.values("class_run"), teacher__user=user)
    return taught.exists() or hers.filter(class_run__head_teacher__user=user).exists()


def form_facts(application: LevelApplication, *, on: date) -> FormFacts:
    """A form as its checks see it."""
    worker = application.worker
    return FormFacts(
        on=on,
        born=worker.birth_on,
        answers=application.answers,
        studies=[Study(row.level, row.graduated_on) for row in application.studies.all()],
        works=[
            Work(
                row.first_month,
                row.last_month,
                Trade(row.trade),
                row.employer,
                bool(row.witness_name.strip() and row.witness_phone.strip()),
            )
            for row in application.works.all()
        ],
        papers=frozenset(application.papers.filter(removed_at__isnull=True).values_list("kind", "employer")),
        has_photo=bool(worker.photo),
    )


def application_problems(application: LevelApplication, *, on: date) -> list[Problem]:
    """Everything that keeps the form from being handed in."""
    return problems(form_facts(application, on=on))


def application_doubts(application: LevelApplication, *, on: date) -> list[str]:
    """What on the form only a person can settle."""
    return doubts(form_facts(application, on=on))


def seats_left(plan: AssessmentPlan) -> int:
    """Places of a plan that nobody has yet."""
    return max(0, plan.seats - plan.candidates.filter(state=CandidateState.ADMITTED).count())


def is_level_held(worker: Worker, occupation: Occupation, work_type: WorkType | None, level: int) -> bool:
    """Whether she has the level, or a higher one, of the very occupation and work type, guaranteed and in force."""
    held = skills_counted(worker).filter(kind__in=CERTIFICATES, level__gte=1, level__lte=level)
    held = held.filter(Q(occupation_code=occupation.code) | Q(occupation_code="", occupation_name=occupation.name))
    return (held.filter(work_type_name=work_type.name) if work_type else held).exists()


def plan_refusal(plan: AssessmentPlan, *, on: date) -> str:
    """Why a plan takes no application on the day; empty when it does."""
    if plan.kind != PlanKind.LEVEL or plan.state == PlanState.DRAFT:
        return _("这场考核还没有开放申报。")
    if plan.state == PlanState.CANCELLED:
        return _("这场考核已经取消。请看看其他场次。")
    if plan.state != PlanState.OPEN:
        return _("这场考核已经停止申报。请看看其他场次。")
    first, end = (plan.applies.lower, plan.applies.upper) if plan.applies else (None, None)
    if first and on < first:
        return _("这场考核 %(day)s 才开始申报，到时再来。") % {"day": first.isoformat()}
    if end and on >= end:
        return _("这场考核的申报时间已经过了。请看看其他场次。")
    return "" if seats_left(plan) else _("这场考核的名额已经满了。请看看其他场次。")


def start_refusal(worker: Worker, plan: AssessmentPlan, *, on: date) -> str:
    """Why she cannot apply for a plan on the day; empty when she can."""
    if not worker.is_verified or worker.account_proof == AccountProof.NONE:
        return _("请先通过实名，再申报。")
    refusal = plan_refusal(plan, on=on)
    if refusal:
        return refusal
    if is_level_held(worker, plan.occupation, plan.work_type, plan.level or 0):
        return _("您已经有这个等级或者更高等级的证书，不用再考。")
    hers = LevelApplication.objects.filter(worker=worker)
    if plan.candidates.filter(worker=worker, state=CandidateState.ADMITTED).exists():
        return _("您已经是这场考核的考生，不用再申报。")
    same = hers.filter(occupation=plan.occupation_id, work_type=plan.work_type_id, level=plan.level or 0)
    other = same.filter(state__in=OPEN_STATES).exclude(plan=plan).first()
    if other is not None:
        return _("您已经有一份同一等级的申报（%(number)s）正在办理。要改报这一场，请先撤回那一份。") % {
            "number": other.number
        }
    return ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An open plan as she sees it: whether it is for her, and her application if there is one."""

    plan: AssessmentPlan
    eligibility: Eligibility
    application: LevelApplication | None
    is_held: bool
    left: int


def offers_for(worker: Worker, *, on: date) -> list[Offer]:
    """The open plans, those she is eligible for first, then those nearest in time and place."""
    plans = list(
        plans_open_to_applications(on=on).annotate(
            admitted=Count("candidates", filter=Q(candidates__state=CandidateState.ADMITTED), distinct=True)
        )
    )
    live = [*OPEN_STATES, ApplicationState.ACCEPTED]
    hers = {one.plan_id: one for one in applications_of(worker).filter(state__in=live, plan__in=plans)}
    offers = [
        Offer(
            plan,
            found,
            hers.get(plan.pk),
            is_level_held(worker, plan.occupation, plan.work_type, plan.level or 0),
            max(0, plan.seats - plan.admitted),
        )
        for plan, found in zip(plans, eligibilities_of(worker, plans, on=on), strict=True)
    ]
    order = {"yes": 0, "undecided": 1, "no": 2}
    return sorted(
        offers,
        key=lambda offer: (
            offer.is_held,
            order[offer.eligibility.decision.outcome.value],
            offer.plan.organisation.district_code != worker.district_code,
        ),
    )


def offer_of(worker: Worker, plan: AssessmentPlan, *, on: date) -> Offer:
    """One plan as she sees it."""
    live = [*OPEN_STATES, ApplicationState.ACCEPTED]
    return Offer(
        plan,
        eligibilities_of(worker, [plan], on=on)[0],
        applications_of(worker).filter(state__in=live, plan=plan).first(),
        is_level_held(worker, plan.occupation, plan.work_type, plan.level or 0),
        seats_left(plan),
    )
