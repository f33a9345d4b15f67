"""公示期满: whatever nobody objected to goes on to be paid. Never before the last day is over; twice does no harm."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.calendar.working_days import working_calendar
from subsidies.claims.services import claims_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import PublicNotice
from subsidies.notices.selectors import with_open_objection
from subsidies.notices.states import NOTICE_KEEPERS, LineState, NoticeState


def notice_close(*, notice_id: int, at: datetime, actor: User | None = None) -> PublicNotice:
    """Approve what is still shown and close the notice; one that is closed is given back as it is.

    The claims with an objection left the notice before and are not touched; one that was shown on although somebody
    objected again waits for the answer. ``NoticeError`` while it still runs.
    """
    if actor is not None and not NOTICE_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("公示由复核人员办结。"))
    notice_prolong(notice_id=notice_id)
    return _closed(notice_id, at=at, actor=actor)


@transaction.atomic
def notice_prolong(*, notice_id: int) -> PublicNotice:
    """Give an open notice a later last day when days it counted turned out to be none: a typhoon, a changed holiday.

    It has promised so many working days. It never gets shorter.
    """
    notice = PublicNotice.objects.select_for_update().get(pk=notice_id)
    if notice.state == NoticeState.OPEN:
        due_on = working_calendar().add(notice.published_on, notice.working_days).on
        if due_on > notice.ends_on:
            before, notice.ends_on = notice.ends_on, due_on
            notice.save(update_fields=["ends_on"])
            days = {"before": before.isoformat(), "after": due_on.isoformat()}
            audit_record("notices.notice.prolonged", notice, actor=None, data=days)
    return notice


@transaction.atomic
def _closed(notice_id: int, *, at: datetime, actor: User | None) -> PublicNotice:
    """Lines, claims and the notice together, or nothing: whoever comes after a crash finds the notice open."""
    notice = PublicNotice.objects.select_for_update().get(pk=notice_id)
    if notice.state == NoticeState.CLOSED:
        return notice
    if timezone.localdate(at) <= notice.ends_on:
        raise NoticeError(
            "still_running",
            _("公示 %(number)s 到 %(day)s 才满，还不能办结。期满第二天系统会自动办。")
            % {"number": notice.number, "day": notice.ends_on.isoformat()},
        )
    # The lines before the claims, as everywhere.
    shown = list(notice.lines.select_for_update(of=("self",)).filter(state=LineState.SHOWN).order_by("pk"))
    waiting = set(with_open_objection(notice.lines.all()).values_list("pk", flat=True))
    stays = notice.lines.filter(pk__in=waiting, state=LineState.SHOWN, claim__state=ClaimState.PUBLISHED)
    stays_ids = list(stays.values_list("pk", flat=True))
    passing = list(
        notice.lines.filter(pk__in=[line.pk for line in shown], claim__state=ClaimState.PUBLISHED)
        .exclude(pk__in=stays_ids)
        .order_by("claim")
    )
    if passing:
        claims_move(
            claim_ids=[line.claim_id for line in passing],
            action="approve",
            party=Party.SYSTEM,
            actor=actor,
            at=at,
            data={"notice": notice.number},
            key=f"notice-closed:{notice.number}",
        )
        notice.lines.filter(pk__in=[line.pk for line in passing]).update(state=LineState.PASSED)
    notice.lines.filter(state=LineState.SHOWN).exclude(pk__in=stays_ids).update(state=LineState.REMOVED)
    notice.state, notice.closed_at = NoticeState.CLOSED, at
    notice.save(update_fields=["state", "closed_at"])
    counts = {"approved": len(passing), "waiting": len(stays_ids)}
    audit_record("notices.notice.closed", notice, actor=actor, data=counts)
    return notice
