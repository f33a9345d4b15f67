"""Whether a session may go on: the first password changed, the second factor shown."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from foundation.accounts.selectors import second_factor_required

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

ALWAYS_OPEN = frozenset({"sign_out"})
PASSWORD_PAGES = ALWAYS_OPEN | {"account_change_password"}
ENROLMENT_PAGES = ALWAYS_OPEN | {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_change_password",
}
PROOF_PAGES = ALWAYS_OPEN | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def is_shown(request: HttpRequest) -> bool:
    """Whether this very session was opened, or confirmed later, with a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def detour(request: HttpRequest) -> str | None:
    """The name of the page that must come first; nothing when the session may go on.

    A session opened by password alone stays outside when the factor was set up elsewhere: it may only show the
    factor, not add another one.
    """
    page = request.resolver_match.url_name if request.resolver_match else None
    user = request.user
    if user.password_is_initial:  # type: ignore[union-attr]
        return None if page in PASSWORD_PAGES else "account_change_password"
    if not second_factor_required(request.roles):  # type: ignore[attr-defined]
        return None
    if not is_mfa_enabled(user, FACTORS):
        return None if page in ENROLMENT_PAGES else "mfa_index"
    if is_shown(request) or page in PROOF_PAGES:
        return None
    only_keys = not is_mfa_enabled(user, [Authenticator.Type.TOTP])
    return "mfa_reauthenticate_webauthn" if only_keys else "mfa_reauthenticate"
