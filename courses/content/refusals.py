"""A refusal in the page editor becomes a sentence on the page, whichever button was pressed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from courses.content.errors import ContentError


class EditorRefusalMiddleware:
    """Approval and publication in bulk have no form that could show an error: back to where she was, with the reason.

    What the view had begun was undone with its transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        home = reverse("wagtailadmin_home")
        if not isinstance(exception, ContentError) or not request.path.startswith(home):
            return None
        messages.error(request, exception.message)
        back = request.headers.get("referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = home
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What a dialogue of the editor expects when it is done.
            return JsonResponse({"step": "success", "redirect": back})
        return redirect(back)
