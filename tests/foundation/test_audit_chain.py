"""Whatever was changed behind the database's back is found, and the row is named."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.audit.chain import ChainCheck
from foundation.audit.models import AuditDayHead, AuditEvent, AuditLink
from foundation.audit.selectors import events_visible_to
from foundation.audit.services import audit_record, days_seal
from foundation.audit.tasks import day_seal
from foundation.database import period

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)


def an_event(**values):
    """One event, linked at once as a commit would do."""
    with transaction.atomic(), connection.cursor() as cursor:
        event = audit_record("workers.worker.verified", None, **({"actor": None, "reason": "核对"} | values))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return event


def a_committed_event(**values):
    """One event, linked by the commit that follows."""
    with transaction.atomic():
        return audit_record("workers.worker.verified", None, actor=None, **values)


@contextmanager
def clock(moment):
    """The database's clock, as seen by the chain, stands still at a moment in UTC."""
    body = "CREATE OR REPLACE FUNCTION audit_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT {} $$"
    with connection.cursor() as cursor:
        cursor.execute(body.format(f"timestamptz '{moment}+00'"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(body.format("clock_timestamp()"))


def behind_the_triggers(sql, *values):
    """What somebody with full rights on the server can do: change rows with the triggers switched off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found(**options):
    return [(fault.code, fault.number, fault.event_id) for fault in ChainCheck(**options).faults()]


@pytest.fixture
def five(db):
    return [an_event(data={"n": n, "rate": 1.50, "注": '一\n"二"'}) for n in range(5)]


def test_a_whole_chain_has_no_fault(five):
    check = ChainCheck()
    assert list(check.faults()) == []
    assert (check.count, next(iter(check.heads.values()))[0]) == (5, 5)


@pytest.mark.parametrize(
    "change",
    [
        "reason = '另一个理由'",
        "actor_id = 7",
        "on_behalf_of_id = 7",
        "action = 'workers.worker.refused'",
        "object_type = 'workers.worker'",
        "object_id = '8'",
        "object_label = '甲'",
        "data = '{\"n\": 9}'",
        "request_id = 'r'",
        "at = at + interval '1 microsecond'",
    ],
)
def test_an_altered_event_is_named_whichever_column_was_changed(five, change):
    behind_the_triggers(f"UPDATE audit_auditevent SET {change} WHERE id = %s", five[2].pk)
    assert found() == [("event_altered", 3, five[2].pk)]


def test_the_last_event_altered_is_named(five):
    behind_the_triggers("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", five[4].pk)
    assert found() == [("event_altered", 5, five[4].pk)]


def test_text_moved_from_one_column_to_its_neighbour_is_noticed(five):
    behind_the_triggers("UPDATE audit_auditevent SET object_label = reason, reason = '' WHERE id = %s", five[2].pk)
    assert found() == [("event_altered", 3, five[2].pk)]


def test_a_removed_event_is_named(five):
    behind_the_triggers("DELETE FROM audit_auditevent WHERE id = %s", five[1].pk)
    assert found() == [("event_removed", 2, five[1].pk)]


def test_an_event_removed_with_its_link_leaves_a_gap_of_which_day_and_number_are_named(five):
    behind_the_triggers("DELETE FROM audit_auditlink WHERE event_id = %s", five[1].pk)
    behind_the_triggers("DELETE FROM audit_auditevent WHERE id = %s", five[1].pk)
    assert found() == [("link_removed", 2, None)]


def test_a_removed_link_is_named_with_its_event(five):
    behind_the_triggers("DELETE FROM audit_auditlink WHERE event_id = %s", five[1].pk)
    assert found() == [("link_removed", 2, None), ("event_unlinked", None, five[1].pk)]


def test_an_event_added_behind_the_triggers_is_named(five):
    behind_the_triggers(
        "INSERT INTO audit_auditevent (action, object_type, object_id, object_label, reason, data, request_id)"
        " VALUES ('workers.worker.verified', '', '', '', '', '{}', '')"
    )
    assert found() == [("event_unlinked", None, AuditEvent.objects.latest("pk").pk)]


@pytest.mark.parametrize("column", ["digest", "previous"])
def test_an_altered_link_is_named(five, column):
    behind_the_triggers(f"UPDATE audit_auditlink SET {column} = sha256('x') WHERE event_id = %s", five[2].pk)
    assert found() == [("link_altered", 3, five[2].pk)]


def test_two_events_that_changed_places_are_both_named(five):
    one, two = five[1].pk, five[2].pk
    behind_the_triggers("ALTER TABLE audit_auditlink DROP CONSTRAINT audit_auditlink_event_id_key")
    behind_the_triggers(
        "UPDATE audit_auditlink SET event_id = CASE event_id WHEN %s THEN %s ELSE %s END WHERE event_id IN (%s, %s)",
        one, two, one, one, two,
    )  # fmt: skip
    assert found() == [("event_altered", 2, two), ("event_altered", 3, one)]


def test_a_link_rewritten_to_fit_its_altered_event_does_not_fit_the_next(five):
    behind_the_triggers("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", five[2].pk)
    behind_the_triggers(
        "UPDATE audit_auditlink l"
        " SET digest = sha256(l.previous || convert_to(audit_canonical(l.day, l.number, e), 'UTF8'))"
        " FROM audit_auditevent e WHERE e.id = l.event_id AND e.id = %s",
        five[2].pk,
    )
    assert found() == [("link_broken", 4, five[3].pk)]


def test_the_day_changes_at_midnight_in_china_and_the_days_are_one_chain():
    with clock("2026-03-01 15:59:59.999999"):
        an_event()
        an_event()
    with clock("2026-03-01 16:00:00"):
        an_event()
    links = list(AuditLink.objects.order_by("day", "number"))
    assert [(link.day, link.number) for link in links] == [
        (date(2026, 3, 1), 1), (date(2026, 3, 1), 2), (date(2026, 3, 2), 1),
    ]  # fmt: skip
    assert bytes(links[2].previous) == bytes(links[1].digest)
    assert found() == []


def test_a_clock_set_back_opens_no_earlier_day():
    with clock("2026-03-02 03:00:00"):
        an_event()
    with clock("2026-03-01 03:00:00"):
        an_event()
    assert list(AuditLink.objects.order_by("pk").values_list("day", "number")) == [
        (date(2026, 3, 2), 1), (date(2026, 3, 2), 2),
    ]  # fmt: skip


@pytest.fixture
def three_days(db):
    """Two events a day on 1, 2 and 3 March 2026; the first two days are sealed."""
    events = []
    for day in (1, 2, 3):
        with clock(f"2026-03-0{day} 03:00:00"):
            events += [an_event(), an_event()]
    with clock("2026-03-03 04:00:00"):
        heads = days_seal(on=date(2026, 3, 3))
    assert [(head.day, head.count) for head in heads] == [(date(2026, 3, 1), 2), (date(2026, 3, 2), 2)]
    return events


def test_sealing_twice_seals_once_and_never_a_day_that_is_not_over(three_days):
    with clock("2026-03-03 04:00:00"):
        assert days_seal(on=date(2026, 3, 9)) == []
    assert day_seal() == 1
    assert AuditDayHead.objects.count() == 3
    assert found() == []


def test_the_end_of_a_day_cut_off_is_noticed_by_the_next_day(three_days):
    behind_the_triggers("DELETE FROM audit_auditlink WHERE event_id = %s", three_days[3].pk)
    behind_the_triggers("DELETE FROM audit_auditevent WHERE id = %s", three_days[3].pk)
    assert found() == [("tail_removed", 1, three_days[4].pk), ("head_differs", 2, None)]


def test_all_later_days_cut_off_are_noticed_by_the_seal(three_days):
    behind_the_triggers("DELETE FROM audit_auditlink WHERE day > '2026-03-01'")
    behind_the_triggers("DELETE FROM audit_auditevent WHERE id > %s", three_days[1].pk)
    assert found() == [("head_differs", 2, None)]


def test_the_first_days_cut_off_are_noticed(three_days):
    behind_the_triggers("DELETE FROM audit_auditdayhead WHERE day = '2026-03-01'")
    behind_the_triggers("DELETE FROM audit_auditlink WHERE day = '2026-03-01'")
    behind_the_triggers("DELETE FROM audit_auditevent WHERE id <= %s", three_days[1].pk)
    assert found() == [("tail_removed", 1, three_days[2].pk)]


def test_a_removed_seal_is_noticed(three_days):
    day_seal()
    behind_the_triggers("DELETE FROM audit_auditdayhead WHERE day = '2026-03-02'")
    assert found() == [("head_removed", None, None)]


def test_a_chain_rewritten_from_end_to_end_is_noticed_by_the_heads_kept_outside(three_days, tmp_path):
    kept = tmp_path / "heads.txt"
    kept.write_text("".join(f"{head}\n" for head in AuditDayHead.objects.order_by("day")), "utf-8")
    behind_the_triggers("DELETE FROM audit_auditdayhead")
    behind_the_triggers("DELETE FROM audit_auditlink")
    behind_the_triggers("DELETE FROM audit_auditevent")
    three_days[0].reason = "另一个理由"
    for event, day in zip(three_days, (1, 1, 2, 2, 3, 3), strict=True):
        with clock(f"2026-03-0{day} 03:00:00"), connection.cursor() as cursor:
            event.save(force_insert=True)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert found() == []
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("audit_verify", heads=kept, stdout=out)
    assert end.value.code == 1
    assert "2026-03-01：末条摘要与库外留存的" in out.getvalue()


def test_a_check_of_some_days_begins_from_the_day_before(three_days):
    behind_the_triggers("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", three_days[0].pk)
    assert found(since=date(2026, 3, 2)) == []
    assert found(since=date(2026, 3, 2), until=date(2026, 3, 2)) == []
    assert found(until=date(2026, 3, 1)) == [("event_altered", 1, three_days[0].pk)]


def test_the_command_names_the_row_and_ends_with_one(five):
    behind_the_triggers("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", five[2].pk)
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("audit_verify", stdout=out)
    assert end.value.code == 1
    assert f"第 3 条：操作记录 {five[2].pk} 的内容与当时的摘要不符" in out.getvalue()


def test_the_command_prints_count_and_head_of_a_whole_chain(five):
    out = StringIO()
    call_command("audit_verify", stdout=out)
    last = AuditLink.objects.latest("number")
    assert out.getvalue() == f"核对 5 条，链条完整。\n{last.day} {bytes(last.digest).hex()}\n"
    out = StringIO()
    call_command("audit_verify", json=True, stdout=out)
    report = json.loads(out.getvalue())
    assert (report["count"], report["faults"], report["head"]["digest"]) == (5, [], bytes(last.digest).hex())


@pytest.mark.parametrize("line", ["2026-03-01", "2026-03-01 abc", "1. März " + "0" * 64])
def test_a_file_of_heads_that_cannot_be_read_is_refused_by_line(tmp_path, line):
    path = tmp_path / "heads.txt"
    path.write_text(f"# kept\n\n{line}\n", "utf-8")
    with pytest.raises(CommandError, match="第 3 行"):
        call_command("audit_verify", heads=path)


@committing
def test_parallel_writers_share_one_chain_without_gaps():
    def write(n):
        try:
            for _ in range(10):
                with transaction.atomic():
                    a_committed_event(data={"writer": n})
                    a_committed_event(data={"writer": n})
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 161))
    assert found() == []


@transaction.atomic
def an_event_then_an_error():
    a_committed_event()
    raise ZeroDivisionError


@committing
def test_what_was_rolled_back_leaves_no_gap():
    a_committed_event()
    with pytest.raises(ZeroDivisionError):
        an_event_then_an_error()
    with transaction.atomic():
        a_committed_event()
        with pytest.raises(ZeroDivisionError):
            an_event_then_an_error()
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert found() == []


@committing
def test_a_record_outside_the_transaction_of_the_deed_is_refused():
    with pytest.raises(TransactionManagementError):
        audit_record("workers.worker.verified", None, actor=None)
    assert AuditEvent.objects.exists() is False


@pytest.mark.parametrize(
    "action", ["verified", "worker.verified", "workers.Worker.verified", "a.b.c\n", "workers.worker."]
)
def test_an_action_of_another_shape_is_refused(action):
    with pytest.raises(ValueError, match=r"named app\.entity\.past_tense"):
        audit_record(action, None, actor=None)
    assert AuditEvent.objects.exists() is False


def test_numbers_shaped_like_personal_data_are_masked():
    user = User.objects.create(username="19900001234")
    event = audit_record(
        "accounts.user.renamed", user, actor=None, reason="证号350201198805060024",
        data={"phone": "19900001234", "19900001234": [{"n": 19900001234}], "amount_fen": 180000, "ok": True,
              "at": timezone.now()},
    )  # fmt: skip
    event.refresh_from_db()
    assert event.object_label == "199****1234"
    assert event.reason == "证号350***********0024"
    assert event.data | {"at": ""} == {
        "phone": "199****1234", "199****1234": [{"n": "199****1234"}], "amount_fen": 180000, "ok": True, "at": "",
    }  # fmt: skip


def test_auditors_see_all_events_and_others_their_own():
    office = Organisation.objects.create(name="审计局", kind=OrganisationKind.AUDIT_OFFICE, credit_code="a")
    clerk, auditor, former = (User.objects.create(username=name) for name in ("clerk", "auditor", "former"))
    Membership.objects.create(user=auditor, role=Role.AUDITOR, organisation=office, effective=period(date(2026, 1, 1)))
    Membership.objects.create(
        user=former, role=Role.AUDITOR, organisation=office, effective=period(date(2026, 1, 1), date(2026, 2, 1))
    )
    own = audit_record("accounts.user.renamed", clerk, actor=clerk)
    other = audit_record("accounts.user.renamed", clerk, actor=None)
    day = date(2026, 3, 1)
    assert list(events_visible_to(clerk, on=day)) == [own]
    assert set(events_visible_to(auditor, on=day)) == {own, other}
    assert list(events_visible_to(former, on=day)) == []
    auditor.is_active = False
    assert list(events_visible_to(auditor, on=day)) == []
