"""Where a phone's beats arrive when they come by way of Django: the same answer as on the fast way (``gate``)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from courses.study.replies import reply


@csrf_exempt
@require_POST
@never_cache
def beats(request: HttpRequest) -> HttpResponse:
    """Record the beats. Nobody has to be signed in: the token in the request says who it is, and is signed."""
    status, content = reply(request.body, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    headers = {"Retry-After": "5"} if status == 503 else None
    return HttpResponse(content, status=status, headers=headers, content_type="application/json; charset=utf-8")
