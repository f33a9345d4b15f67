"""在岗证明: months that are not in the insurance records, stated by the employer and compared by an officer."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from subsidies.awards.errors import AwardError
from subsidies.awards.models import ServiceStatement
from subsidies.awards.rules import month_of
from subsidies.awards.services.common import employer_staff_required, filing_lock, office_required
from subsidies.awards.services.instalments import filing_advance
from subsidies.awards.states import FilingState, ServiceState


@transaction.atomic
def service_state(
    *, filing_id: int, first: date, last: date, basis: str, actor: User, at: datetime
) -> ServiceStatement:
    """The employer says which months she served, and by what that can be seen. Refuses months to come."""
    filing = filing_lock(filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    if filing.state not in {FilingState.ACCEPTED, FilingState.ENDED}:
        raise AwardError("wrong_state", _("申报受理以后才能填报在岗月份。"))
    first, last = month_of(first), month_of(last)
    if last < first:
        raise AwardError("months_order", _("最后一个月早于第一个月。请检查。"))
    if last > month_of(timezone.localdate(at)):
        raise AwardError("month_in_future", _("在岗月份不能在今天之后。请检查。"))
    if first < month_of(filing.started_on) or (filing.left_on and last > month_of(filing.left_on)):
        raise AwardError("months_outside", _("在岗月份要在合同开始以后、离职以前。请检查。"))
    basis = basis.strip()
    if not basis:
        raise AwardError("basis_missing", _("请写明凭什么，例如工资单、考勤表。"))
    there = filing.statements.filter(first=first, last=last, state=ServiceState.STATED).first()
    if there is not None:
        return there
    statement = ServiceStatement.objects.create(
        filing=filing, first=first, last=last, basis=basis[:200], stated_by=actor, stated_at=at
    )
    audit_record("awards.service.stated", statement, actor=actor)
    return statement


@transaction.atomic
def service_decide(*, statement_id: int, is_right: bool, reason: str, actor: User, at: datetime) -> ServiceStatement:
    """An officer has compared the months with the papers. Refusing needs a reason; parts that come by it come now."""
    filing_id = ServiceStatement.objects.values_list("filing", flat=True).get(pk=statement_id)
    filing = filing_lock(filing_id)
    office_required(actor, filing, at=at)
    statement = ServiceStatement.objects.select_for_update().get(pk=statement_id)
    wanted = ServiceState.ACCEPTED if is_right else ServiceState.REFUSED
    if statement.state == wanted:
        return statement
    if statement.state != ServiceState.STATED:
        raise AwardError("wrong_state", _("这份在岗证明已经核对过。请刷新页面再看。"))
    if statement.stated_by_id == actor.pk:
        raise AwardError("own_work", _("这是您填报的，请由别人核对。"))
    reason = reason.strip()
    if not is_right and not reason:
        raise AwardError("reason_missing", _("请写明哪里不符，再提交。"))
    statement.state, statement.reason = wanted, reason[:300]
    statement.decided_by, statement.decided_at = actor, at
    statement.save()
    audit_record(
        "awards.service.accepted" if is_right else "awards.service.refused", statement, actor=actor, reason=reason
    )
    if is_right:
        filing_advance(filing, at=at)
    return statement
