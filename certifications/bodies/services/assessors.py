"""Assessors with what they may assess and their accounts. A body, or a school for its own test, keeps them itself."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.errors import BodyError
from certifications.bodies.models import AssessmentBody, Assessor, AssessorQualification
from certifications.bodies.rules import AssessorEntry, QualificationEntry, last_day
from certifications.bodies.selectors import assessors_refusal
from certifications.bodies.services.common import days, require_reason, require_staff_of, save_or_refuse, trace
from certifications.bodies.states import ASSESSOR_KEEPERS
from courses.catalogue.selectors import level_exists
from courses.schools.models import School
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import colleague_account_open, colleague_password_issue, colleague_role_end
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import day_after, period
from workers.identity import id_number_check


@transaction.atomic
def assessor_add(*, organisation_id: int, entry: AssessorEntry, actor: User, at: datetime) -> Assessor:
    """Enter an assessor. Refuses a wrong ID number and the same person twice on one day."""
    organisation, body = _own(organisation_id, actor, at)
    assessor = Assessor(organisation=organisation)
    _fill(assessor, entry, at)
    _save(assessor)
    data = {"engaged": assessor.engaged}
    trace(organisation, "assessor.added", actor=actor, at=at, subject=assessor, body=body, data=data)
    return assessor


@transaction.atomic
def assessor_change(*, assessor_id: int, entry: AssessorEntry, actor: User, at: datetime) -> Assessor:
    """Put an assessor's line right. A role does not outlast a shortened engagement."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    columns = ("name", "title", "engaged")
    before = {name: getattr(assessor, name) for name in columns}
    secrets = (assessor.id_number, assessor.card_number)
    _fill(assessor, entry, at)
    _save(assessor)
    changed = {name: getattr(assessor, name) for name in columns if getattr(assessor, name) != before[name]}
    data = {f"{name}_before": before[name] for name in changed} | changed
    data["id_number_changed"] = assessor.id_number != secrets[0]
    data["card_number_changed"] = assessor.card_number != secrets[1]
    if entry.ends_on and "engaged" in changed:
        _end_role(assessor, entry.ends_on, actor, at, _("修改聘任期间"))
    trace(assessor.organisation, "assessor.changed", actor=actor, at=at, subject=assessor, body=body, data=data)
    return assessor


@transaction.atomic
def assessor_end(*, assessor_id: int, ends_on: date, reason: str, actor: User, at: datetime) -> Assessor:
    """The last day on which she assesses here. Her account's role here ends with it."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    reason = require_reason(reason)
    if ends_on < assessor.engaged.lower:
        raise BodyError("end_before_start", _("解聘日期早于聘任的第一天。请检查。"))
    assessor.engaged = days(assessor.engaged.lower, ends_on)
    _save(assessor)
    _end_role(assessor, ends_on, actor, at, reason)
    data = {"engaged": assessor.engaged}
    trace(
        assessor.organisation,
        "assessor.ended",
        actor=actor,
        at=at,
        subject=assessor,
        body=body,
        reason=reason,
        data=data,
    )
    return assessor


@transaction.atomic
def assessor_qualification_add(
    *, assessor_id: int, entry: QualificationEntry, actor: User, at: datetime
) -> AssessorQualification:
    """Enter what an assessor may assess, with the day it ends."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    if entry.occupation_id and entry.highest_level:
        on = timezone.localdate(at)
        # A card is of an occupation as a whole; its level must be one of the standard's, of any work type.
        if not level_exists(entry.occupation_id, None, entry.highest_level, on=on):
            raise BodyError("level_not_in_standard", _("职业标准里，这个职业没有这个等级。请核对职业和等级。"))
    paper = AssessorQualification.objects.create(
        assessor=assessor,
        occupation_id=entry.occupation_id,
        highest_level=entry.highest_level,
        valid=days(entry.starts_on, entry.ends_on),
    )
    _trace_paper("qualification.added", paper, assessor, body, actor=actor, at=at)
    return paper


