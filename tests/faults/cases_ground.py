"""Work for the tasks of the foundation, the exchange and the portal."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Page, Site

from exchange.models import InboundMessage
from exchange.services import SMS_RECEIPT, inbound_store
from foundation.accounts.models import PhoneCode, User
from foundation.accounts.phone_codes import phone_code_send
from foundation.accounts.states import Role
from foundation.audit.models import AuditDayHead
from foundation.audit.services import audit_record
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start
from foundation.outbox.models import OutboxMessage
from foundation.partitions import partitioned_tables
from foundation.sms.models import SmsMessage
from foundation.sms.services import sms_send, sms_sent_record, sms_take_for_sending
from foundation.sms.templates import CASE_PROGRESS
from portal.cms.models import GuidePage
from portal.operations.health import HEARTBEAT
from tests.courses.classes.roster_builders import a_roster_run, checked, person_row, sheet, uploaded
from tests.faults import clock
from tests.faults.cases import case
from tests.workers.builders import NOW, TODAY, an_officer

_numbers = count(1)
HANDLE = "exchange.tasks.inbound_handle"
CHECK, APPLY = "foundation.imports.tasks.batch_check", "foundation.imports.tasks.batch_apply"
RESUME = "foundation.imports.tasks.batches_resume"
ROWS = 4


def a_text(n: int) -> SmsMessage:
    context: dict[str, object] = {"matter": "补贴", "progress": "已受理"}
    return sms_send(phone="19900001234", template=CASE_PROGRESS, context=context, dedupe_key=f"faults:{n}")


def each_text_went_out_once(ids: list[int]) -> None:
    texts = SmsMessage.objects.filter(pk__in=ids)
    assert set(texts.values_list("state", flat=True)) == {"delivered"}
    messages = OutboxMessage.objects.filter(dedupe_key__in=texts.values("dedupe_key"))
    assert sorted(messages.values_list("state", flat=True)) == ["delivered"] * len(ids)


@case(
    "exchange.tasks.messages_send",
    done=each_text_went_out_once,
    resumed_by="exchange.tasks.messages_send",
    is_silent=True,
)
def texts() -> tuple[list[int]]:
    return ([a_text(next(_numbers)).pk for _n in range(3)],)


def it_was_handled_once(inbound_id: int, sms_id: int) -> None:
    message = InboundMessage.objects.get(pk=inbound_id)
    assert (message.state, message.attempts) == ("handled", 1)
    assert SmsMessage.objects.get(pk=sms_id).state == "delivered"


@case(HANDLE, done=it_was_handled_once, arguments=1, resumed_by="exchange.tasks.inbound_handle_waiting")
def a_report() -> tuple[int, int]:
    n = next(_numbers)
    sms = a_text(n + 1_000_000)
    sms_take_for_sending(sms_id=sms.pk, at=NOW)
    sms_sent_record(sms_id=sms.pk, gateway_id=f"faults-{n}", at=NOW)
    OutboxMessage.objects.filter(dedupe_key=sms.dedupe_key).update(cancelled_at=NOW)
    body = json.dumps({"gateway_id": f"faults-{n}", "state": "delivered"})
    message = inbound_store(source=SMS_RECEIPT, external_id=f"faults-{n}", body=body, at=NOW)
    return message.pk, sms.pk


@case("exchange.tasks.inbound_handle_waiting", done=it_was_handled_once)
def a_report_nobody_handled() -> tuple[int, int]:
    return a_report()


def a_file() -> tuple[ImportBatch, User]:
    run, clerk = a_roster_run()
    rows = [person_row(next(_numbers)) for _n in range(ROWS)]
    return uploaded(sheet(rows), run, clerk), clerk


def it_was_checked(batch_id: int) -> None:
    batch = ImportBatch.objects.get(pk=batch_id)
    assert (batch.state, batch.rows_total, batch.rows_faulty) == ("checked", ROWS, 0), batch.failure
    assert batch.rows.count() == ROWS


@case(CHECK, done=it_was_checked, arguments=1, resumed_by=RESUME)
def a_file_to_check() -> tuple[int]:
    batch, clerk = a_file()
    return (batch_check_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY).pk,)


def it_was_applied(batch_id: int) -> None:
    batch = ImportBatch.objects.get(pk=batch_id)
    assert (batch.state, batch.rows_applied) == ("applied", ROWS), batch.failure
    assert batch.rows.exclude(reference="").values("reference").distinct().count() == ROWS


@case(APPLY, done=it_was_applied, arguments=1, resumed_by=RESUME)
def a_file_to_apply() -> tuple[int]:
    run, clerk = a_roster_run()
    batch = checked(sheet([person_row(next(_numbers)) for _n in range(ROWS)]), run, clerk)
    return (batch_apply_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY).pk,)


@case(RESUME, done=it_was_applied)
def a_file_left_lying() -> tuple[int]:
    return a_file_to_apply()


def groups_are_right(user_id: int) -> None:
    names = set(User.objects.get(pk=user_id).groups.values_list("name", flat=True))
    assert "officer_intake" in names
    assert "administrator" not in names


@case("foundation.accounts.tasks.memberships_sync", done=groups_are_right)
def an_officer_with_the_wrong_groups() -> tuple[int]:
    officer = an_officer(Role.OFFICER_INTAKE)
    officer.groups.set([Group.objects.get_or_create(name="administrator")[0]])
    return (officer.pk,)


def they_are_forgotten(user_id: int) -> None:
    assert not User.objects.filter(pk=user_id).exists()
    assert not PhoneCode.objects.filter(user=user_id).exists()


@case("foundation.accounts.tasks.accounts_tidy", done=they_are_forgotten)
def an_unproven_account() -> tuple[int]:
    n = next(_numbers)
    days_ago = timezone.now() - timedelta(days=3)
    user = User.objects.create(username=f"unproven-{n}", phone=f"1990009{n:04d}", date_joined=days_ago)
    phone_code_send(reference=f"faults-{n}", user=user, phone=user.phone, at=days_ago)
    return (user.pk,)


def the_month_is_there(tables: list[str]) -> None:
    assert partitions_of_next_month() == tables


def partitions_of_next_month() -> list[str]:
    ending = f"_{TODAY.replace(year=2027, month=1, day=1):%Y_%m}"
    with connection.cursor() as cursor:
        names = [f"{table}{ending}" for table in partitioned_tables()]
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) ORDER BY 1", [names])
        return [name for (name,) in cursor.fetchall()]


@case("foundation.privacy.tasks.partitions_ensure_task", done=the_month_is_there)
def months_without_partitions() -> tuple[list[str]]:
    names = partitions_of_next_month()
    assert names
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP TABLE "{name}"')
    return (names,)


def the_day_is_sealed(day: Any) -> None:
    assert AuditDayHead.objects.filter(day=day).count() == 1


@case("foundation.audit.tasks.day_seal", done=the_day_is_sealed)
def a_day_that_is_over() -> tuple[Any]:
    """Something is recorded on a day nobody has sealed yet, and then it is the next day."""
    sealed = AuditDayHead.objects.aggregate(last=Max("day"))["last"]
    if sealed is not None and timezone.localdate() <= sealed:
        clock.jump(((sealed - timezone.localdate()).days + 1) * 24 * 3600)
    with transaction.atomic():
        audit_record("faults.day.ended", None, actor=None)
    day = timezone.localdate()
    clock.jump(24 * 3600)
    return (day,)


def the_page_is_live(page_id: int) -> None:
    page = Page.objects.get(pk=page_id)
    assert page.live
    assert page.revisions.count() == 1


@case("portal.operations.tasks.scheduled_pages_publish", done=the_page_is_live)
def a_page_whose_hour_has_come() -> tuple[int]:
    n = next(_numbers)
    soon = timezone.now() + timedelta(seconds=30)
    page = GuidePage(title=f"办事指南{n}", slug=f"faults-{n}", summary="示例", live=False, go_live_at=soon)
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    page.save_revision().publish()
    clock.jump(60, settled=0.3)
    return (page.pk,)


def ended_sessions_are_gone(key: str) -> None:
    assert not Session.objects.filter(pk=key).exists()


@case("portal.operations.tasks.sessions_clear", done=ended_sessions_are_gone)
def a_session_that_ended() -> tuple[str]:
    key = f"faults{next(_numbers)}"
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() - timedelta(days=1))
    return (key,)


def a_sign_of_life_is_there() -> None:
    assert cache.get(HEARTBEAT)


@case("portal.operations.tasks.heartbeat", done=a_sign_of_life_is_there)
def no_sign_of_life() -> tuple[()]:
    cache.delete(HEARTBEAT)
    return ()
