"""Working days, the clocks that count them, and officers' corrections: tables to lay beside the official notices."""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar import selectors, services
from foundation.calendar.errors import CalendarError
from foundation.calendar.models import CalendarDay, Clock, ClockEvent, YearNotice
from foundation.calendar.states import ClockState, DayKind, DaySource
from foundation.calendar.working_days import is_working_day, working_calendar, working_day_add
from tests.foundation.policy_builders import an_officer, somebody

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def day(text):
    return date.fromisoformat(text)


def days(first, last):
    return [day(first) + timedelta(days=number) for number in range((day(last) - day(first)).days + 1)]


HOLIDAYS_2026 = [
    ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
    ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    ("清明", "2026-04-04", "2026-04-06", []),
    ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
    ("端午", "2026-06-19", "2026-06-21", []),
    ("中秋", "2026-09-25", "2026-09-27", []),
    ("国庆", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
]


@pytest.mark.parametrize(("name", "first", "last", "worked"), HOLIDAYS_2026)
def test_the_holidays_of_2026_and_their_make_up_days(name, first, last, worked):
    calendar = working_calendar()
    assert {calendar.answer(one).working for one in days(first, last)} == {False}
    for text in worked:
        answer = calendar.answer(day(text))
        assert (answer.working, answer.provisional, answer.source) == (True, False, DaySource.NOTICE)
        assert day(text).weekday() >= 5


@pytest.mark.parametrize(
    ("start", "working_days", "due", "provisional"),
    [
        ("2026-02-13", 1, "2026-02-14", False),  # a make-up Saturday counts
        ("2026-02-13", 2, "2026-02-24", False),  # over the Spring Festival
        ("2026-02-13", 5, "2026-02-27", False),
        ("2026-02-13", 6, "2026-02-28", False),  # the second make-up Saturday
        ("2026-02-13", 7, "2026-03-02", False),
        ("2026-02-16", 1, "2026-02-24", False),  # begun on a holiday
        ("2026-09-18", 1, "2026-09-20", False),  # a make-up Sunday
        ("2026-09-18", 5, "2026-09-24", False),
        ("2026-09-18", 6, "2026-09-28", False),  # over Mid-Autumn
        ("2026-09-30", 1, "2026-10-08", False),
        ("2026-09-30", 3, "2026-10-10", False),  # the make-up Saturday after National Day
        ("2026-09-30", 4, "2026-10-12", False),
        ("2026-11-23", 0, "2026-11-23", False),
        ("2026-12-30", 1, "2026-12-31", False),
        ("2026-12-30", 2, "2027-01-04", True),  # into a year without its notice
        ("2026-12-31", 1, "2027-01-04", True),
        ("2027-02-04", 1, "2027-02-09", True),  # New Year's Eve is 5 February 2027
        ("2027-04-30", 1, "2027-05-03", True),
        ("2027-09-30", 1, "2027-10-04", True),
    ],
)
def test_so_many_working_days_after_a_day(start, working_days, due, provisional):
    deadline = working_day_add(day(start), working_days)
    assert (deadline.on, deadline.provisional) == (day(due), provisional)


def test_an_officer_can_turn_a_day_off_and_back_on():
    officer = an_officer()
    row = services.calendar_day_enter(
        day=day("2026-11-24"), kind=DayKind.HOLIDAY, name="台风停工", source="市防指通告", actor=officer, at=NOW
    )
    answer = is_working_day(day("2026-11-24"))
    assert (answer.working, answer.provisional, answer.source) == (False, False, DaySource.OFFICER)
    assert working_day_add(day("2026-11-23"), 1).on == day("2026-11-25")
    services.calendar_day_enter(
        day=day("2026-11-28"), kind=DayKind.WORKDAY, name="补班", source="市防指通告", actor=officer, at=NOW
    )
    assert is_working_day(day("2026-11-28")).working is True
    services.calendar_day_remove(day_id=row.pk, actor=officer, at=NOW)
    assert working_day_add(day("2026-11-23"), 1).on == day("2026-11-24")
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["calendar.day.entered", "calendar.day.entered", "calendar.day.removed"]


def test_a_year_is_certain_once_its_notice_is_confirmed():
    officer = an_officer()
    assert is_working_day(day("2027-03-01")).provisional is True
    for text, kind in [("2027-01-01", DayKind.HOLIDAY), ("2027-01-03", DayKind.WORKDAY)]:
        services.calendar_day_enter(day=day(text), kind=kind, name="元旦", source="通知", actor=officer, at=NOW)
    assert is_working_day(day("2027-01-01")).provisional is True
    services.year_notice_confirm(year=2027, doc_no="国办发明电〔2026〕测试号", actor=officer, at=NOW)
    deadline = working_day_add(day("2026-12-31"), 2)
    assert (deadline.on, deadline.provisional) == (day("2027-01-04"), False)
    # The estimate of Spring Festival is gone: only what the officers entered holds.
    assert is_working_day(day("2027-02-08")).working is True


def test_a_day_is_entered_once_and_only_by_policy_officers():
    officer = an_officer()
    entry = {"kind": DayKind.HOLIDAY, "name": "停工", "source": "通告", "at": NOW}
    services.calendar_day_enter(day=day("2026-11-24"), actor=officer, **entry)
    with pytest.raises(CalendarError):
        services.calendar_day_enter(day=day("2026-11-24"), actor=officer, **entry)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.OFFICER_REVIEW, Role.WORKER):
        actor = somebody(role)
        with pytest.raises(PermissionDenied):
            services.calendar_day_enter(day=day("2026-11-25"), actor=actor, **entry)
        with pytest.raises(PermissionDenied):
            services.year_notice_confirm(year=2027, doc_no="x", actor=actor, at=NOW)
    assert CalendarDay.objects.count() == 1
    assert not YearNotice.objects.exists()