@transaction.atomic
def assessor_qualification_withdraw(
    *, qualification_id: int, reason: str, actor: User, at: datetime
) -> AssessorQualification:
    """A qualification entered by mistake, or revoked, no longer counts; it stays on record."""
    paper = AssessorQualification.objects.select_for_update(of=("self",)).get(pk=qualification_id)
    assessor, body = _own_assessor(paper.assessor_id, actor, at)
    if paper.withdrawn_at is not None:
        raise BodyError("withdrawn", _("这一条资格已经撤销。"))
    reason = require_reason(reason)
    paper.withdrawn_at = at
    paper.save(update_fields=["withdrawn_at"])
    _trace_paper("qualification.withdrawn", paper, assessor, body, actor=actor, at=at, reason=reason)
    return paper


@transaction.atomic
def assessor_account_open(*, assessor_id: int, username: str, actor: User, at: datetime) -> tuple[Assessor, str]:
    """An account for an assessor, for as long as she is engaged; and the first password, given out this once."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    on = timezone.localdate(at)
    _require_no_account(assessor)
    last = last_day(assessor.engaged)
    if last and last < on:
        raise BodyError("gone", _("这位考评员已经解聘，不能开立账户。"))
    user = colleague_account_open(
        username=username,
        name=assessor.name,
        organisation=assessor.organisation,
        role=Role.ASSESSOR,
        effective=period(max(on, assessor.engaged.lower), last),
        actor=actor,
        on=on,
    )
    assessor.user = user
    assessor.save(update_fields=["user"])
    password = colleague_password_issue(user=user, actor=actor, on=on)
    trace(assessor.organisation, "assessor.account_opened", actor=actor, at=at, subject=assessor, body=body)
    return assessor, password


@transaction.atomic
def assessor_account_link(*, assessor_id: int, user_id: int, actor: User, at: datetime) -> Assessor:
    """Tie an account that already holds the assessor's role here to the assessor it belongs to."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    _require_no_account(assessor)
    place = assessor.organisation
    held = Membership.objects.filter(user=user_id, organisation=place, role=Role.ASSESSOR)
    if not held.exists() or Assessor.objects.filter(organisation=place, user=user_id).exists():
        raise BodyError("account_of_another", _("这个账户不是本单位考评员账户，或已经属于另一位考评员。请重新选择。"))
    assessor.user_id = user_id
    assessor.save(update_fields=["user"])
    trace(place, "assessor.account_linked", actor=actor, at=at, subject=assessor, body=body)
    return assessor


@transaction.atomic
def assessor_password_issue(*, assessor_id: int, actor: User, at: datetime) -> str:
    """A new first password for an assessor who forgot hers."""
    assessor, body = _own_assessor(assessor_id, actor, at)
    if assessor.user is None:
        raise BodyError("no_account", _("这位考评员还没有登录账户。请先开立账户。"))
    password = colleague_password_issue(user=assessor.user, actor=actor, on=timezone.localdate(at))
    trace(assessor.organisation, "assessor.password_issued", actor=actor, at=at, subject=assessor, body=body)
    return password


@transaction.atomic
def body_colleague_open(*, body_id: int, username: str, name: str, actor: User, at: datetime) -> tuple[User, str]:
    """An account for another member of a body's staff, and the first password, given out this once."""
    organisation, body = _own_body(body_id, actor, at)
    on = timezone.localdate(at)
    if not name.strip():
        raise BodyError("name_missing", _("请填写姓名。"))
    user = colleague_account_open(
        username=username,
        name=name.strip(),
        organisation=organisation,
        role=Role.BODY_STAFF,
        effective=period(on),
        actor=actor,
        on=on,
    )
    password = colleague_password_issue(user=user, actor=actor, on=on)
    trace(organisation, "colleague.opened", actor=actor, at=at, subject=user, body=body)
    return user, password


