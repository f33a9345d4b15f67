"""The desk previews and closes; she reads her result in plain words; an officer judges again."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.attendance.services import attendance_correct
from courses.attendance.states import AttendanceState
from courses.classes.states import ClassState
from courses.completion.models import Completion
from foundation.accounts.states import Role
from tests.courses.attendance.builders import STARTS, people, the_figures
from tests.courses.builders import a_class_run, school_staff
from tests.courses.completion.builders import a_practical_session, hold, study
from tests.portal.people import signed_in
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(time_machine):
    time_machine.move_to(STARTS + timedelta(days=1), tick=False)
    the_figures()
    return a_class_run()


def a_class(run):
    well, lacking = people(run, 2)
    session = a_practical_session(run)
    for she in (well, lacking):
        study(she)
    hold(session, [well])
    return well, lacking, session


def close(client, run):
    page = client.get(reverse("completion_class", args=[run.pk])).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    return client.post(reverse("completion_close", args=[run.pk]), {"seen": seen}, follow=True).content.decode()


def test_the_school_previews_and_closes_with_one_button(run):
    _well, lacking, _session = a_class(run)
    client = signed_in(school_staff(run.school))
    page = client.get(reverse("completion_class", args=[run.pk])).content.decode()
    assert "1 人结业，1 人未结业。这只是预览" in page
    assert not Completion.objects.exists()
    assert "已结班：1 人结业，1 人未结业" in close(client, run)
    run.refresh_from_db()
    assert run.state == ClassState.CLOSED
    assert run.name in client.get(reverse("completion_classes")).content.decode()
    page = client.get(reverse("completion_person", args=[lacking.pk])).content.decode()
    assert "还差 4 学时实操课" in page


def test_what_must_be_settled_is_named_and_there_is_no_button(run):
    people(run, 1)
    a_practical_session(run)
    page = signed_in(school_staff(run.school)).get(reverse("completion_class", args=[run.pk])).content.decode()
    assert "还没有登记下课" in page
    assert 'name="seen"' not in page


def test_she_reads_her_sessions_and_her_result(run):
    well, lacking, _session = a_class(run)
    hers = signed_in(lacking.worker.user)
    page = hers.get(reverse("my_attendance", args=[lacking.pk])).content.decode()
    assert "出勤不够了" in page
    close(signed_in(school_staff(run.school)), run)
    page = hers.get(reverse("my_attendance", args=[lacking.pk])).content.decode()
    assert "还没有结业" in page
    assert "还差 4 学时实操课。请联系学校，问怎样补课。" in page
    page = signed_in(well.worker.user).get(reverse("my_attendance", args=[well.pk])).content.decode()
    assert "恭喜您，结业了" in page
    assert hers.get(reverse("my_attendance", args=[well.pk])).status_code == 404


def test_an_officer_judges_again_and_both_are_shown(run):
    _well, lacking, session = a_class(run)
    close(signed_in(school_staff(run.school)), run)
    officer = an_officer(Role.OFFICER_INSPECTION)
    client = signed_in(officer)
    address = reverse("completion_judge", args=[lacking.pk])
    assert client.post(address, {"reason": "录像"}).status_code == 422
    attendance_correct(
        session_id=session.pk,
        enrolment_id=lacking.pk,
        state=AttendanceState.PRESENT,
        reason="录像",
        actor=officer,
        at=STARTS + timedelta(days=1),
    )
    page = client.post(address, {"reason": "录像证明到课"}, follow=True).content.decode()
    assert "录像证明到课" in page
    assert "（已被代替）" in page


def test_the_preview_page_stays_cheap(run, django_assert_max_num_queries):
    people(run, 8)
    client = signed_in(school_staff(run.school))
    with django_assert_max_num_queries(40):
        client.get(reverse("completion_class", args=[run.pk]))
