"""How long a sign-in lasts: a worker's phone is remembered, a desk is left."""

import time
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

from foundation.accounts.states import STAFF, Role

BEGAN = "signed_in_at"
KEPT = "kept_at"
JUST_NOW_SECONDS = 5 * 60
# Writing the session at every page would cost more than it gives.
STAFF_RENEWAL_SECONDS = 5 * 60
WORKER_RENEWAL_SECONDS = 15 * 60


def begin(request: HttpRequest, roles: Iterable[Role]) -> None:
    """Start the clock of a session that has just been opened."""
    now = int(time.time())
    request.session[BEGAN] = request.session[KEPT] = now
    is_staff = not STAFF.isdisjoint(roles)
    request.session.set_expiry(settings.STAFF_SESSION_SECONDS if is_staff else settings.WORKER_SESSION_SECONDS)


def shorten(request: HttpRequest) -> None:
    """This phone is not to be remembered."""
    request.session.set_expiry(settings.PASSING_SESSION_SECONDS)


def is_over(request: HttpRequest, roles: Iterable[Role]) -> bool:
    """Whether a staff session has reached the longest time any session may last."""
    began = request.session.get(BEGAN)
    return (
        began is not None
        and not STAFF.isdisjoint(roles)
        and time.time() - began >= settings.STAFF_SESSION_LONGEST_SECONDS
    )


def keep(request: HttpRequest, roles: Iterable[Role]) -> None:
    """Let the session last on from now. One that was opened without a clock gets one."""
    if BEGAN not in request.session:
        begin(request, roles)
        return
    is_staff = not STAFF.isdisjoint(roles)
    renewal = STAFF_RENEWAL_SECONDS if is_staff else WORKER_RENEWAL_SECONDS
    if time.time() - request.session.get(KEPT, 0) >= renewal:
        request.session[KEPT] = int(time.time())  # a changed session is saved, with its time counted anew
