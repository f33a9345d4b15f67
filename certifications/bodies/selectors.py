"""What a viewer may see of the bodies, what they may assess on a day, and who assesses for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from certifications.bodies.models import (
    AssessmentBody,
    Assessor,
    AssessorQualification,
    BodyEvent,
    BodyScope,
    NumberRange,
)
from certifications.bodies.rules import LADDER, holds, last_day, reaches
from certifications.bodies.states import ASSESSOR_KEEPERS, REGISTER_READERS, BodyState
from courses.catalogue.states import SkillLevel
from courses.schools.models import School
from courses.schools.states import SchoolState
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import OrganisationKind, Role
from foundation.crypto.cipher import blind_indexes
from foundation.database import in_force, not_ended

WARN_DAYS = 60


def body_of(user: User, *, on: date) -> AssessmentBody | None:
    """The body whose staff somebody belongs to on a day; none for its assessors and for anybody else."""
    if not user.is_authenticated:
        return None
    held = memberships_of(user, on=on).filter(role=Role.BODY_STAFF).values("organisation")
    return AssessmentBody.objects.select_related("organisation").filter(organisation__in=held).order_by("pk").first()


def bodies_visible_to(user: User, *, on: date) -> QuerySet[AssessmentBody]:
    """The bureau and its auditors see every body; a body's people see their own."""
    bodies = AssessmentBody.objects.select_related("organisation")
    if not user.is_authenticated:
        return bodies.none()
    if REGISTER_READERS & roles_of(user, on=on):
        return bodies
    held = memberships_of(user, on=on).filter(role__in=[Role.BODY_STAFF, Role.ASSESSOR])
    return bodies.filter(organisation__in=held.values("organisation"))


def bodies_published() -> QuerySet[AssessmentBody]:
    """What everybody may see: every body that was ever registered, for certificates outlive the bodies."""
    return AssessmentBody.objects.select_related("organisation")


def bodies_assessing(*, occupation_id: int | None, level: int | None, on: date) -> QuerySet[AssessmentBody]:
    """Bodies that have not closed, those that may assess on the day first; with what is asked in their scope."""
    bodies = bodies_published().exclude(state=BodyState.CLOSED)
    asked = {name: value for name, value in (("occupation", occupation_id), ("level", level)) if value is not None}
    if asked:
        bodies = bodies.filter(pk__in=BodyScope.objects.filter(in_force(on), **asked).values("body"))
    may_assess = Q(state=BodyState.ACTIVE, filed__contains=on)
    return bodies.annotate(order=Case(When(may_assess, then=0), default=1)).order_by("order", "organisation__name")


def scopes_by_occupation(body_ids: Collection[int], *, on: date) -> dict[int, list[tuple[str, list[str]]]]:
    """For each body: each occupation, perhaps with a work type, and the levels it may assess on the day."""
    rows = BodyScope.objects.filter(in_force(on), body__in=body_ids).select_related("occupation", "work_type")
    found: dict[int, dict[str, list[str]]] = {}
    for line in sorted(
        rows, key=lambda one: (one.occupation.code, one.work_type_id or 0, LADDER.index(SkillLevel(one.level)))
    ):
        what = f"{line.occupation.name} · {line.work_type.name}" if line.work_type else line.occupation.name
        found.setdefault(line.body_id, {}).setdefault(what, []).append(str(line.get_level_display()))
    return {body: list(lines.items()) for body, lines in found.items()}


def organisations_to_register() -> QuerySet[Organisation]:
    """Assessment bodies among the organisations that stand not, or no longer, in the register."""
    registered = AssessmentBody.objects.exclude(state=BodyState.CLOSED).values("organisation")
    return Organisation.objects.filter(kind=OrganisationKind.ASSESSMENT_BODY).exclude(pk__in=registered)


def is_filed(body: AssessmentBody, *, on: date) -> bool:
    """Whether the body may assess on the day: its filing runs, and it is neither suspended nor closed."""
    return body.state == BodyState.ACTIVE and holds(body.filed, on)


def scopes_of(body: AssessmentBody, *, on: date) -> QuerySet[BodyScope]:
    """What the body may assess on the day."""
    return body.scopes.filter(in_force(on)).select_related("occupation", "work_type")


