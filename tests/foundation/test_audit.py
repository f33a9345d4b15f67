"""What was done is recorded with the deed, and stays."""

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.accounts.models import User
from foundation.audit.models import AuditDayHead, AuditEvent, AuditLink
from foundation.audit.services import audit_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return User.objects.create(username="officer", name="王审核")


def linked():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_an_event_says_who_did_what_to_what_and_why(officer):
    event = audit_record("accounts.user.deactivated", officer, actor=officer, reason="离职", data={"days": 3})
    event.refresh_from_db()
    assert (event.action, event.object_type, event.object_id, event.object_label, event.reason, event.data) == (
        "accounts.user.deactivated",
        "accounts.user",
        str(officer.pk),
        "王审核",
        "离职",
        {"days": 3},
    )
    assert event.at is not None


def test_what_no_database_keeps_stands_as_a_mark(officer):
    data = {"q\0": ["a\0b", "half a pair \ud83d"], "name": "梅"}
    event = audit_record("staff.list.exported", officer, actor=officer, reason="a\0b", data=data)
    event.refresh_from_db()
    assert (event.reason, event.data) == ("a\ufffdb", {"q\ufffd": ["a\ufffdb", "half a pair \ufffd"], "name": "梅"})


def test_every_event_is_linked_to_the_one_before(officer):
    events = [audit_record("accounts.user.renamed", officer, actor=None) for _ in range(3)]
    linked()
    links = list(AuditLink.objects.order_by("number"))
    assert [link.event_id for link in links] == [event.pk for event in events]
    assert [link.number for link in links] == [1, 2, 3]
    assert [bytes(link.previous) for link in links] == [bytes(32), bytes(links[0].digest), bytes(links[1].digest)]


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditlink", "audit_auditdayhead"])
def test_the_database_refuses_to_change_history(officer, table, statement):
    audit_record("accounts.user.renamed", officer, actor=None)
    linked()
    AuditDayHead.objects.create(day="2026-03-02", count=1, digest=bytes(32))
    with (
        pytest.raises(IntegrityError, match="cannot be changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert (AuditEvent.objects.count(), AuditLink.objects.count(), AuditDayHead.objects.count()) == (1, 1, 1)
