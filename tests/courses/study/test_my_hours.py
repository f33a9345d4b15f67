"""“My hours” as she reads them: every reported minute, why it was not counted, and the appeal."""

import pytest
from django.urls import reverse

from courses.study.models import StudyAppeal
from courses.study.selectors.hours import hours_of
from courses.study.selectors.refusals import refusals_of
from courses.study.states import AppealState
from foundation.accounts.states import Role
from tests.courses.builders import school_staff
from tests.courses.study.builders import BEGIN, Phone, a_learner, a_video
from tests.portal.people import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("figures", "_now")]


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(BEGIN, tick=False)


@pytest.fixture
def learner():
    """A minute counted, and a minute refused because the clock had not run so far."""
    enrolment = a_learner(a_video(needs_check=True))
    Phone(enrolment).play(0, 120, after=60)
    return enrolment


def page(enrolment, name="my_class_hours", user=None, **query):
    return signed_in(user or enrolment.worker.user).get(reverse(name, args=[enrolment.pk]), query)


def appeal(enrolment, key, words="", user=None):
    client = signed_in(user or enrolment.worker.user)
    return client.post(reverse("my_appeal", args=[enrolment.pk]), {"refusal": key, "words": words})


def test_every_reported_minute_is_shown_with_what_became_of_it(learner):
    text = page(learner).content.decode()
    total = hours_of(learner).total
    assert total.credited_ms + total.waiting_ms + total.refused_ms == total.reported_ms == 120_000
    for words in ("等测验通过", "1 分 0 秒", "2 分 0 秒", "上报的时间比实际过去的时间多", "按实际过去的时间计算"):
        assert words in text


def test_the_overview_names_each_class(learner):
    text = signed_in(learner.worker.user).get(reverse("my_hours")).content.decode()
    assert learner.class_run.name in text
    assert "已认定 <strong>0.0</strong> 学时" in text


def test_whoever_has_not_studied_reads_what_will_stand_here():
    assert "还没有学习记录" in signed_in(person(Role.WORKER)).get(reverse("my_hours")).content.decode()


def test_nobody_reads_the_hours_of_somebody_else(learner):
    other = a_learner()
    assert page(learner, user=other.worker.user).status_code == 404
    key = refusals_of(learner)[0].key
    assert appeal(learner, key, user=other.worker.user).status_code == 404
    assert StudyAppeal.objects.exists() is False


def test_one_tap_appeals_and_the_page_shows_where_it_stands(learner):
    (refusal,) = refusals_of(learner)
    assert f'value="{refusal.key}"' in page(learner).content.decode()
    assert appeal(learner, refusal.key).url == reverse("my_class_hours", args=[learner.pk])
    assert StudyAppeal.objects.get().words == ""
    text = page(learner).content.decode()
    assert "等待答复" in text
    assert "我要申诉" not in text


def test_a_sentence_may_go_along(learner):
    (refusal,) = refusals_of(learner)
    form = page(learner, "my_appeal", refusal=refusal.key)
    assert "上报的时间比实际过去的时间多" in form.content.decode()
    appeal(learner, refusal.key, "我一直在看")
    assert StudyAppeal.objects.get().words == "我一直在看"


def test_an_appeal_against_nothing_is_refused_in_words(learner):
    answer = appeal(learner, "1.clock.1.1")
    assert answer.status_code == 422
    assert "找不到这一段未计入的时间" in answer.content.decode()


def test_the_desk_answers_and_she_reads_the_reason(learner):
    appeal(learner, refusals_of(learner)[0].key, "我一直在看")
    made = StudyAppeal.objects.get()
    officer = signed_in(person(Role.OFFICER_INTAKE))
    assert made.enrolment.class_run.name in officer.get(reverse("study_appeals")).content.decode()
    address = reverse("study_appeal", args=[made.pk])
    assert "我一直在看" in officer.get(address).content.decode()
    assert officer.post(address, {"decision": "reject", "reason": ""}).status_code == 422
    assert officer.post(address, {"decision": "reject", "reason": "手机时间走快了。"}).status_code == 302
    made.refresh_from_db()
    assert made.state == AppealState.REJECTED
    text = page(learner).content.decode()
    assert "未予补计" in text
    assert "手机时间走快了。" in text


def test_what_cannot_be_given_back_stays_waiting_and_says_why(learner):
    appeal(learner, refusals_of(learner)[0].key)
    made = StudyAppeal.objects.get()
    address = reverse("study_appeal", args=[made.pk])
    answer = signed_in(person(Role.OFFICER_INTAKE)).post(address, {"decision": "uphold", "reason": "网络不好"})
    assert answer.status_code == 422
    assert "没有可以补计的时间" in answer.content.decode()
    made.refresh_from_db()
    assert made.state == AppealState.WAITING


def test_a_school_sees_the_appeals_of_its_own_classes_only(learner):
    appeal(learner, refusals_of(learner)[0].key)
    made = StudyAppeal.objects.get()
    own, other = school_staff(learner.class_run.school), school_staff(a_learner().class_run.school)
    address = reverse("study_appeal", args=[made.pk])
    assert signed_in(own).get(address).status_code == 200
    assert signed_in(other).get(address).status_code == 404
    assert signed_in(other).post(address, {"decision": "reject", "reason": "x"}).status_code == 404
    made.refresh_from_db()
    assert made.state == AppealState.WAITING
