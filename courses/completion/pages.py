"""What the pages of completion share: who asks, which class, which enrolment."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from courses.classes.models import ClassRun
from courses.completion.selectors import class_runs_to_close
from foundation.requests import user_of


def run_or_404(request: HttpRequest, pk: int) -> ClassRun:
    """A class she may see; another does not exist for her."""
    found = class_runs_to_close(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
