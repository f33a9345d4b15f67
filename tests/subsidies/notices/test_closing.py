"""Closing: not before the last day is over, the others go on, twice does no harm, and a crash leaves nothing half."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import CalendarDay, Clock
from subsidies.claims.models import ClaimEvent
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices import tasks
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import PublicNotice
from subsidies.notices.services import closing, notice_close
from subsidies.notices.states import LineState, NoticeState
from tests.subsidies.builders import an_officer_of
from tests.subsidies.notices.builders import a_notice, an_objection, day_after, first_line, moment
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


def states(notice):
    return list(notice.lines.order_by("serial").values_list("state", "claim__state"))


def test_the_day_after_the_last_day_what_is_shown_is_approved_and_its_time_to_be_paid_begins():
    notice = a_notice(2)
    closed = notice_close(notice_id=notice.pk, at=day_after(notice))
    assert (closed.state, closed.closed_at) == (NoticeState.CLOSED, day_after(notice))
    assert states(notice) == [(LineState.PASSED, ClaimState.APPROVED)] * 2
    claim = first_line(notice).claim
    assert Clock.objects.get(subject_type="claims.claim", subject_id=claim.pk, name="pay").limit_working_days == 10
    event = ClaimEvent.objects.filter(claim=claim).latest("pk")
    assert (event.action, event.party, event.actor, event.data) == (
        "approve",
        Party.SYSTEM,
        None,
        {"notice": notice.number},
    )


def test_in_the_last_minute_of_the_last_day_it_is_not_closed():
    notice = a_notice()
    with pytest.raises(NoticeError) as refusal:
        notice_close(notice_id=notice.pk, at=moment(notice.ends_on, 23, 59))
    assert refusal.value.code == "still_running"
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    assert states(notice) == [(LineState.SHOWN, ClaimState.PUBLISHED)]


def test_with_an_objection_the_others_go_on():
    notice = a_notice(3)
    an_objection(notice, serial=2)
    notice_close(notice_id=notice.pk, at=day_after(notice))
    assert states(notice) == [
        (LineState.PASSED, ClaimState.APPROVED),
        (LineState.DISPUTED, ClaimState.DISPUTED),
        (LineState.PASSED, ClaimState.APPROVED),
    ]


def test_closing_twice_changes_nothing():
    notice = a_notice()
    first = notice_close(notice_id=notice.pk, at=day_after(notice))
    events = ClaimEvent.objects.count()
    again = notice_close(notice_id=notice.pk, at=day_after(notice) + timedelta(days=3))
    assert (again.closed_at, ClaimEvent.objects.count()) == (first.closed_at, events)
    assert AuditEvent.objects.filter(action="notices.notice.closed").count() == 1


@pytest.mark.parametrize("where", ["claims_move", "audit_record"])
def test_a_crash_leaves_nothing_half_and_the_next_run_closes_it(monkeypatch, where):
    notice = a_notice(2)
    real = getattr(closing, where)

    def killed(*args, **given):
        real(*args, **given)
        raise RuntimeError("killed")

    monkeypatch.setattr(closing, where, killed)
    with pytest.raises(RuntimeError, match="killed"):
        notice_close(notice_id=notice.pk, at=day_after(notice))
    assert states(notice) == [(LineState.SHOWN, ClaimState.PUBLISHED)] * 2
    assert PublicNotice.objects.get(pk=notice.pk).state == NoticeState.OPEN
    monkeypatch.undo()
    notice_close(notice_id=notice.pk, at=day_after(notice))
    assert states(notice) == [(LineState.PASSED, ClaimState.APPROVED)] * 2


def test_a_claim_that_was_held_meanwhile_is_not_approved():
    notice = a_notice(2)
    claim = first_line(notice).claim
    reviewer = an_officer_of(Role.OFFICER_REVIEW)
    at = NOW + timedelta(hours=2)
    claim_move(claim_id=claim.pk, action="hold", party=Party.REVIEW, actor=reviewer, at=at, reason="核对")
    notice_close(notice_id=notice.pk, at=day_after(notice))
    assert states(notice) == [
        (LineState.REMOVED, ClaimState.INTAKE_PASSED),
        (LineState.PASSED, ClaimState.APPROVED),
    ]


def test_a_day_that_turned_out_to_be_none_makes_it_longer():
    notice = a_notice(at=moment(date(2026, 10, 23)))
    officer = an_officer_of(Role.OFFICER_POLICY)
    CalendarDay.objects.create(day=date(2026, 10, 28), kind="holiday", name="台风停工", entered_by=officer)
    with pytest.raises(NoticeError, match="2026-11-02"):
        notice_close(notice_id=notice.pk, at=moment(date(2026, 10, 31)))
    notice.refresh_from_db()
    assert (notice.ends_on, notice.state) == (date(2026, 11, 2), NoticeState.OPEN)
    event = AuditEvent.objects.get(action="notices.notice.prolonged")
    assert event.data == {"before": "2026-10-30", "after": "2026-11-02"}
    notice_close(notice_id=notice.pk, at=moment(date(2026, 11, 3)))
    assert states(notice) == [(LineState.PASSED, ClaimState.APPROVED)]


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_FINANCE])
def test_by_hand_only_reviewers_close(role):
    notice = a_notice()
    with pytest.raises(PermissionDenied):
        notice_close(notice_id=notice.pk, at=day_after(notice), actor=an_officer_of(role))
    assert states(notice) == [(LineState.SHOWN, ClaimState.PUBLISHED)]


def test_the_task_closes_what_is_due_and_nothing_else(monkeypatch):
    due, running = a_notice(), a_notice(at=NOW + timedelta(days=1))
    monkeypatch.setattr(tasks.timezone, "now", lambda: day_after(due))
    assert tasks.notices_close_due() == 1
    assert tasks.notices_close_due() == 0
    assert states(due) == [(LineState.PASSED, ClaimState.APPROVED)]
    assert states(running) == [(LineState.SHOWN, ClaimState.PUBLISHED)]