@transaction.atomic
def body_colleague_end(*, body_id: int, membership_id: int, reason: str, actor: User, at: datetime) -> Membership:
    """Today is the last day of a colleague's role at the body."""
    organisation, body = _own_body(body_id, actor, at)
    on = timezone.localdate(at)
    held = Membership.objects.select_related("user").get(
        pk=membership_id, organisation=organisation, role=Role.BODY_STAFF
    )
    reason = require_reason(reason)
    held = colleague_role_end(membership=held, ends_on=max(on, held.effective.lower), actor=actor, reason=reason, on=on)
    trace(organisation, "colleague.ended", actor=actor, at=at, subject=held.user, body=body, reason=reason)
    return held


def _own(organisation_id: int, actor: User, at: datetime) -> tuple[Organisation, AssessmentBody | None]:
    """The actor's own body, or school, registered and not closed; locked for this transaction."""
    organisation = Organisation.objects.get(pk=organisation_id)
    require_staff_of(actor, organisation, ASSESSOR_KEEPERS, at=at)
    # The one row that whoever suspends or closes it locks too.
    if organisation.kind == OrganisationKind.SCHOOL:
        School.objects.select_for_update().filter(organisation=organisation).first()
        body = None
    else:
        body = AssessmentBody.objects.select_for_update().filter(organisation=organisation).first()
    refusal = assessors_refusal(organisation)
    if refusal:
        raise BodyError("not_registered", refusal)
    return organisation, body


def _own_body(body_id: int, actor: User, at: datetime) -> tuple[Organisation, AssessmentBody | None]:
    return _own(AssessmentBody.objects.values_list("organisation_id", flat=True).get(pk=body_id), actor, at)


def _own_assessor(assessor_id: int, actor: User, at: datetime) -> tuple[Assessor, AssessmentBody | None]:
    _organisation, body = _own(
        Assessor.objects.values_list("organisation_id", flat=True).get(pk=assessor_id), actor, at
    )
    rows = Assessor.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    return rows.get(pk=assessor_id), body


def _require_no_account(assessor: Assessor) -> None:
    if assessor.user_id:
        raise BodyError("has_account", _("这位考评员已有登录账户。忘记密码的，请重新发放初始密码。"))


def _fill(assessor: Assessor, entry: AssessorEntry, at: datetime) -> None:
    if entry.id_number or not assessor.id_number:
        checked = id_number_check(entry.id_number, on=timezone.localdate(at))
        if checked.errors:
            raise BodyError("id_number_invalid", "".join(checked.errors))
        assessor.id_number = checked.value
    assessor.name = entry.name.strip()
    if not assessor.name:
        raise BodyError("name_missing", _("请填写姓名。"))
    assessor.title = entry.title.strip()
    assessor.card_number = entry.card_number.strip() or assessor.card_number
    assessor.engaged = days(entry.starts_on, entry.ends_on)


def _save(assessor: Assessor) -> None:
    sentence = _("身份证号码相同的考评员在这段时间已在本单位名册中。请在名册里找到并修改那一位。")
    save_or_refuse(assessor.save, {"assessor_is_engaged_once_a_day": ("assessor_known", sentence)})


def _end_role(assessor: Assessor, ends_on: date, actor: User, at: datetime, reason: str) -> None:
    """The role of the assessor's account here does not outlast the day."""
    if assessor.user is None:
        return
    roles = Membership.objects.filter(user=assessor.user, organisation=assessor.organisation, role=Role.ASSESSOR)
    for held in roles.select_related("organisation"):
        last = max(ends_on, held.effective.lower)
        ends, until = day_after(last), held.effective.upper
        if ends is not None and (until is None or until > ends):
            on = timezone.localdate(at)
            colleague_role_end(membership=held, ends_on=last, actor=actor, reason=reason, on=on)


def _trace_paper(
    action: str,
    paper: AssessorQualification,
    assessor: Assessor,
    body: AssessmentBody | None,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
) -> None:
    data = {"assessor": assessor.pk, "occupation": paper.occupation_id, "valid": paper.valid}
    trace(assessor.organisation, action, actor=actor, at=at, subject=paper, body=body, reason=reason, data=data)
