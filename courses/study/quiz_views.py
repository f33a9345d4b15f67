"""The quiz of a lesson: a paper on one page, its marking, what to do next. Works without scripts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.study.errors import StudyError
from courses.study.forms import PaperForm
from courses.study.lesson_bodies import QuizRule, quiz_of
from courses.study.models import QuizAttempt, QuizPaper
from courses.study.pages import her_lesson, lesson_address, signed_in_user
from courses.study.selectors.quizzes import QuizStanding, marked_of, paper_of, quiz_standing
from courses.study.services.quizzes import quiz_attempt_make, quiz_paper_open


@never_cache
def quiz(request: HttpRequest, pk: int, lesson: int) -> HttpResponseBase:
    """What awaits her and how it went so far; pressing the button draws a paper."""
    enrolment, found = her_lesson(request, pk, lesson)
    rule = quiz_of(found)
    if rule is None:
        raise Http404
    context = _context(enrolment, found, rule, quiz_standing(enrolment, found))
    if request.method == "POST":
        try:
            paper = quiz_paper_open(enrolment=enrolment, lesson=found, at=timezone.now())
        except StudyError as refusal:
            return render(request, "study/quiz.html", context | {"refusal": refusal}, status=409)
        return redirect("study_paper", paper.pk)
    return render(request, "study/quiz.html", context)


@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper to fill in; once it is handed in, how it went."""
    row = _her_paper(request, pk)
    attempt = QuizAttempt.objects.filter(paper=row).select_related("paper").first()
    if attempt is not None:
        return _result(request, row, attempt)
    form = PaperForm(request.POST if request.method == "POST" else None, paper=paper_of(row))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            quiz_attempt_make(paper_id=row.pk, answers=form.answers, actor=signed_in_user(request), at=timezone.now())
            return redirect("study_paper", row.pk)
        except StudyError as refused:
            refusal = refused
    context = {"enrolment": row.enrolment, "lesson": row.lesson, "row": row, "form": form, "refusal": refusal}
    return render(request, "study/paper.html", context, status=422 if form.errors or refusal else 200)


def _her_paper(request: HttpRequest, pk: int) -> QuizPaper:
    rows = QuizPaper.objects.select_related("lesson", "enrolment__class_run__course_version")
    return get_object_or_404(rows, pk=pk, enrolment__worker__user=signed_in_user(request))


def _result(request: HttpRequest, row: QuizPaper, attempt: QuizAttempt) -> HttpResponse:
    rule = quiz_of(row.lesson)
    if rule is None:
        raise Http404
    standing = quiz_standing(row.enrolment, row.lesson)
    following = Lesson.objects.filter(version=row.lesson.version_id, position__gt=row.lesson.position)
    after = following.order_by("position").first()
    context = _context(row.enrolment, row.lesson, rule, standing) | {
        "row": row,
        "attempt": attempt,
        "questions": _feedback(attempt) if rule.shows_feedback else [],
        "next_url": lesson_address(row.enrolment_id, after) if after else "",
        "next": after,
    }
    return render(request, "study/quiz_result.html", context)


def _feedback(attempt: QuizAttempt) -> list[dict[str, Any]]:
    return [
        {
            "text": marked.question.text,
            "explanation": marked.question.explanation,
            "is_right": marked.is_right,
            "chosen": [marked.question.options[place] for place in sorted(marked.chosen)],
            "correct": marked.correct_options,
        }
        for marked in marked_of(attempt).questions
    ]


def _context(enrolment: Enrolment, lesson: Lesson, rule: QuizRule, standing: QuizStanding) -> dict[str, Any]:
    left = None if rule.attempts is None else max(0, rule.attempts - len(standing.attempts))
    return {
        "enrolment": enrolment,
        "run": enrolment.class_run,
        "lesson": lesson,
        "rule": rule,
        "standing": standing,
        "left": left,
        "has_left": left is None or left > 0,
        "watch_url": reverse("study_lesson", args=[enrolment.pk, lesson.pk]),
    }
