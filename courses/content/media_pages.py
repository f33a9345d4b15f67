"""What the desk's pages of videos and questions share: who asks, and rows that exist only for whoever may see them."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from courses.content.media_selectors import banks_visible_to, keeps_media_of, videos_visible_to
from courses.content.models import Question, QuestionBank, Video
from foundation.requests import user_of


def video_or_404(request: HttpRequest, pk: int) -> Video:
    """A video the user may see; another does not exist for her."""
    return get_object_or_404(videos_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def bank_or_404(request: HttpRequest, pk: int) -> QuestionBank:
    """A question bank the user may see; another does not exist for her."""
    return get_object_or_404(banks_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def question_or_404(request: HttpRequest, pk: int) -> Question:
    """A question of a bank the user may see."""
    banks = banks_visible_to(user_of(request), on=timezone.localdate())
    return get_object_or_404(Question.objects.select_related("bank").filter(bank__in=banks.values("pk")), pk=pk)


def may_keep(request: HttpRequest, owned: Video | QuestionBank) -> bool:
    """Whether the page offers to change what it shows."""
    return keeps_media_of(user_of(request), owned.organisation_id, on=timezone.localdate())


def doing(request: HttpRequest) -> dict[str, Any]:
    """Who acts, when and on which day, as services ask."""
    now = timezone.now()
    return {"actor": user_of(request), "at": now, "on": timezone.localdate(now)}
