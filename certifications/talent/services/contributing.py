"""竞赛、荣誉、带徒、专利、志愿服务: told by her, confirmed by an officer who saw the paper."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.talent.errors import TalentError
from certifications.talent.models import TalentContribution, TalentRecord
from certifications.talent.services.registering import event_add, keeper_required
from certifications.talent.states import KEEPERS, ContributionKind
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from workers.states import Standing
from workers.texts import LINE_CONFIRMED, record_line_tell


@transaction.atomic
def contribution_add(
    *,
    record_id: int,
    kind: str,
    title: str,
    on: date,
    actor: User,
    at: datetime,
    issuer: str = "",
    count: int | None = None,
) -> TalentContribution:
    """A line she tells, or the counter for her; it counts as declared until somebody has seen the paper."""
    record = TalentRecord.objects.select_for_update(of=("self",)).select_related("worker").get(pk=record_id)
    keeper_required(record, actor, at=at)
    if kind not in ContributionKind.values:
        raise TalentError("kind_unknown", _("没有这个种类。请从列表中选择。"))
    if not title.strip():
        raise TalentError("title_missing", _("请写明是什么，例如竞赛的名称。"))
    if on > timezone.localdate(at):
        raise TalentError("in_future", _("日期在今天之后。请填写已经发生的日期。"))
    line = TalentContribution.objects.create(
        record=record,
        kind=kind,
        title=title.strip()[:100],
        issuer=issuer.strip()[:100],
        on=on,
        count=count,
        entered_by=actor,
        entered_at=at,
    )
    audit_record("talent.contribution.added", line, actor=actor)
    return line


@transaction.atomic
def contribution_confirm(*, contribution_id: int, reason: str, actor: User, at: datetime) -> TalentContribution:
    """An officer has seen the paper: the line is guaranteed, with her name and why."""
    line = _locked(contribution_id)
    if not KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if actor.pk in {line.record.worker.user_id, line.entered_by_id}:
        raise TalentError("own_work", _("这是您本人的，或者您填报的，请由另一位工作人员核实。"))
    if line.standing == Standing.GUARANTEED:
        return line
    if not reason.strip():
        raise TalentError("reason_missing", _("请写明凭什么核实，例如证书原件。"))
    line.standing, line.confirmed_reason = Standing.GUARANTEED, reason.strip()[:200]
    line.confirmed_by, line.confirmed_at = actor, at
    line.save()
    event_add(line.record, "contribution_confirmed", actor=actor, at=at, reason=line.title)
    audit_record("talent.contribution.confirmed", line, actor=actor, reason=reason)
    what = ContributionKind(line.kind).label
    record_line_tell(line.record.worker, LINE_CONFIRMED, what=what, key=f"contribution:{line.pk}", at=at)
    return line


@transaction.atomic
def contribution_withdraw(*, contribution_id: int, actor: User, at: datetime) -> TalentContribution:
    """She takes back what she told, as long as nobody has stood for it."""
    line = _locked(contribution_id)
    keeper_required(line.record, actor, at=at)
    if line.standing == Standing.GUARANTEED:
        raise TalentError("guaranteed", _("这一条已经核实过，不能撤回。有错的，请联系服务窗口。"))
    line.withdrawn_at = at
    line.save(update_fields=["withdrawn_at"])
    audit_record("talent.contribution.withdrawn", line, actor=actor)
    return line


def _locked(contribution_id: int) -> TalentContribution:
    rows = TalentContribution.objects.select_for_update(of=("self",)).select_related("record__worker__user")
    line = rows.get(pk=contribution_id)
    if line.withdrawn_at is not None:
        raise TalentError("withdrawn", _("这一条已经撤回。"))
    return line
