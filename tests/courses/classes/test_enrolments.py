"""A place in a class: every move by the table, seats that never go wrong, and one person in one class at one hour."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment, EnrolmentEvent, Session
from courses.classes.services import enrolments
from courses.classes.services.enrolment_moves import enrolment_locked, enrolment_move, waiting_promote
from courses.classes.services.enrolment_roster import RosterRow, roster_enrol
from courses.classes.services.enrolment_texts import enrolment_of_token, link_token
from courses.classes.states import COUNTED, ENROLMENT_MOVES, EndReason, EnrolmentSource, EnrolmentState, Party
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.courses.builders import a_class_run, a_course_version, an_enrolment, school_staff
from tests.workers.builders import NOW, TODAY, a_roster_worker, a_worker, an_account, an_id_number, an_officer

pytestmark = pytest.mark.django_db
E, S = EnrolmentState, EnrolmentSource


def coming(**fields):
    """A class run that begins next week."""
    return a_class_run(**({"starts_on": TODAY + timedelta(days=7)} | fields))


def her(n=0):
    account = an_account()
    return a_worker(user=account, verified=True), account


def enrol(run, worker, actor=None):
    return enrolments.enrolment_create(class_run_id=run.pk, worker_id=worker.pk, actor=actor or worker.user, at=NOW)


def hour(run, starts_at=NOW, number=1):
    return Session.objects.create(
        class_run=run, number=number, mode="classroom", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        content="新生儿护理",
    )  # fmt: skip


def taken(run):
    run.refresh_from_db()
    assert run.seats_taken == Enrolment.objects.filter(class_run=run, state__in=COUNTED).count()
    return run.seats_taken


@pytest.mark.parametrize("move", ENROLMENT_MOVES)
@pytest.mark.parametrize("state", EnrolmentState)
def test_only_the_moves_of_the_table_are_taken_and_each_leaves_one_event(move, state):
    step = ENROLMENT_MOVES[move]
    fields = {"moved_to": an_enrolment()} if state == E.MOVED else {}
    if state == E.DROPPED:
        fields["end_reason"] = EndReason.OTHER
    run = coming()
    pk = an_enrolment(run, state=state, **fields).pk
    if state in COUNTED - {E.INVITED, E.CONFIRMED}:
        ClassRun.objects.filter(pk=run.pk).update(seats_taken=1)
    before = taken(run)
    enrolment, locked = enrolment_locked(pk)
    to = an_enrolment() if move == "move" else None
    take = {"party": sorted(step.parties)[0], "actor": None, "at": NOW, "reason": "原因", "moved_to": to}
    if move == "drop":
        take["end_reason"] = EndReason.HEALTH
    if state not in step.sources:
        with pytest.raises(EnrolmentError) as refusal:
            enrolment_move(enrolment, locked, move, **take)
        assert refusal.value.code == "wrong_state"
        assert (taken(run), EnrolmentEvent.objects.filter(enrolment=pk).count()) == (before, 0)
        return
    enrolment_move(enrolment, locked, move, **take)
    enrolment.refresh_from_db()
    event = EnrolmentEvent.objects.get(enrolment=pk)
    assert (enrolment.state, event.action, event.source, event.target) == (step.target, move, state, step.target)
    taken(run)


@pytest.mark.parametrize("move", ENROLMENT_MOVES)
@pytest.mark.parametrize("party", Party)
def test_a_move_is_refused_to_whoever_is_not_named_in_the_table(move, party):
    step = ENROLMENT_MOVES[move]
    if party in step.parties:
        return
    enrolment, run = enrolment_locked(an_enrolment(coming(), state=sorted(step.sources)[0]).pk)
    with pytest.raises(PermissionDenied):
        enrolment_move(enrolment, run, move, party=party, actor=None, at=NOW, reason="原因")
    assert EnrolmentEvent.objects.count() == 0


def test_she_takes_a_seat_and_it_is_counted():
    run, (worker, account) = coming(seats=1), her()
    enrolment = enrol(run, worker)
    assert (enrolment.state, enrolment.source, enrolment.confirmed_through) == (E.CONFIRMED, S.SELF, "account")
    assert taken(run) == 1
    assert AuditEvent.objects.filter(action="classes.enrolment.created", actor=account).count() == 1


def test_when_the_seats_are_gone_she_waits_and_is_called_in_order_with_a_last_day():
    run = coming(seats=1)
    (first, account), (second, _a), (third, _b) = her(), her(), her()
    seat, waits, after = enrol(run, first), enrol(run, second), enrol(run, third)
    assert (waits.state, after.state, taken(run)) == (E.WAITING, E.WAITING, 1)
    enrolments.enrolment_leave(enrolment_id=seat.pk, reason="work", actor=account, at=NOW)
    waits.refresh_from_db()
    after.refresh_from_db()
    assert (waits.state, waits.confirm_by, after.state) == (E.INVITED, TODAY + timedelta(days=3), E.WAITING)
    assert SmsMessage.objects.filter(template="enrolment_place_offer").count() == 1
    late = NOW + timedelta(days=4)
    assert enrolments.enrolment_lapse(enrolment_id=waits.pk, at=NOW) is False
    assert enrolments.enrolment_lapse(enrolment_id=waits.pk, at=late) is True
    after.refresh_from_db()
    assert (after.state, taken(run)) == (E.INVITED, 1)


def test_nobody_new_passes_those_who_wait():
    run = coming(seats=1)
    people = [her() for _n in range(3)]
    enrol(run, people[0][0])
    enrol(run, people[1][0])
    ClassRun.objects.filter(pk=run.pk).update(seats=2)
    assert enrol(run, people[2][0]).state == E.WAITING


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("closed", {"enrols_until": TODAY - timedelta(days=1)}),
        ("closed", {"enrols_until": None}),
        ("closed", {"state": "draft"}),
        ("closed", {"state": "closed"}),
    ],
)
def test_a_class_that_takes_nobody_refuses_and_nothing_happens(code, change):
    run, (worker, _account) = coming(**change), her()
    with pytest.raises(EnrolmentError) as refusal:
        enrol(run, worker)
    assert refusal.value.code == code
    assert (Enrolment.objects.exists(), taken(run)) == (False, 0)


def test_without_a_real_name_check_she_is_told_to_do_it_first():
    account = an_account()
    worker = a_worker(user=account)
    worker.identity_state = "mismatch"
    worker.save()
    with pytest.raises(EnrolmentError) as refusal:
        enrol(coming(), worker)
    assert refusal.value.code == "identity"


def test_an_account_that_was_switched_off_joins_nothing():
    worker, account = her()
    account.is_active = False
    account.save()
    with pytest.raises(EnrolmentError) as refusal:
        enrolments.enrolment_create(class_run_id=coming().pk, worker_id=worker.pk, actor=an_officer(), at=NOW)
    assert refusal.value.code == "account_closed"


def test_nobody_is_in_two_classes_at_one_hour():
    one, other, (worker, _account) = coming(), coming(), her()
    hour(one)
    hour(other, NOW + timedelta(hours=1))
    enrol(one, worker)
    with pytest.raises(EnrolmentError) as refusal:
        enrol(other, worker)
    assert (refusal.value.code, taken(other)) == ("overlap", 0)


def test_the_same_class_twice_is_refused():
    run, (worker, _account) = coming(), her()
    enrol(run, worker)
    with pytest.raises(EnrolmentError) as refusal:
        enrol(run, worker)
    assert (refusal.value.code, taken(run)) == ("already_in", 1)


def test_an_officer_enrols_for_her_and_a_stranger_cannot():
    run, (worker, account) = coming(), her()
    with pytest.raises(PermissionDenied):
        enrol(run, worker, an_account())
    enrolment = enrol(run, worker, an_officer())
    assert (enrolment.source, enrolment.confirmed_through) == (S.COUNTER, "counter")
    assert AuditEvent.objects.get(action="classes.enrolment.created").on_behalf_of == account


def on_roster(run, worker=None):
    worker = worker or a_roster_worker()
    row = RosterRow(name=worker.name, id_number=worker.id_number, phone="19900009999")
    (pk,) = roster_enrol(class_run_id=run.pk, rows=[row], actor=school_staff(run.school), at=NOW)
    return Enrolment.objects.get(pk=pk)


@pytest.mark.parametrize(
    ("who", "through"), [("link", "link"), ("school", "paper"), ("officer", "counter"), ("worker", "account")]
)
def test_how_she_agreed_is_recorded(who, through):
    run, (worker, account) = coming(), her()
    enrolment = on_roster(run, worker)
    actor = {"link": None, "school": school_staff(run.school), "officer": an_officer(), "worker": account}[who]
    enrolments.enrolment_confirm(enrolment_id=enrolment.pk, actor=actor, at=NOW, note="教务处 3 号柜")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.confirmed_through, taken(run)) == (E.CONFIRMED, through, 1)


def test_a_school_confirms_only_with_a_paper_and_only_its_own():
    run = coming()
    enrolment = on_roster(run)
    with pytest.raises(EnrolmentError) as refusal:
        enrolments.enrolment_confirm(enrolment_id=enrolment.pk, actor=school_staff(run.school), at=NOW)
    assert refusal.value.code == "note_missing"
    other = school_staff(coming().school)
    with pytest.raises(PermissionDenied):
        enrolments.enrolment_confirm(enrolment_id=enrolment.pk, actor=other, at=NOW, note="柜子")
    enrolment.refresh_from_db()
    assert enrolment.state == E.INVITED


def test_overlap_is_asked_again_when_she_confirms():
    one, other, (worker, account) = coming(), coming(), her()
    invited = on_roster(other, worker)
    hour(one)
    hour(other)
    ClassRun.objects.filter(pk=other.pk).update(state="draft")
    enrol(one, worker)
    ClassRun.objects.filter(pk=other.pk).update(state="open")
    with pytest.raises(EnrolmentError) as refusal:
        enrolments.enrolment_confirm(enrolment_id=invited.pk, actor=account, at=NOW)
    assert refusal.value.code == "overlap"


def test_not_hers_frees_the_seat_is_kept_and_the_school_cannot_list_her_again():
    run = coming(seats=1)
    enrolment = on_roster(run)
    enrolments.enrolment_decline(enrolment_id=enrolment.pk, actor=None, at=NOW, is_not_hers=True)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason, taken(run)) == (E.DECLINED, EndReason.NOT_HERS, 0)
    with pytest.raises(EnrolmentError) as refusal:
        on_roster(run, enrolment.worker)
    assert refusal.value.code == "not_hers"


def test_a_link_cannot_undo_what_she_did_signed_in():
    run, (worker, account) = coming(), her()
    enrolment = on_roster(run, worker)
    enrolments.enrolment_confirm(enrolment_id=enrolment.pk, actor=account, at=NOW)
    with pytest.raises(PermissionDenied):
        enrolments.enrolment_decline(enrolment_id=enrolment.pk, actor=None, at=NOW, is_not_hers=True)
    assert taken(run) == 1


@pytest.mark.parametrize(("days", "state"), [(6, E.WITHDRAWN), (7, E.DROPPED), (20, E.DROPPED)])
def test_before_the_class_begins_she_withdraws_and_afterwards_drops_out(days, state):
    run, (worker, account) = coming(), her()
    enrolment = enrol(run, worker)
    at = NOW + timedelta(days=days)
    enrolments.enrolment_leave(enrolment_id=enrolment.pk, reason="health", actor=account, at=at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason, taken(run)) == (state, "health", 0)


def test_she_moves_to_another_run_of_the_course_with_her_seat():
    version = a_course_version()
    run, other, (worker, account) = coming(course_version=version), coming(course_version=version), her()
    old = enrol(run, worker)
    new = enrolments.enrolment_transfer(enrolment_id=old.pk, class_run_id=other.pk, actor=account, at=NOW)
    old.refresh_from_db()
    assert (old.state, old.moved_to_id, new.state) == (E.MOVED, new.pk, E.CONFIRMED)
    assert (taken(run), taken(other)) == (0, 1)


@pytest.mark.parametrize(
    ("change", "code"), [({"seats": 1, "seats_taken": 1}, "full"), ({"state": "closed"}, "not_possible")]
)
def test_a_transfer_that_cannot_be_leaves_both_classes_as_they_were(change, code):
    version = a_course_version()
    run, (worker, account) = coming(course_version=version), her()
    other = coming(course_version=version, **change)
    old = enrol(run, worker)
    with pytest.raises(EnrolmentError) as refusal:
        enrolments.enrolment_transfer(enrolment_id=old.pk, class_run_id=other.pk, actor=account, at=NOW)
    old.refresh_from_db()
    other.refresh_from_db()
    assert (refusal.value.code, old.state, taken(run)) == (code, E.CONFIRMED, 1)
    assert other.seats_taken == change.get("seats_taken", 0)


def test_texts_are_sent_once_and_a_reminder_once_a_day():
    run = coming()
    enrolment = on_roster(run)
    assert (enrolments.invitations_send(at=NOW), enrolments.invitations_send(at=NOW)) == (1, 0)
    text = SmsMessage.objects.get().text
    assert link_token(enrolment.pk) in text
    assert enrolment.worker.name not in text
    clerk = school_staff(run.school)
    with pytest.raises(EnrolmentError):
        enrolments.enrolment_remind(enrolment_id=enrolment.pk, actor=clerk, at=NOW)
    assert enrolments.enrolment_remind(enrolment_id=enrolment.pk, actor=clerk, at=NOW + timedelta(days=1))
    assert SmsMessage.objects.count() == 2


@pytest.mark.parametrize("token", ["", "1", "1-", "1-00000000000000000000", "-x", "zz!-1", "9" * 40])
def test_a_link_we_never_made_opens_nothing(token):
    assert enrolment_of_token(token) is None


def test_our_own_link_opens_its_enrolment():
    assert enrolment_of_token(link_token(12345)) == 12345


def test_seats_the_school_adds_go_to_those_who_wait():
    run = coming(seats=1)
    people = [her() for _n in range(2)]
    for worker, _account in people:
        enrol(run, worker)
    ClassRun.objects.filter(pk=run.pk).update(seats=2)
    run.refresh_from_db()
    assert len(waiting_promote(run, at=NOW)) == 1
    assert taken(run) == 2


@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_who_take_the_last_seat_at_once_one_gets_it():
    run = coming(seats=1)
    people = [her()[0] for _n in range(32)]
    start, failures = threading.Barrier(32), []

    def take(worker):
        try:
            start.wait()
            enrol(run, worker)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(worker,)) for worker in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    states = list(Enrolment.objects.filter(class_run=run).values_list("state", flat=True))
    assert (states.count("confirmed"), states.count("waiting"), taken(run)) == (1, 31, 1)


@pytest.mark.django_db(transaction=True)
def test_two_classes_at_one_hour_confirmed_at_once_give_her_one():
    runs = [coming(), coming()]
    worker, _account = her()
    invited = [on_roster(run, worker) for run in runs]
    for run in runs:
        hour(run)
    # Both schools listed her before their hours were set; she taps both links at once.
    Enrolment.objects.filter(pk=invited[0].pk).update(state=E.WAITING)
    ClassRun.objects.filter(pk=runs[0].pk).update(seats_taken=0)
    answers = []
    start = threading.Barrier(2)

    def promote():
        from django.db import transaction

        try:
            start.wait()
            with transaction.atomic():
                enrolment, run = enrolment_locked(invited[0].pk)
                enrolment_move(enrolment, run, "promote", party=Party.SYSTEM, actor=None, at=NOW)
            answers.append(confirm(invited[0].pk))
        finally:
            connection.close()

    def confirm(pk):
        try:
            return enrolments.enrolment_confirm(enrolment_id=pk, actor=None, at=NOW).state
        except EnrolmentError as error:
            return error.code

    def straight():
        try:
            start.wait()
            answers.append(confirm(invited[1].pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=promote), threading.Thread(target=straight)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Enrolment.objects.filter(worker=worker, state=E.CONFIRMED).count() <= 1
    assert "overlap" in answers


def test_an_id_number_of_somebody_under_sixteen_is_not_enrolled_by_a_roster():
    run = coming()
    young = an_id_number(born=TODAY.replace(year=TODAY.year - 14))
    rows = [RosterRow(name="林小", id_number=young)]
    with pytest.raises(EnrolmentError) as refusal:
        roster_enrol(class_run_id=run.pk, rows=rows, actor=school_staff(run.school), at=NOW)
    assert (refusal.value.code, taken(run)) == ("too_young", 0)