def body_scope_covers(
    body: AssessmentBody, *, occupation_id: int, work_type_id: int | None, level: int, on: date
) -> bool:
    """Whether the scope of the day holds such an assessment. Whether the body is filed, ``is_filed`` says.

    A line without a work type covers them all; an assessment without one needs such a line. Levels are not implied.
    """
    lines = scopes_of(body, on=on).filter(occupation=occupation_id, level=level)
    return lines.filter(Q(work_type__isnull=True) | Q(work_type=work_type_id)).exists()


def ranges_of(body: AssessmentBody) -> QuerySet[NumberRange]:
    """The ranges of serial numbers that stand."""
    return body.number_ranges.filter(withdrawn_at__isnull=True)


def number_is_allotted(body: AssessmentBody, *, year: int, level: int, serial: int) -> bool:
    """Whether the serial of a certificate's number lies in a range the body was given for that year and level."""
    fitting = ranges_of(body).filter(Q(level__isnull=True) | Q(level=level), year=year)
    return fitting.filter(first__lte=serial, last__gte=serial).exists()


def keeper_organisation(user: User, *, on: date) -> Organisation | None:
    """The body, or else the school, whose assessors a member of its staff keeps; none before it is registered."""
    if not user.is_authenticated:
        return None
    held = (
        memberships_of(user, on=on)
        .filter(role__in=ASSESSOR_KEEPERS)
        .filter(
            Q(organisation__assessment_body__isnull=False) | Q(organisation__in=School.objects.values("organisation"))
        )
    )
    membership = held.select_related("organisation").order_by("role", "pk").first()
    return membership.organisation if membership else None


def assessors_of(organisation: Organisation, *, on: date) -> QuerySet[Assessor]:
    """Who assesses for a body, or for a school, on the day, with what they may assess at hand."""
    rows = Assessor.objects.filter(in_force(on, "engaged"), organisation=organisation).select_related("user")
    return rows.prefetch_related("qualifications__occupation")


def assessors_refusal(organisation: Organisation | None) -> str:
    """Why a body or school may keep no assessors; empty when it may: it is in its register and has not closed."""
    if organisation is not None and organisation.kind == OrganisationKind.SCHOOL:
        if School.objects.filter(organisation=organisation).exclude(state=SchoolState.CLOSED).exists():
            return ""
        return _("本校还没有入库，或已退出登记，不能登记考评员。请先提交入库登记申请。")
    registered = AssessmentBody.objects.filter(organisation=organisation).exclude(state=BodyState.CLOSED)
    if organisation is not None and registered.exists():
        return ""
    return _("本机构还没有登记，或已注销，不能登记考评员。请联系人社部门。")


def assessors_numbered(organisation: Organisation, numbers: Collection[str]) -> dict[str, list[Assessor]]:
    """The lines of an organisation by ID number, with their qualifications: two queries however many they are."""
    wanted = {bytes(index): number for number in numbers for index in blind_indexes("id_number", number)}
    rows = Assessor.objects.filter(organisation=organisation, id_number_index__in=list(wanted))
    found: dict[str, list[Assessor]] = {}
    for one in rows.prefetch_related("qualifications").order_by("pk"):
        found.setdefault(wanted[bytes(one.id_number_index)], []).append(one)
    return found


def assessors_visible_to(user: User, *, on: date) -> QuerySet[Assessor]:
    """Staff see the assessors of their own body or school; the bureau and its auditors see all."""
    rows = Assessor.objects.select_related("organisation", "user").prefetch_related("qualifications__occupation")
    if not user.is_authenticated:
        return rows.none()
    if REGISTER_READERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role__in=ASSESSOR_KEEPERS)
    return rows.filter(organisation__in=held.values("organisation"))


def assessor_of(user: User, *, on: date) -> list[Assessor]:
    """Whom an account assesses as on the day: one for each body or school that has not closed."""
    if not user.is_authenticated or not user.is_active:
        return []
    rows = Assessor.objects.filter(in_force(on, "engaged"), user=user).select_related("organisation")
    held = memberships_of(user, on=on).filter(role=Role.ASSESSOR).values("organisation")
    closed = Q(organisation__assessment_body__state=BodyState.CLOSED)
    gone = School.objects.filter(state=SchoolState.CLOSED).values("organisation")
    return list(rows.filter(organisation__in=held).exclude(closed).exclude(organisation__in=gone).order_by("pk"))


