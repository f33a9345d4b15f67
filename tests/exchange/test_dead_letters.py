"""What was given up is seen and sent again by administrators, and by nobody else."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from exchange.selectors import dead_letters_visible_to
from exchange.services import dead_letter_send_again
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db

TODAY = date(2030, 3, 4)


def a_message(n, state="dead"):
    return OutboxMessage.objects.create(topic="evidence/1", subject="worker:1", dedupe_key=f"e:{n}", state=state)


def a_user(role):
    user = User.objects.create(username=f"user-{role}")
    bureau, _new = Organisation.objects.get_or_create(
        name="厦门市人社局", kind=OrganisationKind.BUREAU, credit_code="11350200000000000X"
    )
    organisation = None if role == Role.WORKER else bureau
    Membership.objects.create(
        user=user, role=role, organisation=organisation, effective=period(TODAY, date(2030, 12, 31))
    )
    return user


def test_an_administrator_sees_dead_letters_the_newest_first():
    first, second = a_message(1), a_message(2)
    a_message(3, state="waiting")
    assert list(dead_letters_visible_to(a_user(Role.ADMINISTRATOR), on=TODAY)) == [second, first]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_else_sees_or_sends_one(role):
    message, user = a_message(1), a_user(role)
    assert list(dead_letters_visible_to(user, on=TODAY)) == []
    with pytest.raises(PermissionDenied):
        dead_letter_send_again(message_id=message.pk, actor=user, reason="再试一次", on=TODAY)
    message.refresh_from_db()
    assert message.state == "dead"
    assert AuditEvent.objects.exists() is False


def test_an_administrator_of_yesterday_sees_none():
    user = a_user(Role.ADMINISTRATOR)
    a_message(1)
    assert list(dead_letters_visible_to(user, on=date(2031, 1, 1))) == []


def test_an_administrator_sends_one_again():
    message, user = a_message(1), a_user(Role.ADMINISTRATOR)
    dead_letter_send_again(message_id=message.pk, actor=user, reason="对方已修复", on=TODAY)
    message.refresh_from_db()
    assert message.state == "waiting"
    assert AuditEvent.objects.get().action == "outbox.message.sent_again"
