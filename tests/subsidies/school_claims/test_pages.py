"""The desk: a table with its fixes, an export without formulas, and no account number anywhere."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.claims.models import Claim, ClassClaim, SchoolAccount
from subsidies.claims.states import AccountState, ClaimState
from subsidies.school_claims.models import ClassSend, Mandate
from subsidies.school_claims.services.mandates import mandate_record
from subsidies.school_claims.services.sending import class_claim_send, class_send_work
from tests.certifications.certificates.builders import a_portrait, staff_of
from tests.courses.builders import a_school, school_staff
from tests.portal.people import signed_in
from tests.subsidies.builders import an_officer_of
from tests.subsidies.school_claims.builders import a_certified_class, a_class_scheme, agreed, prepared, wording
from tests.workers.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
NUMBER = "3500202600001234"


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def free_of(content, people):
    """No account in the content: whole, or as far as a mask would leave it."""
    numbers = {one.training_certificates.get().number for one in people}
    text = content
    for number in numbers | set(Claim.objects.values_list("number", flat=True)):
        text = text.replace(number, "")
    return [card for one in people if (card := one.worker.social_security_card) in text or f"*{card[-4:]}" in text]


def test_a_class_goes_from_the_list_to_the_table_to_sent_and_no_page_holds_an_account():
    run, people = a_certified_class(3)
    agreed(*people[:2])
    scheme, staff = a_class_scheme(), staff_of(run)
    desk = signed_in(staff)
    pages = [desk.get(reverse("class_claim_classes")), desk.get(reverse("class_claim_schemes", args=[run.pk]))]
    assert run.name in pages[0].content.decode()
    assert scheme.name in pages[1].content.decode()
    answer = desk.post(reverse("class_claim_prepare", args=[run.pk]), {"scheme": scheme.pk})
    made = ClassClaim.objects.get()
    url = reverse("class_claim", args=[made.pk])
    assert answer.headers["Location"] == url
    table = desk.get(url)
    assert "本人同意后显示" in table.content.decode()
    assert "提交 2 份" in table.content.decode()
    only = desk.get(f"{url}?show=fix")
    assert only.content.decode().count("还没有问") == 1
    assert "可以提交</" not in only.content.decode().split("<tbody>")[1]
    pages += [table, only, desk.post(reverse("class_claim_lint", args=[made.pk]), follow=True)]
    pages.append(desk.post(reverse("class_claim_send", args=[made.pk]), follow=True))
    class_send_work(sending_id=ClassSend.objects.get().pk, at=NOW)
    done = desk.get(url)
    assert "1,400 元" in done.content.decode()
    assert "没有本人同意" in done.content.decode()
    person = desk.get(reverse("class_claim_person", args=[Claim.objects.filter(state="submitted").first().pk]))
    pages += [done, person, desk.get(reverse("class_claims")), desk.get(reverse("class_claim_classes"))]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [free_of(page.content.decode(), people) for page in pages] == [[]] * len(pages)


def test_the_export_holds_text_only_and_no_account():
    run, people = a_certified_class(2)
    agreed(people[0])
    made, desk = prepared(run), signed_in(staff_of(run))
    url = reverse("class_claim_export", args=[made.pk])
    assert desk.post(url, {}).status_code == 422
    answer = desk.post(url, {"purpose": "发给教务补齐"})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value)[0] in "=+-@"]
    assert sheet.max_row == 3
    assert "700 元" in [cell.value for cell in cells]
    assert free_of("\n".join(str(cell.value) for cell in cells), people) == []
    event = AuditEvent.objects.get(action="school_claims.class_claim.exported")
    assert (event.reason, event.data["rows"]) == ("发给教务补齐", 2)


@pytest.mark.parametrize(
    "name", ["class_claim", "class_claim_lint", "class_claim_send", "class_claim_cancel", "class_claim_ask",
             "class_claim_export", "class_claim_progress"],
)  # fmt: skip
def test_another_schools_class_claim_is_not_there_and_nothing_happens(name):
    run, people = a_certified_class(1)
    agreed(*people)
    made = prepared(run)
    stranger = signed_in(school_staff(a_school()))
    url = reverse(name, args=[made.pk])
    answer = (
        stranger.get(url) if name in {"class_claim", "class_claim_progress"} else stranger.post(url, {"purpose": "x"})
    )
    assert answer.status_code == 404
    assert Claim.objects.get().state == ClaimState.DRAFT
    assert not ClassSend.objects.exists()


def test_another_schools_class_and_people_are_not_there():
    run, people = a_certified_class(1)
    agreed(*people)
    scheme, made = a_class_scheme(), prepared(run)
    stranger = signed_in(school_staff(a_school()))
    for url in (
        reverse("class_claim_schemes", args=[run.pk]),
        reverse("class_claim_person", args=[Claim.objects.get().pk]),
        reverse("class_claim_paper", args=[made.pk, people[0].pk]),
    ):
        assert stranger.get(url).status_code == 404
    assert stranger.post(reverse("class_claim_prepare", args=[run.pk]), {"scheme": scheme.pk}).status_code == 404
    assert ClassClaim.objects.count() == 1


def test_an_officer_reads_what_was_sent_and_nothing_before():
    run, people = a_certified_class(1)
    agreed(*people)
    made = prepared(run)
    officer = signed_in(an_officer_of(Role.OFFICER_INTAKE))
    url = reverse("class_claim", args=[made.pk])
    assert officer.get(url).status_code == 404
    sending = class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    class_send_work(sending_id=sending.pk, at=NOW)
    page = officer.get(url)
    assert page.status_code == 200
    assert free_of(page.content.decode(), people) == []


def test_asked_from_the_table_everybody_who_has_not_answered_gets_a_text():
    run, people = a_certified_class(3)
    agreed(people[0])
    made, desk = prepared(run), signed_in(staff_of(run))
    page = desk.post(reverse("class_claim_ask", args=[made.pk]), follow=True).content.decode()
    assert "已发短信 2 条。" in page
    assert Mandate.objects.filter(state="asked").count() == 2


def test_the_schools_account_counts_once_an_officer_typed_the_same_and_is_shown_to_nobody():
    run, _people = a_certified_class(1)
    desk, officer = signed_in(staff_of(run)), signed_in(an_officer_of(Role.OFFICER_INTAKE))
    given = {"holder": run.school.organisation.name, "bank": "示例银行", "account": NUMBER, "again": NUMBER}
    pages = [desk.post(reverse("school_account"), given | {"again": "1234567812345678", "paper": a_portrait()})]
    assert pages[0].status_code == 422
    assert not SchoolAccount.objects.exists()
    pages.append(desk.post(reverse("school_account"), given | {"paper": a_portrait()}, follow=True))
    row = SchoolAccount.objects.get()
    check = reverse("school_account_check", args=[row.pk])
    pages += [officer.get(reverse("school_accounts")), officer.get(check)]
    pages.append(officer.post(check, {"step": "confirm", "typed": "3500202600009999"}))
    row.refresh_from_db()
    assert (pages[-1].status_code, row.state) == (422, AccountState.WAITING)
    pages.append(officer.post(check, {"step": "confirm", "typed": NUMBER}, follow=True))
    row.refresh_from_db()
    assert (row.state, row.account) == (AccountState.IN_FORCE, NUMBER)
    pages += [desk.get(reverse("school_account")), officer.get(check)]
    assert not [page for page in pages if NUMBER in page.content.decode() or "1234</" in page.content.decode()]
    assert NUMBER not in str(list(AuditEvent.objects.values_list("reason", "data")))


def test_another_account_replaces_the_first_only_when_it_is_confirmed():
    run, _people = a_certified_class(1)
    desk, officer = signed_in(staff_of(run)), signed_in(an_officer_of(Role.OFFICER_INTAKE))
    for number in (NUMBER, "3500202600005678"):
        given = {"holder": run.school.organisation.name, "bank": "示例银行", "account": number, "again": number}
        desk.post(reverse("school_account"), given | {"paper": a_portrait()})
        row = SchoolAccount.objects.order_by("-pk").first()
        assert row.state == AccountState.WAITING
        officer.post(reverse("school_account_check", args=[row.pk]), {"step": "confirm", "typed": number})
    states = list(SchoolAccount.objects.order_by("pk").values_list("state", flat=True))
    assert states == [AccountState.REPLACED, AccountState.IN_FORCE]


def test_officers_open_the_signed_papers_from_the_class_and_the_school_has_no_such_link():
    run, people = a_certified_class(2)
    agreed(people[0])
    wording()
    mandate_record(class_run_id=run.pk, enrolment_id=people[1].pk, paper=a_portrait(), actor=staff_of(run), at=NOW)
    made = prepared(run)
    class_send_work(sending_id=class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW).pk, at=NOW)
    url = reverse("class_claim", args=[made.pk])
    paper = reverse("mandate_paper", args=[Mandate.objects.get(worker=people[1].worker).pk])
    officer = signed_in(an_officer_of(Role.OFFICER_INTAKE))
    page = officer.get(url).content.decode()
    assert page.count("/paper/") == page.count(paper) == 1
    assert officer.get(paper).status_code == 200
    for other in (staff_of(run), an_officer_of(Role.AUDITOR)):
        assert paper not in signed_in(other).get(url).content.decode()
