"""The pages about a place in a class, in the browser of whoever uses them."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.classes.models import Enrolment
from courses.classes.services.enrolment_texts import link_token
from courses.classes.states import ClassState, EndReason, EnrolmentState
from foundation.accounts.states import Role
from foundation.imports.models import ImportBatch
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import Consent
from tests.courses.builders import a_course_version, an_enrolment, school_staff
from tests.courses.classes.roster_builders import SAMPLES, a_roster_run
from tests.courses.classes.test_enrolments import coming, enrol, her, on_roster
from tests.portal.people import person, signed_in
from tests.workers.builders import a_roster_worker

pytestmark = pytest.mark.django_db
E = EnrolmentState


@pytest.fixture(autouse=True)
def _today():

    from tests.workers.builders import NOW

    with time_machine.travel(NOW, tick=True):
        yield


def test_she_joins_reads_what_the_school_sees_and_agrees_to_that_wording():
    consent_texts_load()
    run, (worker, account) = coming(), her()
    client = signed_in(account)
    page = client.get(reverse("class_run_public", args=[run.pk]))
    assert "报名" in page.content.decode()
    join = reverse("class_join", args=[run.pk])
    page = client.get(join)
    assert "学校会看到什么" in page.content.decode()
    assert client.post(join).status_code == 200
    assert not Enrolment.objects.exists()
    answer = client.post(join, {"wording": page.context["wording"].pk}, follow=True)
    assert "报名成功" in answer.content.decode()
    assert Enrolment.objects.get(worker=worker).state == E.CONFIRMED
    assert Consent.objects.get(subject=account).purpose == "school_training"
    again = client.post(join, {"wording": page.context["wording"].pk}, follow=True)
    assert (again.status_code, Enrolment.objects.count()) == (200, 1)


def test_a_full_class_offers_the_waiting_list_and_shows_her_place():
    run = coming(seats=1)
    enrol(run, her()[0])
    _worker, account = her()
    client = signed_in(account)
    assert "排队候补" in client.get(reverse("class_run_public", args=[run.pk])).content.decode()
    answer = client.post(reverse("class_join", args=[run.pk]), follow=True)
    assert "您排在第 1 位" in answer.content.decode()


def test_her_classes_show_what_waits_for_her_answer_and_nobody_elses():
    run, (worker, account) = coming(), her()
    place = on_roster(run, worker)
    client = signed_in(account)
    assert "请确认" in client.get(reverse("my_classes")).content.decode()
    client.post(reverse("my_place_answer", args=[place.pk]), {"answer": "yes"})
    place.refresh_from_db()
    assert place.state == E.CONFIRMED
    stranger = signed_in(her()[1])
    for name in ("my_place", "my_place_leave", "my_place_move"):
        assert stranger.get(reverse(name, args=[place.pk])).status_code == 404
    assert stranger.post(reverse("my_place_answer", args=[place.pk]), {"answer": "not_me"}).status_code == 404
    place.refresh_from_db()
    assert place.state == E.CONFIRMED


def test_she_changes_to_another_run_and_leaves_with_a_reason():
    version = a_course_version()
    run, other, (worker, account) = coming(course_version=version), coming(course_version=version), her()
    place, client = enrol(run, worker), signed_in(account)
    moved = client.post(reverse("my_place_move", args=[place.pk]), {"class_run": other.pk}, follow=True)
    assert "报名成功" in moved.content.decode()
    new = Enrolment.objects.get(class_run=other)
    refused = client.post(reverse("my_place_leave", args=[new.pk]), {"reason": "other", "note": ""})
    assert refused.status_code == 422
    client.post(reverse("my_place_leave", args=[new.pk]), {"reason": "family", "note": ""})
    new.refresh_from_db()
    assert (new.state, new.end_reason) == (E.WITHDRAWN, "family")


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("yes", E.CONFIRMED, ""),
        ("no", E.DECLINED, ""),
        ("not_me", E.DECLINED, EndReason.NOT_HERS),
        ("?", E.INVITED, ""),
    ],
)
def test_the_link_asks_without_signing_in_and_shows_no_personal_data(answer, state, reason):
    run = coming()
    place = on_roster(run, a_roster_worker(name="林示例"))
    address = reverse("class_link", args=[link_token(place.pk)])
    page = Client().get(address)
    place.refresh_from_db()
    assert place.state == E.INVITED
    text = page.content.decode()
    assert "林示例" not in text
    assert place.worker.id_number not in text
    assert page["Referrer-Policy"] == "no-referrer"
    Client().post(address, {"answer": answer})
    place.refresh_from_db()
    assert (place.state, place.end_reason) == (state, reason)
    assert Client().get(address).status_code == 200


def test_a_made_up_link_says_what_to_do():
    page = Client().get(reverse("class_link", args=["1-0123456789abcdef0123"]))
    assert (page.status_code, "从短信里直接点开" in page.content.decode()) == (404, True)


def test_the_school_sees_its_roster_masked_and_another_school_sees_nothing():
    run, clerk = a_roster_run()
    place = an_enrolment(run, a_roster_worker(name="林示例"), state=E.INVITED, source="roster")
    page = signed_in(clerk).get(reverse("class_roster", args=[run.pk]))
    text = page.content.decode()
    assert "林**" in text
    assert place.worker.id_number not in text
    other = signed_in(school_staff(a_roster_run()[0].school))
    for name, key in (("class_roster", run.pk), ("class_person", place.pk), ("class_roster_upload", run.pk)):
        assert other.get(reverse(name, args=[key])).status_code == 404


def test_the_number_of_queries_of_the_roster_does_not_grow_with_it(django_assert_max_num_queries):
    run, clerk = a_roster_run()
    for _n in range(12):
        an_enrolment(run, a_roster_worker(), state=E.INVITED)
    client = signed_in(clerk)
    client.get(reverse("class_roster", args=[run.pk]))
    with django_assert_max_num_queries(22):
        client.get(reverse("class_roster", args=[run.pk]))


def test_a_roster_is_uploaded_from_the_page_of_its_class():
    run, clerk = a_roster_run()
    client = signed_in(clerk)
    with (SAMPLES / "roster-clean.xlsx").open("rb") as file:
        answer = client.post(reverse("class_roster_upload", args=[run.pk]), {"file": file})
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.target, batch.organisation) == ("roster", run.number, run.school.organisation)
    assert answer["Location"] == reverse("staff_import", args=[batch.pk])


def test_the_general_upload_page_sends_the_school_to_its_class():
    _run, clerk = a_roster_run()
    with (SAMPLES / "roster-clean.xlsx").open("rb") as file:
        answer = signed_in(clerk).post(reverse("staff_import_upload", args=["roster"]), {"file": file})
    assert "请先打开要导入的班次" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_class_that_has_ended_takes_no_roster():
    run, clerk = a_roster_run(state=ClassState.CLOSED)
    with (SAMPLES / "roster-clean.xlsx").open("rb") as file:
        answer = signed_in(clerk).post(reverse("class_roster_upload", args=[run.pk]), {"file": file})
    assert (answer.status_code, ImportBatch.objects.exists()) == (422, False)


def test_the_school_adds_one_registers_her_signature_and_takes_another_off():
    run, clerk = a_roster_run(state=ClassState.FILED)
    client = signed_in(clerk)
    row = {"name": "林 小梅", "id_number": a_roster_worker(name="林小梅").id_number, "phone": "19900001111"}
    assert client.post(reverse("class_roster_add", args=[run.pk]), row).status_code == 302
    place = Enrolment.objects.get()
    assert client.get(reverse("class_person", args=[place.pk])).status_code == 200
    step = reverse("class_person_step", args=[place.pk, "paper"])
    assert client.post(step, {"note": ""}).status_code == 422
    client.post(step, {"note": "3 号柜"})
    place.refresh_from_db()
    assert (place.state, place.confirmed_through) == (E.CONFIRMED, "paper")
    other = on_roster(run)
    client.post(reverse("class_person_step", args=[other.pk, "remove"]), {"reason": "报错了班"})
    other.refresh_from_db()
    run.refresh_from_db()
    assert (other.state, run.seats_taken) == (E.WITHDRAWN, 1)


def test_officers_see_who_never_enrolled_and_schools_do_not():
    place = on_roster(coming(), a_roster_worker(name="林示例"))
    Client().post(reverse("class_link", args=[link_token(place.pk)]), {"answer": "not_me"})
    page = signed_in(person(Role.OFFICER_INSPECTION)).get(reverse("class_disowned"))
    assert "林**" in page.content.decode()
    assert signed_in(person(Role.SCHOOL_STAFF)).get(reverse("class_disowned")).status_code == 403
