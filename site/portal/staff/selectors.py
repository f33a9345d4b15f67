"""What the lists of the desktop begin from, where the owning app has no selector for everybody's rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.database import in_force
from foundation.imports.selectors import batches_with_faults
from foundation.outbox.models import OutboxMessage
from foundation.outbox.states import MessageState
from foundation.policy.models import ParameterVersion
from foundation.policy.states import VersionStatus
from foundation.privacy.models import AccessRecord
from foundation.sms.models import SmsMessage
from portal.staff.assessment_duties import assessment_duties
from portal.staff.course_duties import course_duties
from portal.staff.jobs import jobs_state
from portal.staff.navigation import KEEPERS, LISTS, OVERSEERS, import_roles
from portal.staff.subsidy_duties import subsidy_duties
from workers.models import Worker
from workers.selectors import lines_waiting_count, link_requests_open
from workers.states import IDENTITY_OFFICERS, IdentityState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _if_any(rows: QuerySet, roles: frozenset[Role], user: User, on: date) -> QuerySet:
    return rows if roles & roles_of(user, on=on) else rows.none()


def staff_accounts_visible_to(user: User, *, on: date) -> QuerySet[User]:
    """Accounts of the staff with the roles they hold on the day, for administrators and auditors."""
    held = Membership.objects.filter(in_force(on)).select_related("organisation").order_by("role")
    # Whoever signs in by phone is a worker and never staff.
    rows = (
        User.objects.filter(phone_index__isnull=True)
        .prefetch_related(Prefetch("memberships", queryset=held, to_attr="held"))
        .order_by("username")
    )
    return _if_any(rows, KEEPERS, user, on)


def organisations_visible_to(user: User, *, on: date) -> QuerySet[Organisation]:
    """The register of bodies, for officers, auditors and administrators."""
    return _if_any(Organisation.objects.order_by("name", "pk"), LISTS, user, on)


def accesses_visible_to(user: User, *, on: date) -> QuerySet[AccessRecord]:
    """Every look at personal data, for those who oversee, newest first."""
    rows = AccessRecord.objects.select_related("viewer").order_by("-at", "-pk")
    return _if_any(rows, OVERSEERS, user, on)


def dead_letters_visible_to(user: User, *, on: date) -> QuerySet[OutboxMessage]:
    """Messages that reached nobody, for administrators and auditors, newest first."""
    rows = OutboxMessage.objects.filter(state=MessageState.DEAD).defer("payload").order_by("-pk")
    return _if_any(rows, KEEPERS, user, on)


def sms_visible_to(user: User, *, on: date) -> QuerySet[SmsMessage]:
    """Text messages without their text, for administrators and auditors, newest first."""
    return _if_any(SmsMessage.objects.defer("text").order_by("-pk"), KEEPERS, user, on)


PAGE_APPROVERS = frozenset({Role.SCHOOL_STAFF, Role.OFFICER_INTAKE, Role.OFFICER_POLICY})


@dataclass(frozen=True)
class Duty:
    """Something that waits for somebody."""

    label: "StrPromise | str"
    hint: "StrPromise | str"
    url: str
    count: int


def duties_of(user: User, roles: frozenset[Role], *, on: date, at: datetime) -> list[Duty]:
    """What waits for the user, by the roles held; duties without work are listed too, with a count of zero."""
    duties = []
    if roles & import_roles():
        count = batches_with_faults(user, on=on).count()
        duties.append(
            Duty(
                _("批量导入"),
                _("待确认、待导入，或有行需要修改的批次。"),
                f"{reverse('staff_imports')}?waiting=true",
                count,
            )
        )
    if roles & KEEPERS:
        count = dead_letters_visible_to(user, on=on).count()
        duties.append(
            Duty(_("未送达的消息"), _("多次发送失败，需要查明原因后重发。"), reverse("staff_dead_letters"), count)
        )
        troubled = sum(job.state in {"failing", "late"} for job in jobs_state(at=at))
        duties.append(Duty(_("自动任务"), _("失败或逾期未运行的任务。"), reverse("staff_jobs"), troubled))
    if roles & PAGE_APPROVERS:
        duties.append(_page_duty(user))
    if Role.OFFICER_POLICY in roles:
        duties.append(_policy_duty(user))
    if roles & IDENTITY_OFFICERS:
        duties += _identity_duties()
    waiting = course_duties(user, roles, on=on) + assessment_duties(user, roles, on=on)
    waiting += subsidy_duties(user, roles, on=on)
    return duties + [Duty(duty.label, duty.hint, duty.url, duty.rows.count()) for duty in waiting]


def _page_duty(user: User) -> Duty:
    waiting = TaskState.objects.reviewable_by(user).filter(status=TaskState.STATUS_IN_PROGRESS).count()
    return Duty(_("等待审核的页面"), _("已提交、等您同意或退回的页面。"), _url("wagtailadmin_home"), waiting)


def _policy_duty(user: User) -> Duty:
    drafts = ParameterVersion.objects.filter(status=VersionStatus.DRAFT).exclude(drafted_by=user).count()
    url = _url("policy_versions:index", "?status=draft")
    return Duty(_("待发布的政策标准"), _("由他人起草、等待您核对发布。"), url, drafts)


def _identity_duties() -> list[Duty]:
    mismatches = Worker.objects.filter(identity_state=IdentityState.MISMATCH).count()
    url = _url("worker_list", "?identity_state=mismatch")
    links = link_requests_open().count()
    return [
        Duty(_("实名核验不一致"), _("姓名与身份证号码对不上，需要人工核对。"), url, mismatches),
        Duty(_("认领档案的申请"), _("有人申请认领已有的档案，需要核对身份。"), _url("link_list"), links),
        Duty(
            _("请求核实的档案内容"),
            _("本人上传了工作、学历等证明，请您看过后核实。"),
            _url("line_list"),
            lines_waiting_count(),
        ),
    ]


def _url(name: str, query: str = "") -> str:
    """The address of another app's page; nothing while it has none."""
    try:
        return reverse(name) + query
    except NoReverseMatch:
        return ""
