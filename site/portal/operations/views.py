"""Is the process up, is everything behind it up: for load balancers, supervisors and `make run`; and public uploads."""

import posixpath
from dataclasses import asdict

import structlog
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.operations.health import PARTS, background, measured

logger = structlog.get_logger(__name__)
LONGEST_NAME = 200


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process can answer; asks nobody else."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all parts answer, else 503; names the parts, and when background work last showed itself."""
    parts = {}
    for name, look in PARTS.items():
        parts[name], error = measured(look)
        if error is not None:
            logger.error("part_does_not_answer", part=name, exc_info=error)
    is_ready = all(part.ok for part in parts.values())
    answer = {
        "ok": is_ready,
        "parts": {name: asdict(part) for name, part in parts.items()},
        "background": {"last_success_seconds_ago": background(at=timezone.now())},
    }
    return JsonResponse(answer, status=200 if is_ready else 503)


@require_safe
def public_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of a public page, where no nginx sends it from a folder. Documents have an address of the page editor's
    own, which asks who may have them."""
    if name.startswith("documents/") or len(name) > LONGEST_NAME or not name.isprintable():
        raise Http404
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation):
        raise Http404 from None
    answer = FileResponse(file, filename=posixpath.basename(name))
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
