"""The content security policy of the CMS admin, which needs inline scripts of Wagtail's own."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Everything else stays as on the public pages: no foreign origin, no plug-ins, no foreign frame or form.
ALLOWANCES = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}


class AdminPolicyMiddleware:
    """Lets the admin's own inline scripts and styles run, on the admin's addresses only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("wagtailadmin_home")):
            response._csp_replace = ALLOWANCES  # type: ignore[attr-defined]
        return response
