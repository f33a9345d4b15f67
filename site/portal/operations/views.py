"""Is the process up, is everything behind it up: for load balancers, supervisors and `make run`."""

from dataclasses import asdict

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.operations.health import PARTS, background, measured

logger = structlog.get_logger(__name__)


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
