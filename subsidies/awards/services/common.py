"""What every step of an award begins with: the lock, who may, and the one place where a filing moves."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardEvent, AwardFiling, AwardInstalment
from subsidies.awards.selectors.filings import WITH
from subsidies.awards.states import DECIDERS, FILING_MOVES, INSTALMENT_MOVES, FilingState, InstalmentState, Party
from workers.models import Worker


def employer_staff_required(actor: User, employer: Organisation, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works for the employer on the day."""
    held = memberships_of(actor, on=timezone.localdate(at))
    if not held.filter(role=Role.EMPLOYER_STAFF, organisation=employer).exists():
        raise PermissionDenied(_("只有这家单位的工作人员可以办理。"))


def office_required(actor: User, filing: AwardFiling, *, at: datetime) -> None:
    """``PermissionDenied`` for another role; ``AwardError`` where it is an affair of hers."""
    on = timezone.localdate(at)
    if not DECIDERS & roles_of(actor, on=on):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if filing.worker.user_id == actor.pk:
        raise AwardError("own_filing", _("这是替您本人申报的，请由另一位工作人员办理。"))
    if actor.pk in {filing.filed_by_id, filing.created_by_id}:
        raise AwardError("own_work", _("这份申报是您填报的，请由另一位工作人员办理。"))
    if memberships_of(actor, on=on).filter(organisation=filing.employer_id).exists():
        raise AwardError("own_place", _("您在这家单位任职，请由另一位工作人员办理。"))


def worker_hold(worker_id: int) -> None:
    """Lock her file first, as claims do: two filings of one person come one after the other."""
    Worker.objects.select_for_update(no_key=True).only("pk").get(pk=worker_id)


def filing_lock(filing_id: int) -> AwardFiling:
    """The filing, locked after its worker's file."""
    worker = AwardFiling.objects.filter(pk=filing_id).values_list("worker", flat=True).first()
    if worker is None:
        raise AwardError("not_found", _("没有这份申报。请刷新列表再看。"))
    worker_hold(worker)
    return AwardFiling.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=filing_id)


def filing_move(
    filing: AwardFiling, action: str, *, party: Party, actor: User | None, at: datetime, reason: str = ""
) -> AwardFiling:
    """The one place where a filing changes its state; saves all of the row. The caller holds its lock."""
    move, source = FILING_MOVES[action], filing.state
    reason = reason.strip()
    if party not in move.parties:
        raise PermissionDenied(_("这一步不由您办理。"))
    if source not in move.sources:
        raise AwardError(
            "wrong_state",
            _("申报 %(number)s 现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"number": filing.number, "state": FilingState(source).label},
        )
    if move.needs_reason and not reason:
        raise AwardError("reason_missing", _("请写明原因，再提交。"))
    filing.state, filing.reason = move.target, reason[:300]
    filing.save()
    event_add(filing, action, source, move.target, party=party, actor=actor, at=at, reason=reason)
    audit_record(f"awards.filing.{move.past}", filing, actor=actor, reason=reason)
    return filing


def instalment_move(
    part: AwardInstalment, action: str, *, actor: User | None, at: datetime, note: str = ""
) -> AwardInstalment:
    """The one place where a part changes its state; saves all of the row. The caller holds its lock."""
    move, source = INSTALMENT_MOVES[action], part.state
    if source not in move.sources:
        raise AwardError(
            "wrong_state",
            _("第 %(number)s 期现在是“%(state)s”，不能这样办理。请刷新页面再看。")
            % {"number": part.number, "state": InstalmentState(source).label},
        )
    part.state, part.note = move.target, note[:300]
    part.save()
    event_add(part.filing, action, source, move.target, party=Party.SYSTEM, actor=actor, at=at, reason=note, part=part)
    audit_record(f"awards.instalment.{move.past}", part, actor=actor, reason=note)
    return part


def event_add(
    filing: AwardFiling,
    action: str,
    source: str,
    target: str,
    *,
    party: Party,
    actor: User | None,
    at: datetime,
    reason: str = "",
    part: AwardInstalment | None = None,
) -> AwardEvent:
    """One row of the filing's history."""
    return AwardEvent.objects.create(
        filing=filing,
        instalment=part,
        action=action,
        source=source,
        target=target,
        party=party,
        reason=reason[:300],
        actor=actor,
        at=at,
    )
