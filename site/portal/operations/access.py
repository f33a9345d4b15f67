"""Access rules for the views of libraries, which cannot carry our decorators."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.accounts.access import AccessRule
from foundation.accounts.states import STAFF, Role

PUBLIC = AccessRule("public")
SIGNED_IN = AccessRule("signed_in")
EDITORS = AccessRule("roles", frozenset(STAFF))
NOBODY = AccessRule("roles", frozenset())

# By the module and the class or function a library's view comes from, the longest prefix first.
LIBRARY_RULES: dict[str, AccessRule] = {
    # A second door, without our limits and the second factor.
    "django.contrib.auth.views": NOBODY,
    "django.contrib.staticfiles.": PUBLIC,
    "django.views.static": PUBLIC,
    "django.views.i18n": PUBLIC,
    "wagtail.admin.": EDITORS,
    "wagtail.admin.views.account.LoginView": NOBODY,  # the same, for whoever is in already
    "wagtail.admin.views.account.PasswordReset": NOBODY,
    "wagtail.contrib.": EDITORS,
    "wagtail.embeds.": EDITORS,
    "wagtail.documents.views.serve": PUBLIC,
    # A password for a page or a folder, which anybody may guess at as often as she likes.
    "wagtail.documents.views.serve.authenticate_with_password": NOBODY,
    "wagtail.views.authenticate_with_password": NOBODY,
    "wagtail.documents.": EDITORS,
    "wagtail.images.views.serve": PUBLIC,
    "wagtail.images.": EDITORS,
    "wagtail.snippets.": EDITORS,
    # Accounts, roles and groups change through foundation.accounts.services only.
    "wagtail.users.": NOBODY,
    "wagtail.sites.": AccessRule("roles", frozenset({Role.ADMINISTRATOR})),
    "django.views.generic.base": EDITORS,  # Wagtail's trial of its own 404 page
    "wagtail.views": PUBLIC,  # pages: Wagtail's own view restrictions apply
}


def rule_of(view: Callable[..., Any]) -> AccessRule | None:
    """The rule a view carries, or the rule of the library it comes from; ``None`` when there is neither."""
    own: AccessRule | None = getattr(view, "access", None)
    if own is not None:
        return own
    source = getattr(view, "__module__", "")
    source += f".{getattr(getattr(view, 'view_class', view), '__name__', '')}"
    for prefix in sorted(LIBRARY_RULES, key=len, reverse=True):
        if source.startswith(prefix):
            return LIBRARY_RULES[prefix]
    return None


def rule_for(request: HttpRequest, view: Callable[..., Any]) -> AccessRule:
    """The rule that applies to a request; a view that has none is closed to everybody."""
    rule = rule_of(view)
    if rule is None:
        raise PermissionDenied(_("此页面没有访问规则，因此不对任何人开放。"))
    return rule
