"""Quizzes: the server draws the paper, marks it once, and a pass credits the lesson."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.classes.models import Enrolment
from courses.content.media_selectors import questions_by_ids
from courses.content.models import Lesson
from courses.content.papers import paper_draw, paper_mark
from courses.study.errors import StudyError
from courses.study.lesson_bodies import QuizRule, quiz_of
from courses.study.models import QuizAttempt, QuizPaper
from courses.study.selectors.quizzes import paper_of, pass_points_on
from courses.study.services.checks import lesson_check_pass
from courses.study.services.viewings import require_order, require_studying
from foundation.accounts.models import User


@transaction.atomic
def quiz_paper_open(*, enrolment: Enrolment, lesson: Lesson, at: datetime) -> QuizPaper:
    """The paper she works on: the one not yet handed in, or a new one by the lesson's rule.

    Refuses when she may not study the lesson now, when it has no quiz, and when every try is used up.
    """
    require_studying(enrolment)
    require_order(enrolment, lesson)
    rule = quiz_of(lesson)
    if rule is None:
        raise StudyError("no_quiz", _("“%(lesson)s”没有测验。请接着学下一课。") % {"lesson": lesson.title})
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)  # two phones, one paper
    papers = QuizPaper.objects.filter(enrolment=enrolment, lesson=lesson)
    waiting = papers.filter(attempt__isnull=True).first()
    if waiting is not None:
        return waiting
    made = papers.count()
    _require_tries_left(lesson, rule, made)
    seed = secrets.token_hex(16)
    drawn = paper_draw(questions_by_ids(rule.question_ids), rule.count, seed)
    return QuizPaper.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        number=made + 1,
        seed=seed,
        question_ids=drawn.question_ids,
        pass_points=rule.pass_points or pass_points_on(timezone.localdate(at)),
        drawn_at=at,
    )


def _require_tries_left(lesson: Lesson, rule: QuizRule, made: int) -> None:
    if rule.attempts is not None and made >= rule.attempts:
        raise StudyError(
            "tries_used",
            ngettext(
                "“%(lesson)s”的测验只能做 %(count)d 次，已经做完。请联系培训学校。",
                "“%(lesson)s”的测验最多做 %(count)d 次，已经做完。请联系培训学校。",
                rule.attempts,
            )
            % {"lesson": lesson.title, "count": rule.attempts},
        )


@transaction.atomic
def quiz_attempt_make(
    *, paper_id: int, answers: Mapping[int, Collection[int]], actor: User, at: datetime
) -> QuizAttempt:
    """Hand in a paper: mark it, keep the answers, and credit the lesson when it is passed.

    Handing in a paper again changes nothing and gives the first attempt. Refuses somebody else's paper, and one with
    unanswered questions.
    """
    paper = (
        QuizPaper.objects.select_for_update(of=("self",))
        .select_related("enrolment__worker", "enrolment__class_run__course_version", "lesson")
        .get(pk=paper_id)
    )
    if paper.enrolment.worker.user_id != actor.pk:
        raise PermissionDenied(_("这不是您的试卷。"))
    known = QuizAttempt.objects.filter(paper=paper).first()
    if known is not None:
        return known
    require_studying(paper.enrolment)
    marked = paper_mark(paper_of(paper), answers)
    missing = sum(not question.is_answered for question in marked.questions)
    if missing:
        raise StudyError("unanswered", _("还有 %(count)d 道题没有选。请选好再交卷。") % {"count": missing})
    attempt = QuizAttempt.objects.create(
        paper=paper,
        answers={str(question.question.id): sorted(question.chosen) for question in marked.questions},
        right=marked.right,
        total=marked.total,
        is_passed=marked.reaches(paper.pass_points),
        made_by=actor,
        made_at=at,
    )
    if attempt.is_passed:
        lesson_check_pass(enrolment=paper.enrolment, lesson=paper.lesson, at=at)
    return attempt
