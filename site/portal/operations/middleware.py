"""The one place where the access rule of a view is applied."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from foundation.accounts.access import AccessRule
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import STAFF, Role
from portal.operations.access import rule_for
from portal.sign_in import sessions
from portal.sign_in.second_factor import detour


class AccessMiddleware:
    """Refuses whoever the view's rule does not name, before the view runs.

    A session that has lasted long enough ends here, and one that still owes a second factor or a new password is
    sent there first. Adds ``request.roles``: the roles the user holds today, read once and only when somebody asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_for_somebody", False) and not response.has_header("Cache-Control"):
            # In a training room the next person must not find the page behind the "back" button.
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        rule = rule_for(request, view)
        request.is_for_somebody = rule.kind != "public"  # type: ignore[attr-defined]
        request.roles = frozenset()  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.roles = roles_of(request.user, on=timezone.localdate())  # type: ignore[attr-defined]
            first = self._session_comes_first(request)
            if first is not None:
                return first
        return check(request, rule)

    @staticmethod
    def _session_comes_first(request: HttpRequest) -> HttpResponseBase | None:
        """What has to happen before anything else in this session."""
        roles: frozenset[Role] = request.roles  # type: ignore[attr-defined]
        if sessions.is_over(request, roles):
            logout(request)
            request.roles = frozenset()  # type: ignore[attr-defined]
            messages.info(request, _("您已连续登录 12 小时，为了安全请重新登录。"))
            return redirect(_door("staff_sign_in", request))
        sessions.keep(request, roles)
        page = detour(request)
        return redirect(_door(page, request)) if page else None


def _door(name: str, request: HttpRequest) -> str:
    """The address of a page that comes first, and the way back afterwards."""
    back = f"?next={quote(request.get_full_path())}" if request.method in {"GET", "HEAD"} else ""
    return reverse(name) + back


def check(request: HttpRequest, rule: AccessRule) -> HttpResponseBase | None:
    """Nothing when the request may go on; else the way to sign in, or ``PermissionDenied``."""
    if rule.kind == "public":
        return None
    if not request.user.is_authenticated:
        door = "staff_sign_in" if rule.kind == "roles" and rule.roles <= STAFF else "sign_in"
        return redirect(_door(door, request))
    roles: frozenset[Role] = request.roles  # type: ignore[attr-defined]
    if rule.kind == "roles" and not roles & rule.roles:
        raise PermissionDenied(_("您的账户没有打开此页面的权限。如需使用，请联系本单位管理员。"))
    return None
