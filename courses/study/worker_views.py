"""The learner's course page and the player: what she sees, and the three calls of the player's script."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.classes.models import Enrolment
from courses.classes.states import SessionMode
from courses.content.media_links import media_urls
from courses.content.models import Lesson, Video
from courses.content.states import LessonKind
from courses.study.errors import StudyError
from courses.study.lesson_bodies import quiz_of, text_of, video_id_of
from courses.study.models import LessonProgress, PresenceQuestion, StudyClock
from courses.study.pages import (
    course_of,
    her_lesson,
    hours_words,
    is_studying,
    lesson_address,
    list_rows,
    may_look,
    signed_in_user,
    time_words,
    today_left_ms,
    why_not_studying,
)
from courses.study.player import player_words, speeds_up_to
from courses.study.replies import question_content
from courses.study.selectors.frames import frame_of, place_of
from courses.study.selectors.limits import limits_on
from courses.study.services import presence_answer, viewing_start
from courses.study.services.clocks import to_ms
from courses.study.services.viewings import require_order, require_studying
from courses.study.tokens import BadTokenError, read
from foundation.policy.errors import PolicyGapError
from foundation.steady import steady_now
from workers.selectors import worker_of

BEAT_SECONDS = 30


@never_cache
@require_GET
def course_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Her course: how far she is, what comes next, where to be when."""
    now = timezone.now()
    on = timezone.localdate(now)
    place = place_of(user_id=signed_in_user(request).pk, enrolment_id=pk, on=on)
    if place is None:
        raise Http404
    frame = frame_of(place.class_run_id)
    studies = is_studying(place.state, frame.run["state"])
    course = course_of(pk, frame, is_studying=studies)
    session = frame.next_session(now)
    return render(
        request,
        "study/course.html",
        {
            "pk": pk,
            "run": frame.run,
            "course": course,
            "lessons": list_rows(course, reverse("study_course", args=[pk]) + "lessons/"),
            "is_studying": studies,
            "why_not": "" if studies else why_not_studying(place.state, frame.run["state"]),
            "session": session,
            "session_mode": SessionMode(session["mode"]).label if session else "",
            "credited": hours_words(course.credited_ms, on=on),
            "worth": hours_words(course.worth_ms, on=on),
            "waiting": time_words(course.waiting_ms) if course.waiting_ms else "",
            "today_left": time_words(limits_on(on).day_ms - place.day_ms),
        },
    )


@never_cache
@require_GET
def lesson_page(request: HttpRequest, pk: int, lesson: int) -> HttpResponseBase:
    """A lesson to watch or to read; a quiz has its own page, and what is not her turn says so."""
    enrolment, found = her_lesson(request, pk, lesson)
    if found.kind == LessonKind.QUIZ:
        return redirect("study_quiz", pk, lesson)
    context: dict[str, Any] = {"enrolment": enrolment, "run": enrolment.class_run, "lesson": found}
    try:
        require_studying(enrolment)
        require_order(enrolment, found)
    except StudyError as refusal:
        if refusal.code == "order" or not may_look(enrolment):
            return render(request, "study/lesson_locked.html", context | {"refusal": refusal})
        context["refusal"] = refusal
    if found.kind == LessonKind.PRACTICAL:
        return render(request, "study/lesson_on_site.html", context | {"content": found.body.get("content", "")})
    return render(request, "study/lesson.html", context | _lesson_context(request, enrolment, found))


