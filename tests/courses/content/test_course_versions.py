"""What is published is frozen: once for each change, for ever, and a lesson keeps its name."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.content.course_checks import course_check
from courses.content.models import CoursePage, CourseVersion, Lesson, Question, QuestionBank, Video
from courses.content.reading import longest_seconds, reading_seconds
from courses.content.states import LessonKind
from foundation.accounts.states import Role
from tests.courses.content.conftest import a_draft, a_place, act, article, posted, practical
from tests.portal.people import person, signed_in
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "1"}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)


@pytest.fixture
def bureau(site):
    return signed_in(person(Role.OFFICER_INTAKE))


def publish(bureau, place, page, lessons, **fields):
    answer = act(bureau, page, posted(place, lessons=lessons, **fields), **PUBLISH)
    assert answer.status_code == 302, [str(message) for message in answer.context["messages"]]
    return CourseVersion.objects.filter(page=page).order_by("-number").first()


def a_video(place, **fields):
    given = {
        "title": "抱新生儿",
        "source": "sources/a.mp4",
        "source_name": "a.mp4",
        "source_bytes": 1,
        "sha256": uuid.uuid4().hex,
        "state": "ready",
        "duration_seconds": 5400,
        "rendition": "r.mp4",
        "poster": "p.jpg",
        "ready_at": timezone.now(),
        "uploaded_by": place.academic,
        "uploaded_at": timezone.now(),
    }
    return Video.objects.create(organisation=place.school.organisation, **(given | fields))


def a_bank(place, questions=3):
    bank = QuestionBank.objects.create(
        organisation=place.school.organisation,
        title=f"题库{uuid.uuid4().hex[:4]}",
        created_by=place.academic,
        created_at=timezone.now(),
    )
    for number in range(questions):
        a_question(bank, place, number)
    return bank


def a_question(bank, place, number):
    return Question.objects.create(
        bank=bank,
        kind="true_false",
        text=f"题目{number}",
        options=["对", "错"],
        answers=[0],
        fingerprint=uuid.uuid4().hex,
        created_by=place.academic,
        created_at=timezone.now(),
    )


def test_publishing_the_same_again_makes_no_version(place, bureau):
    key = str(uuid.uuid4())
    page = a_draft(place)
    first = publish(bureau, place, page, [practical(key=key)])
    again = publish(bureau, place, page, [practical(key=key)])
    assert (again, again.number) == (first, 1)


def test_a_lesson_keeps_its_key_when_renamed_and_moved(place, bureau):
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    page = a_draft(place)
    first = publish(bureau, place, page, [article(key=one), practical(key=two)])
    second = publish(bureau, place, page, [practical(key=two), article(key=one, title="新名字")])
    assert [version.number for version in (first, second)] == [1, 2]
    assert [(str(row.key), row.title) for row in first.lessons.all()] == [(one, "新生儿的样子"), (two, "给宝宝洗澡")]
    assert [(str(row.key), row.title) for row in second.lessons.all()] == [(two, "给宝宝洗澡"), (one, "新名字")]


def test_a_version_and_its_lessons_are_never_changed(place, bureau):
    version = publish(bureau, place, a_draft(place), [practical()])
    for change in (
        lambda: CourseVersion.objects.update(title="x"),
        lambda: Lesson.objects.update(title="x"),
        lambda: Lesson.objects.filter(version=version)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert version.lessons.get().title == "给宝宝洗澡"


def test_a_video_lesson_is_frozen_with_its_length_and_protects_the_video(place, bureau):
    video, bank = a_video(place), a_bank(place)
    lesson = {
        "kind": "video",
        "title": "抱",
        "unit": "yy-01",
        "video": video.pk,
        "credited_minutes": "",
        "check": {"bank": bank.pk, "count": "2", "pass_points": "80", "attempts": "3"},
    }
    version = publish(bureau, place, a_draft(place), [lesson, practical()])
    row = version.lessons.get(kind=LessonKind.VIDEO)
    assert (row.seconds, row.credited_minutes, row.needs_check, row.video, row.bank) == (5400, 90, True, video, bank)
    questions = list(bank.questions.order_by("pk").values_list("pk", flat=True))
    assert row.body["video"] == video.pk
    assert row.body["quiz"] == {
        "bank": bank.pk,
        "count": 2,
        "pass_points": 80,
        "attempts": 3,
        "shows_feedback": True,
        "questions": questions,
    }
    with pytest.raises(ProtectedError):
        video.delete()


def test_new_questions_enter_with_the_next_publication_only(place, bureau):
    bank = a_bank(place)
    quiz = {
        "kind": "quiz",
        "title": "小测验",
        "unit": "yy-01",
        "bank": bank.pk,
        "count": "2",
        "pass_points": "60",
        "attempts": "",
        "shows_feedback": "on",
        "credited_minutes": "",
        "id": str(uuid.uuid4()),
    }
    row = practical(key=str(uuid.uuid4()))
    page = a_draft(place)
    first = publish(bureau, place, page, [quiz, row])
    a_question(bank, place, 9)
    second = publish(bureau, place, page, [quiz, row])
    pools = [len(version.lessons.get(kind="quiz").body["quiz"]["questions"]) for version in (first, second)]
    assert pools == [3, 4]
    assert first.lessons.get(kind="quiz").body["quiz"]["attempts"] is None


def test_an_article_is_read_as_long_as_its_characters_take(place, bureau):
    version = publish(bureau, place, a_draft(place), [article(text="字" * 400), practical()])
    row = version.lessons.get(kind="article")
    assert (row.seconds, row.body["characters"]) == (120, 400)
    assert row.body["text"][0]["type"] == "paragraph"
    assert (reading_seconds(0), reading_seconds(201), longest_seconds(120)) == (30, 61, 120)


VIDEO_PROBLEMS = [
    ({"state": "waiting", "ready_at": None, "rendition": "", "poster": ""}, "", "视频还没有处理好"),
    ({"duration_seconds": 600}, "20", "内容最多 10 分钟，不能计 20 分钟"),
    ({"duration_seconds": 6000}, "", "线上课时合计 100 分钟，超过培训包的 90 分钟"),
]


@pytest.mark.parametrize(("video", "minutes", "sentence"), VIDEO_PROBLEMS)
def test_a_video_that_does_not_fit_keeps_the_course_from_going_on(place, video, minutes, sentence):
    lesson = {
        "kind": "video",
        "title": "抱",
        "unit": "yy-01",
        "video": a_video(place, **video).pk,
        "credited_minutes": minutes,
    }
    refused(place, [lesson, practical()], sentence)


@pytest.mark.parametrize(
    ("lessons", "fields", "sentence"),
    [
        ([practical(hours="2")], {}, "合计 2 学时，培训包要求 4 学时"),
        ([practical(hours="6")], {}, "合计 6 学时，培训包要求 4 学时"),
        ([practical(hours="3.7")], {}, "请填整数或半个学时"),
        ([article(unit="yy-03", credited_minutes="5", text="字" * 2000), practical()], {}, "不能在线学习"),
        ([practical()], {"mode": "online"}, "不能全部在线培训"),
        ([practical()], {"mode": "online"}, "少于培训包的 90 分钟"),
        ([article(credited_minutes="1"), practical()], {"mode": "offline"}, "线下课程不能有计学时的线上课时"),
        ([article(seconds="9999"), practical()], {}, "阅读时间太长"),
        ([article(credited_minutes="60"), practical()], {}, "不能计 60 分钟学时"),
    ],
)
def test_hours_that_do_not_fit_the_package_keep_the_course_from_going_on(place, lessons, fields, sentence):
    refused(place, lessons, sentence, **fields)


def test_a_practical_occupation_has_a_bound_on_its_online_share(place):
    video = a_video(place)
    lesson = {"kind": "video", "title": "抱", "unit": "yy-01", "video": video.pk, "credited_minutes": ""}
    page = a_draft(place, lessons=[lesson, practical()])
    page = CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    page.package_version.online_share_max = 20
    assert [problem.code for problem in course_check(page, on=TODAY)] == ["online_share"]
    page.package_version.online_share_max = 25
    assert course_check(page, on=TODAY) == []


def test_media_of_another_school_are_refused_whatever_the_form_says(place):
    other = a_place(place.package)
    lesson = {"kind": "video", "title": "别人的", "unit": "yy-01", "video": a_video(other).pk, "credited_minutes": ""}
    quiz = {"kind": "quiz", "title": "别人的题", "unit": "yy-01", "bank": a_bank(other).pk, "count": "2"}
    refused(place, [lesson, practical()], "不是本校的")
    refused(place, [quiz, practical()], "不是本校的")


def test_a_bank_with_too_few_questions_is_refused(place):
    quiz = {"kind": "quiz", "title": "测验", "unit": "yy-01", "bank": a_bank(place, 1).pk, "count": "5"}
    refused(place, [quiz, practical()], "题库里只有 1 道")


def refused(place, lessons, sentence, **fields):
    page = a_draft(place)
    answer = act(place, page, posted(place, lessons=lessons, **fields), **{"action-submit": "1"})
    assert answer.status_code == 200
    assert sentence in " ".join(str(message) for message in answer.context["messages"])
    assert CoursePage.objects.get(pk=page.pk).current_workflow_state is None
    assert not CourseVersion.objects.exists()
