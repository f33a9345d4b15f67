"""The learner's course page and the lesson page: what they show, to whom, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.classes.models import Session
from courses.classes.states import ClassState, EnrolmentState, SessionMode
from courses.content.states import LessonKind
from courses.study.errors import StudyError
from courses.study.models import LessonProgress, Viewing
from courses.study.pages import DONE, ON_SITE, OPEN, course_of, hours_words, time_words
from courses.study.selectors.frames import frame_of
from courses.study.services.viewings import require_order
from tests.courses.builders import an_enrolment
from tests.courses.study.builders import BEGIN, Phone, a_learner, a_video, lesson_of
from tests.portal.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("figures", "_now")]

QUIZ = {"kind": LessonKind.QUIZ, "title": "小测验", "needs_check": True}
ARTICLE = {"kind": LessonKind.ARTICLE, "title": "洗手", "seconds": 300, "credited_minutes": 5}
PRACTICAL = {"kind": LessonKind.PRACTICAL, "title": "抱宝宝", "credited_minutes": 90}


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(BEGIN, tick=False)


def page_of(enrolment, user=None):
    return signed_in(user or enrolment.worker.user).get(reverse("study_course", args=[enrolment.pk]))


def lesson_page(enrolment, position=1, user=None):
    address = reverse("study_lesson", args=[enrolment.pk, lesson_of(enrolment, position).pk])
    return signed_in(user or enrolment.worker.user).get(address)


def test_the_course_page_offers_the_next_lesson_as_the_one_thing_to_do():
    enrolment = a_learner(a_video(), a_video())
    page = page_of(enrolment).content.decode()
    assert "开始学习" in page
    assert f'class="button wide" href="/my/classes/{enrolment.pk}/lessons/{lesson_of(enrolment).pk}/"' in page
    assert page.count("还没轮到") == 1
    assert "0.0 / 0.8 学时" in page


def test_nobody_sees_the_course_of_somebody_else():
    one, other = a_learner(), a_learner()
    assert page_of(one, other.worker.user).status_code == 404
    assert lesson_page(one, user=other.worker.user).status_code == 404
    address = reverse("study_lesson_open", args=[one.pk, lesson_of(one).pk])
    assert signed_in(other.worker.user).post(address).status_code == 404
    assert Viewing.objects.exists() is False


def test_a_lesson_of_another_course_is_not_found():
    one, other = a_learner(), a_learner()
    address = reverse("study_lesson", args=[one.pk, lesson_of(other).pk])
    assert signed_in(one.worker.user).get(address).status_code == 404


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("completed", [0, 1, 2, 3, 4])
def test_the_list_opens_exactly_the_lessons_that_may_be_begun(is_ordered, completed):
    enrolment = a_learner(a_video(), PRACTICAL, ARTICLE, QUIZ, is_ordered=is_ordered)
    lessons = list(enrolment.class_run.course_version.lessons.exclude(kind=LessonKind.PRACTICAL))
    for lesson in lessons[:completed]:
        LessonProgress.objects.create(
            enrolment=enrolment,
            lesson=lesson,
            length_ms=0,
            worth_ms=0,
            needs_check=False,
            completed_at=BEGIN,
        )
    frame = frame_of(enrolment.class_run_id)
    for row in course_of(enrolment.pk, frame, is_studying=True).lessons:
        lesson = lesson_of(enrolment, row.position)
        try:
            require_order(enrolment, lesson)
            may = True
        except StudyError:
            may = False
        if row.state != ON_SITE:
            assert (row.state in {OPEN, DONE}) is may, row.title


def test_a_class_that_is_not_open_opens_no_lesson():
    enrolment = a_learner()
    enrolment.class_run.state = ClassState.FILED
    enrolment.class_run.save()
    page = page_of(enrolment).content.decode()
    assert "开班期间才能学习计时" in page
    assert 'class="locked"' in page
    assert "现在还不能学这节课" in lesson_page(enrolment).content.decode()


@pytest.mark.parametrize("state", [EnrolmentState.INVITED, EnrolmentState.WAITING, EnrolmentState.DECLINED])
def test_who_is_not_in_the_class_sees_no_lesson(state):
    enrolment = a_learner()
    other = an_enrolment(enrolment.class_run, state=state)
    assert "现在还不能学这节课" in lesson_page(other).content.decode()


def test_the_next_session_says_where_and_when():
    enrolment = a_learner()
    for number, days in ((1, -2), (2, 3), (3, 5)):
        Session.objects.create(
            class_run=enrolment.class_run,
            number=number,
            mode=SessionMode.PRACTICE,
            starts_at=BEGIN + timedelta(days=days),
            ends_at=BEGIN + timedelta(days=days, hours=2),
            content=f"第 {number} 次实操",
        )
    page = page_of(enrolment).content.decode()
    assert "第 2 次实操" in page
    assert "2026年11月26日 10:00–12:00" in page
    assert "第 1 次实操" not in page
    assert "第 3 次实操" not in page


def test_the_course_page_asks_the_database_as_often_for_fifty_lessons_as_for_two():
    few, many = a_learner(a_video(), a_video()), a_learner(*[a_video() for _n in range(50)])
    Phone(many).play(0, 60, after=60)
    asked = []
    for enrolment in (few, many):
        client = signed_in(enrolment.worker.user)
        address = reverse("study_course", args=[enrolment.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_opening_a_lesson_gives_the_player_a_ticket_and_where_to_go_on():
    enrolment = a_learner()
    Phone(enrolment).play(0, 60, after=60)
    address = reverse("study_lesson_open", args=[enrolment.pk, lesson_of(enrolment).pk])
    answer = signed_in(enrolment.worker.user).post(address, headers={"user-agent": "Redmi 9A"}).json()
    assert answer["resume_ms"] == 60_000
    assert answer["lesson"] == {"accepted_ms": 60_000, "worth_ms": 20 * 60_000}
    assert answer["today"] == {"accepted_ms": 60_000, "max_ms": 6 * 45 * 60_000}
    assert answer["token"]
    assert Viewing.objects.first().device == "Redmi 9A"


def test_a_lesson_that_is_not_her_turn_is_not_opened_and_says_which_comes_first():
    enrolment = a_learner(a_video(), a_video())
    address = reverse("study_lesson_open", args=[enrolment.pk, lesson_of(enrolment, 2).pk])
    answer = signed_in(enrolment.worker.user).post(address)
    assert answer.status_code == 409
    assert answer.json() == {"code": "order", "message": "这门课要按顺序学。请先学完“新生儿洗澡1”。"}
    assert Viewing.objects.exists() is False
    assert "请先学完“新生儿洗澡1”" in lesson_page(enrolment, 2).content.decode()


def test_an_article_can_be_read_without_scripts():
    text = [{"type": "heading", "value": "先洗手"}, {"type": "paragraph", "value": "<p>用流水洗 20 秒。</p>"}]
    enrolment = a_learner(ARTICLE | {"body": {"text": text}})
    page = lesson_page(enrolment).content.decode()
    assert "<h2>先洗手</h2>" in page
    assert "用流水洗 20 秒。" in page
    assert "<noscript>" in page


def test_a_practical_lesson_says_that_it_is_on_site():
    assert "这节课要到现场学" in lesson_page(a_learner(PRACTICAL)).content.decode()


def test_a_lesson_without_a_finished_video_says_so():
    assert "视频还没有准备好" in lesson_page(a_learner()).content.decode()


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 秒"),
        (59_999, "59 秒"),
        (60_000, "1 分 0 秒"),
        (3_599_000, "59 分 59 秒"),
        (3_600_000, "1 小时 0 分钟"),
        (5_460_000, "1 小时 31 分钟"),
    ],
)
def test_a_length_of_time_is_said_in_words(ms, words):
    assert time_words(ms) == words


@pytest.mark.parametrize(("ms", "hours"), [(0, "0.0"), (2_699_999, "0.9"), (2_700_000, "1.0"), (4_050_000, "1.5")])
def test_credited_hours_are_never_rounded_up(ms, hours):
    assert hours_words(ms, on=BEGIN.date()) == hours
