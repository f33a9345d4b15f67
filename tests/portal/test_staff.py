"""The desktop: what each role finds, what is refused, how many queries a list costs, what leaves as a file."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import password_issue
from foundation.accounts.states import STAFF, OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.audit.services import audit_record
from foundation.desk import harmless
from foundation.outbox.models import OutboxMessage
from foundation.outbox.states import MessageState
from foundation.privacy.models import AccessRecord
from foundation.sms.models import SmsMessage
from portal.staff import urls
from tests.portal.people import organisation_of, person, signed_in

ADMINISTRATOR, AUDITOR, INSPECTION = Role.ADMINISTRATOR, Role.AUDITOR, Role.OFFICER_INSPECTION
OFFICERS = {role for role in Role if role.value.startswith("officer_")}
# Which lists each role finds. Everybody on the staff finds the home and the imports.
LISTS = {
    "staff_organisations": OFFICERS | {ADMINISTRATOR, AUDITOR},
    "staff_accounts": {ADMINISTRATOR, AUDITOR},
    "staff_audit": {ADMINISTRATOR, AUDITOR, INSPECTION},
    "staff_accesses": {ADMINISTRATOR, AUDITOR, INSPECTION},
    "staff_dead_letters": {ADMINISTRATOR, AUDITOR},
    "staff_sms": {ADMINISTRATOR, AUDITOR},
    "staff_jobs": {ADMINISTRATOR, AUDITOR},
    "staff_home": set(STAFF),
    "staff_imports": set(STAFF),
}


@pytest.fixture
def clients(db):
    return {role: signed_in(person(role)) for role in Role}


def a_dead_letter(number: int = 1) -> OutboxMessage:
    return OutboxMessage.objects.create(
        topic="sms/1",
        subject=f"sms:{number}",
        dedupe_key=f"sms:{number}",
        payload="{}",
        payload_sha256="0" * 64,
        state=MessageState.DEAD,
        attempts=8,
        last_error_code="timeout",
    )


def an_sms(number: int = 1) -> SmsMessage:
    return SmsMessage.objects.create(
        phone=f"1990000{number:04}",
        template="sign_in_code",
        text="机密",
        dedupe_key=f"k{number}",
        expires_at=timezone.now(),
        state="failed",
    )


def an_event(user: User, reason: str = "") -> AuditEvent:
    with transaction.atomic():
        return audit_record("accounts.user.looked", user, actor=user, reason=reason)


def test_each_role_finds_its_pages_and_meets_a_refusal_elsewhere(clients):
    wrong = {}
    for name, allowed in LISTS.items():
        for role, client in clients.items():
            status = client.get(reverse(name)).status_code
            if status != (200 if role in allowed else 403):
                wrong[name, role.value] = status
    assert wrong == {}


def test_the_menu_shows_what_the_role_may_open_and_nothing_else(clients):
    for role in STAFF:
        menu = clients[role].get(reverse("staff_home")).context["staff_nav"]
        shown = {entry["url"] for entry in menu}
        for name, allowed in LISTS.items():
            if name not in {"staff_home", "staff_imports"}:
                assert (reverse(name) in shown) == (role in allowed), (name, role)
        assert [entry["url"] for entry in menu if entry["current"]] == [reverse("staff_home")]


def test_a_long_menu_stands_under_headings_and_a_short_one_once_more_on_the_desk(clients):
    long, short = (clients[role].get(reverse("staff_home")) for role in (Role.OFFICER_REVIEW, Role.TEACHER))
    groups = dict.fromkeys(str(entry["group"]) for entry in long.context["staff_nav"])
    assert list(groups) == ["", "培训", "考核", "证书", "补贴和奖励", "落户和证明", "管理"]
    assert long.context["links"] == []
    assert {entry["group"] for entry in short.context["staff_nav"]} == {""}
    assert [entry["label"] for entry in short.context["links"]] == ["视频", "题库", "课次与签到"]


def test_what_waits_stands_first_and_the_rest_is_folded(clients):
    a_dead_letter()
    page = clients[ADMINISTRATOR].get(reverse("staff_home"))
    shown, folded = page.content.decode().split("<details><summary>另有")
    assert [duty.url for duty in page.context["waiting"]] == [reverse("staff_dead_letters")]
    assert "未送达的消息" in shown
    assert all(str(duty.label) in folded for duty in page.context["idle"])


def test_an_auditor_changes_nothing_whatever_she_posts(clients):
    letter = a_dead_letter()
    target = person(Role.OFFICER_INTAKE, username="target")
    before = AuditEvent.objects.count()
    data = {"reason": "x", "purpose": "x", "format": "csv", "ends_on": "2026-11-23"}
    for pattern in urls.urlpatterns:
        kwargs = {"pk": letter.pk if "dead" in str(pattern.pattern) else target.pk}
        wanted = {name: kwargs.get(name, "organisations") for name in pattern.pattern.converters}
        answer = clients[AUDITOR].post(reverse(pattern.name, kwargs=wanted), data)
        assert answer.status_code in {403, 404, 405}, pattern
    assert AuditEvent.objects.count() == before
    target.refresh_from_db()
    letter.refresh_from_db()
    assert target.is_active
    assert letter.state == MessageState.DEAD


@pytest.mark.parametrize(
    "name",
    ["staff_accounts", "staff_organisations", "staff_audit", "staff_accesses", "staff_sms", "staff_dead_letters"],
)
def test_a_list_costs_the_same_number_of_queries_however_long_it_is(db, name):
    administrator = person(ADMINISTRATOR)
    client = signed_in(administrator)

    def more(start, count):
        for number in range(start, start + count):
            user = person(Role.SCHOOL_STAFF, username=f"u{number}")
            Organisation.objects.create(name=f"校{number}", kind="school", credit_code=f"C{number}")
            an_event(user)
            an_sms(number)
            a_dead_letter(number)
            AccessRecord.objects.create(
                viewer=user,
                subject_type="workers.worker",
                subject_id="1",
                fields=["name"],
                purpose="audit",
                is_granted=True,
            )

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse(name)).status_code == 200
        return len(seen)

    more(1, 2)
    queries()
    few = queries()
    more(10, 12)
    assert queries() == few
    assert few <= 16


def test_filters_stand_in_the_address_and_narrow_the_list(clients):
    person(Role.TEACHER, username="lin")
    client = clients[ADMINISTRATOR]
    page = client.get(reverse("staff_accounts"), {"role": "teacher", "q": "lin", "sort": "-username"})
    assert [row.record.username for row in page.context["table"].rows] == ["lin"]
    day = client.get(reverse("staff_audit"), {"since": "2020-01-01", "until": "2020-01-02"})
    assert not list(day.context["table"].rows)
    assert client.get(reverse("staff_audit"), {"since": "nonsense"}).status_code == 200


def test_workers_are_not_among_the_staff_accounts(clients):
    page = clients[ADMINISTRATOR].get(reverse("staff_accounts"))
    roles = {one.role for row in page.context["table"].rows for one in row.record.held}
    assert "worker" not in roles


def test_phone_numbers_are_masked_and_texts_never_shown(clients):
    an_sms()
    page = clients[ADMINISTRATOR].get(reverse("staff_sms")).content.decode()
    assert "199****0001" in page
    assert "19900000001" not in page
    assert "机密" not in page


def test_an_export_asks_for_the_purpose_keeps_the_filter_and_leaves_an_event(clients):
    user = person(Role.TEACHER, username="evil")
    User.objects.filter(pk=user.pk).update(name="=cmd|'/c calc'!A1")
    url = reverse("staff_accounts_export") + "?q=evil"
    client = clients[ADMINISTRATOR]
    asked = client.get(url)
    assert asked.context["count"] == 1
    assert client.post(url, {"format": "csv"}).context["form"].errors.keys() == {"purpose"}
    assert not AuditEvent.objects.filter(action="staff.list.exported").exists()
    answer = client.post(url, {"format": "csv", "purpose": "核对教师"})
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["evil", "'=cmd|'/c calc'!A1"]
    assert len(rows) == 2
    event = AuditEvent.objects.get(action="staff.list.exported")
    assert event.reason == "核对教师"
    assert event.data == {"list": "staff_accounts", "filters": {"q": ["evil"]}, "rows": 1, "format": "csv"}
    sheet = openpyxl.load_workbook(BytesIO(client.post(url, {"format": "xlsx", "purpose": "x"}).content)).active
    assert sheet["B2"].value == "'=cmd|'/c calc'!A1"
    assert sheet["B2"].data_type == "s"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_nothing_a_spreadsheet_would_run_leaves_the_site(text):
    assert harmless(text) == f"'{text}"
    assert harmless("李梅") == "李梅"


def test_an_export_that_is_too_long_is_refused(clients, monkeypatch):
    monkeypatch.setattr("foundation.desk.lists.EXPORT_LIMIT", 1)
    answer = clients[ADMINISTRATOR].post(reverse("staff_accounts_export"), {"format": "csv", "purpose": "x"})
    assert "超过一次导出的上限" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="staff.list.exported").exists()


def test_an_administrator_opens_an_account_gives_and_ends_a_role_and_switches_it_off(clients):
    client = clients[ADMINISTRATOR]
    school = organisation_of(OrganisationKind.SCHOOL)
    form = {
        "username": "huang",
        "name": "黄老师",
        "organisation": school.pk,
        "role": "teacher",
        "starts_on": "2026-01-01",
    }
    answer = client.post(reverse("staff_account_open"), form)
    user = User.objects.get(username="huang")
    assert answer.url == reverse("staff_account", args=[user.pk])
    again = client.post(reverse("staff_account_open"), form)
    assert "已经有人使用" in again.content.decode()
    grant = form | {"role": "school_staff"}
    assert client.post(reverse("staff_account_grant", args=[user.pk]), grant).status_code == 302
    assert client.get(answer.url).status_code == 200
    one = Membership.objects.get(user=user, role="school_staff")
    end = {"membership": one.pk, "ends_on": timezone.localdate().isoformat(), "reason": "离职"}
    assert client.post(reverse("staff_account_end", args=[user.pk]), end).status_code == 302
    page = client.post(reverse("staff_account_password", args=[user.pk]))
    assert page.headers["Cache-Control"] == "no-store"
    user.refresh_from_db()
    assert user.check_password(page.context["password"])
    assert client.post(reverse("staff_account_switch", args=[user.pk]), {"reason": "离职"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active


def test_nobody_changes_her_own_account(clients):
    client = clients[ADMINISTRATOR]
    me = User.objects.get(memberships__role=ADMINISTRATOR)
    assert client.post(reverse("staff_account_password", args=[me.pk])).status_code == 403
    answer = client.post(reverse("staff_account_switch", args=[me.pk]), {"reason": "x"})
    assert "不能停用自己" in answer.content.decode()
    assert password_issue


def test_a_dead_letter_is_sent_again_with_a_reason(clients):
    letter = a_dead_letter()
    url = reverse("staff_dead_letter_send", args=[letter.pk])
    assert clients[ADMINISTRATOR].post(url, {"reason": ""}).status_code == 200
    assert clients[ADMINISTRATOR].post(url, {"reason": "对方已恢复"}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == MessageState.WAITING
    assert clients[ADMINISTRATOR].get(reverse("staff_dead_letter", args=[letter.pk])).status_code == 404


def test_an_event_is_shown_whole_and_the_chain_of_a_day_is_walked(clients):
    event = an_event(person(Role.TEACHER, username="t"), reason="试")
    page = clients[AUDITOR].get(reverse("staff_event", args=[event.pk]))
    assert "accounts.user.looked" in page.content.decode()
    day = clients[AUDITOR].get(reverse("staff_audit_chain"), {"day": timezone.localdate().isoformat()})
    assert day.status_code == 200
    assert day.context["checked"] is not None


def test_what_waits_is_counted(clients):
    a_dead_letter()
    a_dead_letter(2)
    page = clients[ADMINISTRATOR].get(reverse("staff_home"))
    duties = {duty.url: duty.count for duty in page.context["waiting"]}
    assert duties[reverse("staff_dead_letters")] == 2


def test_jobs_show_when_they_last_succeeded(clients):
    from portal.operations.tasks import heartbeat
    from portal.staff.jobs import jobs_state

    heartbeat.delay()
    job = next(job for job in jobs_state(at=timezone.now()) if job.task == heartbeat.name)
    assert job.state == "well"
    assert clients[AUDITOR].get(reverse("staff_jobs")).status_code == 200