def test_ten_thousand_deadlines_take_two_queries_and_little_time(django_assert_num_queries):
    with django_assert_num_queries(2):
        calendar = working_calendar()
        began = time.process_time()
        for number in range(10_000):
            working_day_add(day("2026-01-01") + timedelta(days=number % 300), 20, calendar=calendar)
    assert time.process_time() - began < 2


# --- clocks -------------------------------------------------------------------------------------------------------


def a_clock(on="2026-09-21", limit=7, subject=1):
    return services.clock_start(
        subject_type="test.claim", subject_id=subject, name="review", limit_working_days=limit, on=day(on), actor=None
    )


def reading(clock, on):
    return selectors.clock_state(Clock.objects.get(pk=clock.pk), on=day(on))


@pytest.mark.parametrize(
    ("on", "used", "left", "due", "overdue"),
    [
        ("2026-09-21", 0, 7, "2026-09-30", False),
        ("2026-09-22", 1, 6, "2026-09-30", False),
        ("2026-09-24", 3, 4, "2026-09-30", False),
        ("2026-09-27", 3, 4, "2026-09-30", False),  # Mid-Autumn
        ("2026-09-30", 6, 1, "2026-10-08", False),
    ],
)
def test_a_running_clock(on, used, left, due, overdue):
    clock = a_clock("2026-09-21", 7)
    shown = reading(clock, on)
    assert (shown.used, shown.left) == (used, left)
    assert (shown.due_on, shown.overdue, shown.state) == (day("2026-10-08"), overdue, ClockState.RUNNING)


def test_a_clock_is_overdue_the_day_after_it_was_due():
    clock = a_clock("2026-09-21", 7)
    assert reading(clock, "2026-10-08").overdue is False
    late = reading(clock, "2026-10-09")
    assert (late.overdue, late.used, late.left) == (True, 8, -1)


def test_days_while_stopped_do_not_count_even_over_a_holiday():
    clock, officer = a_clock("2026-09-21", 7), an_officer()
    services.clock_stop(clock_id=clock.pk, on=day("2026-09-23"), actor=officer, reason="等待申请人补正")
    stopped = reading(clock, "2026-10-15")
    assert (stopped.state, stopped.used, stopped.left, stopped.due_on) == (ClockState.STOPPED, 2, 5, None)
    assert stopped.overdue is False
    services.clock_resume(clock_id=clock.pk, on=day("2026-10-09"), actor=officer, reason="补正材料已收到")
    resumed = reading(clock, "2026-10-09")
    assert (resumed.state, resumed.used, resumed.due_on) == (ClockState.RUNNING, 2, day("2026-10-15"))
    assert reading(clock, "2026-10-10").used == 3  # the make-up Saturday
    assert reading(clock, "2026-09-25").state == ClockState.STOPPED  # as it stood then
    services.clock_finish(clock_id=clock.pk, on=day("2026-10-14"), actor=officer)
    done = reading(clock, "2026-12-01")
    assert (done.state, done.used, done.overdue, done.due_on) == (ClockState.FINISHED, 6, False, day("2026-10-15"))