def assessor_problem(assessor: Assessor, *, occupation_id: int, level: int | None, on: date) -> str:
    """Why somebody may not assess the occupation at the level on the day; empty when she may."""
    facts = {"name": assessor.name, "day": on.isoformat()}
    if not holds(assessor.engaged, on):
        return _("%(name)s在 %(day)s 不在聘任期间。请换一位考评员，或到“考评员”中核对聘任期间。") % facts
    papers = [one for one in assessor.qualifications.all() if one.withdrawn_at is None]
    papers = [one for one in papers if one.occupation_id in {None, occupation_id}]
    if not papers:
        return _("%(name)s没有登记这个职业的考评资格。请到“考评员”中补登资格，或换一位考评员。") % facts
    papers = [one for one in papers if reaches(one.highest_level, level)]
    if not papers:
        return _("%(name)s的考评资格达不到这个等级。请换一位考评员，或到“考评员”中更新资格。") % facts
    if not any(holds(one.valid, on) for one in papers):
        return _("%(name)s的考评资格在 %(day)s 不在有效期内。请更新资格，或换一位考评员。") % facts
    return ""


def colleagues_of(organisation: Organisation, *, on: date) -> QuerySet[Membership]:
    """Who holds the staff role of the body on the day or later."""
    held = Membership.objects.filter(organisation=organisation, role=Role.BODY_STAFF)
    return held.filter(not_ended(on)).select_related("user")


def accounts_to_link(organisation: Organisation) -> QuerySet[User]:
    """Accounts with the assessor's role here that belong to none of the assessors yet."""
    held = Membership.objects.filter(organisation=organisation, role=Role.ASSESSOR)
    linked = Assessor.objects.filter(organisation=organisation, user__isnull=False)
    return User.objects.filter(pk__in=held.values("user")).exclude(pk__in=linked.values("user")).order_by("name")


def events_of(organisation: Organisation) -> QuerySet[BodyEvent]:
    """What happened to a body or to a school's assessors, the newest first."""
    return BodyEvent.objects.filter(organisation=organisation).select_related("actor").order_by("-at", "-pk")


@dataclass(frozen=True)
class Expiring:
    """Something of a body that ends soon, or has ended and is still needed."""

    what: str
    subject: str
    last_day: date
    is_over: bool


def expiring_of(body: AssessmentBody, *, on: date) -> list[Expiring]:
    """What ends within sixty days: the filing, lines of the scope, assessors' qualifications; the nearest first."""
    found: list[tuple[str, str, date | None]] = [(_("备案"), body.filing_number, last_day(body.filed))]
    found += [(_("评价范围"), str(one), last_day(one.effective)) for one in scopes_of(body, on=on)]
    for assessor in assessors_of(body.organisation, on=on):
        papers = [one for one in assessor.qualifications.all() if one.withdrawn_at is None]
        found += [
            (_("考评资格"), f"{assessor.name} {one}", last_day(one.valid))
            for one in papers
            if not any(_lasts_longer(other, one) for other in papers)
        ]
    until = on + timedelta(days=WARN_DAYS)
    soon = [Expiring(what, subject, last, last < on) for what, subject, last in found if last and last <= until]
    return sorted(soon, key=lambda one: one.last_day)


def with_something_expiring(bodies: QuerySet[AssessmentBody], *, on: date) -> QuerySet[AssessmentBody]:
    """Bodies whose filing or a line of whose scope ends within sixty days."""
    window = (on + timedelta(days=1), on + timedelta(days=WARN_DAYS + 1))
    scopes = BodyScope.objects.filter(body=OuterRef("pk"), effective__endswith__range=window)
    return bodies.filter(Q(filed__endswith__lte=window[1]) | Exists(scopes))


def _lasts_longer(other: AssessorQualification, paper: AssessorQualification) -> bool:
    """Whether another qualification that says at least as much outlasts this one."""
    if other.pk == paper.pk or other.occupation_id not in {None, paper.occupation_id} or not paper.valid.upper:
        return False
    if other.highest_level is not None and (
        paper.highest_level is None or not reaches(other.highest_level, paper.highest_level)
    ):
        return False
    return other.valid.upper is None or other.valid.upper > paper.valid.upper
