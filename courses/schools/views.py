"""How a school joins, for everybody; and papers, for whoever may see their application."""

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.schools.models import ApplicationPaper
from courses.schools.rules import NEEDED_PAPERS
from courses.schools.selectors import applications_visible_to
from courses.schools.states import ApplicationKind, PaperKind
from foundation.requests import user_of


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """What a school needs and does to be registered."""
    needed = NEEDED_PAPERS[ApplicationKind.REGISTRATION]
    others = [kind for kind in PaperKind if kind not in needed and kind != PaperKind.OTHER]
    return render(request, "schools/join.html", {"needed": needed, "others": others})


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper handed in with an application."""
    applications = applications_visible_to(user_of(request), timezone.localdate())
    found = get_object_or_404(ApplicationPaper, pk=pk, application__in=applications.values("pk"))
    storage, name = found.file.storage, found.file.name
    if not name or not storage.exists(name):
        raise Http404
    answer = FileResponse(storage.open(name), content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