def _lesson_context(request: HttpRequest, enrolment: Enrolment, lesson: Lesson) -> dict[str, Any]:
    now = timezone.now()
    on = timezone.localdate(now)
    progress = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
    speed = enrolment.class_run.course_version.speed_max
    most = limits_on(on).speed
    fastest = min(int(speed * 100), most) if speed is not None else most
    length = lesson.seconds * 1000
    worth = min(length, lesson.credited_minutes * 60_000)
    accepted = progress.accepted_ms if progress else 0
    after = Lesson.objects.filter(version=lesson.version_id, position__gt=lesson.position).order_by("position").first()
    return {
        "media": _media(request, lesson),
        "pieces": text_of(lesson),
        "progress": progress,
        "accepted_ms": accepted,
        "accepted": time_words(accepted),
        "worth_ms": worth,
        "worth": time_words(worth),
        "today_left": time_words(today_left_ms(enrolment, on=on)),
        "resume": time_words(progress.position_ms) if progress and 0 < progress.position_ms < length else "",
        "is_completed": bool(progress and progress.completed_at),
        "length_ms": length,
        "fastest": fastest,
        "speeds": speeds_up_to(fastest),
        "every": BEAT_SECONDS,
        "words": player_words(is_article=lesson.kind == LessonKind.ARTICLE),
        "has_quiz": quiz_of(lesson) is not None,
        "next": after,
        "next_url": lesson_address(enrolment.pk, after) if after else "",
        "tones": ("info", "success", "warning", "error"),
    }


def _media(request: HttpRequest, lesson: Lesson) -> dict[str, Any]:
    """The video with its parts; nothing for an article, or while the video cannot be shown."""
    number = video_id_of(lesson)
    video = Video.objects.filter(pk=number).first() if number else None
    if video is None or not video.is_ready:
        return {}
    links = media_urls(video, viewer=signed_in_user(request), at=timezone.now())
    megabytes = max(1, round(video.rendition_bytes / 1_000_000))
    return {
        **links,
        "transcript": video.transcript,
        "megabytes": megabytes,
        "width": video.width,
        "height": video.height,
    }


@never_cache
@require_POST
def lesson_open(request: HttpRequest, pk: int, lesson: int) -> JsonResponse:
    """The player begins: the ticket for its beats, where to go on, and how much the day still holds."""
    enrolment, found = her_lesson(request, pk, lesson)
    worker = worker_of(signed_in_user(request))
    if worker is None:
        raise Http404
    now = steady_now()
    on = timezone.localdate(now)
    try:
        opened = viewing_start(
            worker=worker, enrolment_id=enrolment.pk, lesson_id=found.pk, at=now,
            device=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    except (StudyError, PolicyGapError) as refusal:
        return _refused(refusal)
    most = limits_on(on).day_ms
    return JsonResponse(
        {
            "token": opened.token,
            "resume_ms": opened.resume_ms,
            "now_ms": to_ms(now),
            "lesson": {"accepted_ms": opened.progress.accepted_ms, "worth_ms": opened.progress.worth_ms},
            "today": {"accepted_ms": most - today_left_ms(enrolment, on=on), "max_ms": most},
            "question": question_content(opened.question) if opened.question else None,
        }
    )


@never_cache
@require_POST
def presence(request: HttpRequest, pk: int) -> JsonResponse:
    """Her answer to “还在学习吗”; a wrong one brings another question."""
    worker = worker_of(signed_in_user(request))
    question = get_object_or_404(PresenceQuestion, pk=pk, worker=worker)
    now = steady_now()
    answered = presence_answer(
        worker=question.worker, question_id=question.pk, choice=request.POST.get("choice", ""), at=now
    )
    return JsonResponse(
        {
            "is_right": answered.is_right,
            "is_late": answered.is_late,
            "question": question_content(answered.question) if answered.question else None,
        }
    )


@never_cache
@require_POST
def heard(request: HttpRequest) -> JsonResponse:
    """How far the server has the beats of a viewing, for a phone whose line was lost; null of one that is over."""
    worker = worker_of(signed_in_user(request))
    try:
        ticket = read(request.POST.get("token", ""))
    except BadTokenError:
        raise Http404 from None
    if worker is None or ticket.worker != worker.pk:
        raise Http404
    clock = StudyClock.objects.filter(pk=worker.pk, viewing=ticket.viewing).values_list("sequence", flat=True)
    return JsonResponse({"n": clock.first()})


def _refused(refusal: StudyError | PolicyGapError) -> JsonResponse:
    if isinstance(refusal, PolicyGapError):
        message = _("平台今天的学习规则还没有设置好，暂时不能计时。请稍后再来，或拨打服务电话。")
        return JsonResponse({"code": "policy_gap", "message": message}, status=409)
    return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
