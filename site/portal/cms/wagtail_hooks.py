"""How the editors' side of the CMS looks and what it leaves out."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("construct_main_menu")
def leave_out_what_nobody_needs(request: HttpRequest, menu_items: list[Any]) -> None:
    """Accounts are kept at the staff desk, under audit; Wagtail's own user pages stay closed."""
    menu_items[:] = [item for item in menu_items if item.name not in {"help"}]


@hooks.register("construct_settings_menu")
def accounts_have_their_own_desk(request: HttpRequest, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in {"users", "groups", "collections"}]


@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms-admin.css"))