def test_stopping_after_the_limit_does_not_undo_being_late():
    clock = a_clock("2026-09-21", 2)
    services.clock_stop(clock_id=clock.pk, on=day("2026-09-24"), actor=None, reason="补正")
    shown = reading(clock, "2026-12-01")
    assert (shown.overdue, shown.due_on, shown.used) == (True, day("2026-09-23"), 3)


def test_a_deadline_into_the_next_year_is_provisional():
    shown = reading(a_clock("2026-12-28", 7), "2026-12-28")
    assert (shown.due_on, shown.provisional) == (day("2027-01-07"), True)
    assert reading(a_clock("2026-12-21", 5, subject=2), "2026-12-21").provisional is False


def test_an_officers_day_off_moves_the_due_day():
    clock = a_clock("2026-11-23", 3)
    assert reading(clock, "2026-11-23").due_on == day("2026-11-26")
    services.calendar_day_enter(
        day=day("2026-11-25"), kind=DayKind.HOLIDAY, name="停工", source="通告", actor=an_officer(), at=NOW
    )
    assert reading(clock, "2026-11-23").due_on == day("2026-11-27")


MOVES = {
    "stop": services.clock_stop,
    "resume": services.clock_resume,
    "finish": services.clock_finish,
}
ALLOWED = {("running", "stop"), ("running", "finish"), ("stopped", "resume"), ("stopped", "finish")}


@pytest.mark.parametrize("state", ["running", "stopped", "finished"])
@pytest.mark.parametrize("move", ["stop", "resume", "finish"])
def test_a_clock_makes_only_the_moves_of_the_table(state, move):
    clock = a_clock()
    arguments = {"clock_id": clock.pk, "on": day("2026-09-22"), "actor": None, "reason": "补正"}
    if state != "running":
        MOVES["stop" if state == "stopped" else "finish"](**arguments)
    events = ClockEvent.objects.count()
    if (state, move) in ALLOWED:
        MOVES[move](**arguments)
        assert ClockEvent.objects.count() == events + 1
        return
    with pytest.raises(CalendarError) as refusal:
        MOVES[move](**arguments)
    assert refusal.value.code == "wrong_state"
    assert ClockEvent.objects.count() == events
    assert Clock.objects.get().state == state


def test_of_a_long_reason_the_clock_keeps_the_beginning():
    clock, officer = a_clock("2026-09-21", 7), an_officer()
    services.clock_stop(clock_id=clock.pk, on=day("2026-09-23"), actor=officer, reason="补" * 900)
    assert clock.events.latest("pk").reason == "补" * 300
    assert AuditEvent.objects.get(action="calendar.clock.stopped").reason == "补" * 900


def test_a_stop_needs_a_reason_and_moves_go_forward_in_time():
    clock = a_clock()
    with pytest.raises(CalendarError) as refusal:
        services.clock_stop(clock_id=clock.pk, on=day("2026-09-22"), actor=None, reason=" ")
    assert refusal.value.code == "reason_missing"
    with pytest.raises(CalendarError) as refusal:
        services.clock_stop(clock_id=clock.pk, on=day("2026-09-20"), actor=None, reason="补正")
    assert refusal.value.code == "before_the_last_move"
    assert ClockEvent.objects.count() == 1


def test_a_subject_has_one_open_clock_of_a_name():
    clock = a_clock()
    with pytest.raises(CalendarError) as refusal:
        a_clock()
    assert refusal.value.code == "already_running"
    services.clock_finish(clock_id=clock.pk, on=day("2026-09-22"), actor=None)
    a_clock()


def test_the_history_of_a_clock_cannot_be_changed():
    a_clock()
    for change in (lambda: ClockEvent.objects.update(on=day("2026-01-01")), ClockEvent.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert ClockEvent.objects.get().on == day("2026-09-21")


def test_many_clocks_are_read_in_a_constant_number_of_queries(django_assert_num_queries):
    for subject in range(5):
        a_clock(subject=subject + 1)
    with django_assert_num_queries(4):
        states = selectors.clock_states(Clock.objects.all(), on=day("2026-09-22"))
    assert [shown.used for _clock, shown in states] == [1] * 5


def test_the_year_overview_counts_working_days():
    overview = selectors.year_overview(2026)
    assert (overview.working_days, overview.provisional, overview.in_library) == (248, False, True)
    assert len(overview.months) == 12
    assert selectors.year_overview(2027).provisional is True
