"""Officers' screens in the Wagtail admin: who may open them is said by role, as everywhere on the site.

A screen lists and edits; what is written goes through services, which refuse in words.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from foundation.accounts.access import for_roles
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import OFFICERS, Role
from foundation.errors import DomainError

READERS = frozenset({*OFFICERS, Role.AUDITOR, Role.ADMINISTRATOR})
WRITERS = frozenset({Role.OFFICER_POLICY})


def roles_today(request: HttpRequest) -> frozenset[Role]:
    """The roles of whoever asks, as the access middleware read them."""
    roles: frozenset[Role] | None = getattr(request, "roles", None)
    return roles_of(request.user, on=timezone.localdate()) if roles is None else roles  # type: ignore[arg-type]


class RolePermissionPolicy(BasePermissionPolicy):
    """Readers see, writers add and change, nobody deletes."""

    allowed = {"view": READERS, "add": WRITERS, "change": WRITERS}

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(self._held(user) & self.allowed.get(action, frozenset()))

    @staticmethod
    def _held(user: Any) -> frozenset[Role]:
        """Read once for each request's user: Wagtail asks a dozen times for one page."""
        if not hasattr(user, "_desk_roles"):
            user._desk_roles = roles_of(user, on=timezone.localdate()) if user.is_authenticated else frozenset()
        held: frozenset[Role] = user._desk_roles
        return held

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: Any) -> Any:
        roles = frozenset().union(*(self.allowed.get(action, frozenset()) for action in actions))
        return get_user_model().objects.filter(is_active=True, memberships__role__in=roles).distinct()


class ForReaders(MenuItem):
    """A menu entry for whoever may read."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(roles_today(request) & READERS)


class DeskPages(ViewSet):
    """Screens that are not lists of one model."""

    menu_item_class = ForReaders


class DeskViewSet(ModelViewSet):
    """A list with a form for new rows and one for changes; no deleting, copying or usage page unless a desk adds it."""

    desk_form: type[BaseForm]
    search_backend_name = None  # few rows: the database searches them
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    menu_item_class = ForReaders

    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:
        return self.desk_form

    @property
    def permission_policy(self) -> RolePermissionPolicy:
        return RolePermissionPolicy(self.model)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {"history_url_name": None, "usage_url_name": None, "delete_url_name": None}
        common: dict[str, Any] = super().get_common_view_kwargs(**(absent | kwargs))
        return common

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        writes = issubclass(view_class, generic.CreateView | generic.EditView | generic.DeleteView)
        return for_roles(*(WRITERS if writes else READERS))(super().construct_view(view_class, **kwargs))

    def get_permissions_to_register(self) -> Any:
        """None: roles decide, not the permissions that Wagtail's groups hand out."""
        return super().get_permissions_to_register().none()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("edit/<int:pk>/", self.edit_view, name="edit"),
        ]


class ThroughServices:
    """For a form view: save by a service, and show its refusal on the form."""

    def form_valid(self, form: BaseForm) -> HttpResponseBase:
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            self.produced_error_code, self.produced_error_message = refusal.code, refusal.message
            answer: HttpResponseBase = self.form_invalid(form)  # type: ignore[attr-defined]
            return answer
        return response
