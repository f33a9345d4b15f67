"""She changes the number she signs in with: the new number, a code to the old one, a code to the new one, done.

The session keeps references and the new number encrypted; what counts is asked of the database by the services.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.accounts.errors import AccountsError
from foundation.accounts.phone_changes import (
    phone_change_begin,
    phone_change_code_send,
    phone_change_confirm,
    phone_change_finish,
    phone_change_is_confirmed,
)
from foundation.accounts.phone_codes import TRIES, seconds_until_next_code
from foundation.accounts.selectors import phone_code_of
from foundation.crypto.cipher import decrypt, encrypt
from foundation.crypto.masking import mask_phone
from portal.my.forms import NewPhoneForm, PhoneCodeForm
from portal.my.pages import signed_in_user
from portal.sign_in.forms import TOO_MANY_FROM_ADDRESS, address_may_ask
from portal.sign_in.records import sign_in_refused
from workers.forms import posted

PENDING = "phone_change"


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """What number it is now, and what it shall be."""
    user = signed_in_user(request)
    now = timezone.now()
    form = NewPhoneForm(posted(request), present=user.phone)
    if request.method == "POST" and form.is_valid():
        old = _pending(request).get("old", "")
        _keep(request, {"phone": encrypt(form.cleaned_data["phone"]).decode(), "old": old})
        try:
            if old and phone_change_is_confirmed(user=user, confirmation=old, at=now):
                _send_to_new(request, now)
                return redirect("my_phone_new")
            if not _is_waiting(old, now):
                _send_to_old(request, now)
            return redirect("my_phone_old")
        except AccountsError as refusal:
            form.add_error("phone" if refusal.code == "same_phone" else None, refusal.message)
    context = {"form": form, "masked_phone": mask_phone(user.phone)}
    return render(request, "my/phone.html", context, status=422 if form.errors else 200)


@never_cache
def old_code(request: HttpRequest) -> HttpResponse:
    """The code of the number she has: an open page alone must not move the account. Only then the new number is sent
    anything."""
    user = signed_in_user(request)
    now = timezone.now()
    pending = _pending(request)
    if not pending.get("old"):
        return redirect("my_phone")
    if request.POST.get("action") == "resend":
        return _sent_again(request, _send_to_old, "my_phone_old", now)
    if pending.get("new") and phone_change_is_confirmed(user=user, confirmation=pending["old"], at=now):
        return redirect("my_phone_new")  # she came back by the browser's button
    form = PhoneCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        check = phone_change_confirm(user=user, reference=pending["old"], entered=form.cleaned_data["code"], at=now)
        if check.is_right:
            try:
                _send_to_new(request, now)
            except AccountsError as refusal:
                messages.error(request, refusal.message)
                return redirect("my_phone")
            return redirect("my_phone_new")
        form.add_error("code", check.message)
    return _code_page(request, form, phone=user.phone, reference=pending["old"], step=2)


@never_cache
def new_code(request: HttpRequest) -> HttpResponse:
    """The code of the new number. With it the account is moved; this session goes on, all others end."""
    user = signed_in_user(request)
    now = timezone.now()
    pending = _pending(request)
    if not pending.get("new"):
        return redirect("my_phone")
    if request.POST.get("action") == "resend":
        return _sent_again(request, _send_to_new, "my_phone_new", now)
    number = _new_number(pending)
    form = PhoneCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            check, moved = phone_change_finish(
                user=user,
                phone=number,
                confirmation=pending["old"],
                reference=pending["new"],
                entered=form.cleaned_data["code"],
                at=now,
            )
        except AccountsError as refusal:
            return _refused(request, refusal, number)
        if check.is_right:
            update_session_auth_hash(request, moved)
            _keep(request, {"is_done": True})
            return redirect("my_phone_done")
        form.add_error("code", check.message)
    return _code_page(request, form, phone=number, reference=pending["new"], step=3)


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """It worked, and what that means."""
    if not _pending(request).get("is_done"):
        return redirect("my_phone")
    return render(request, "my/phone_done.html", {"masked_phone": mask_phone(signed_in_user(request).phone)})


def _refused(request: HttpRequest, refusal: AccountsError, number: str) -> HttpResponse:
    """She has proven the number, so she may be told in plain words whose it is not."""
    pending = _pending(request)
    _keep(request, {"old": pending["old"]} if refusal.code == "phone_taken" else {})
    if refusal.code == "phone_taken":
        return render(request, "my/phone_taken.html", {"masked_phone": mask_phone(number)}, status=422)
    messages.error(request, refusal.message)
    return redirect("my_phone")


def _sent_again(request: HttpRequest, send: Any, page: str, now: datetime) -> HttpResponse:
    try:
        send(request, now)
    except AccountsError as refusal:
        messages.error(request, refusal.message)  # the code she has stays good
        if refusal.code == "unconfirmed":
            return redirect("my_phone")
    else:
        messages.success(request, _("新的验证码已发出。请用最新一条短信里的数字。"))
    return redirect(page)


def _send_to_old(request: HttpRequest, now: datetime) -> None:
    user = signed_in_user(request)
    _require_room(request, user.phone)
    try:
        reference = phone_change_begin(user=user, at=now)
    except AccountsError as refusal:
        sign_in_refused(phone=user.phone, reason=refusal.code)
        raise
    _keep(request, _pending(request) | {"old": reference})


def _send_to_new(request: HttpRequest, now: datetime) -> None:
    user = signed_in_user(request)
    pending = _pending(request)
    number = _new_number(pending)
    _require_room(request, user.phone)
    try:
        reference = phone_change_code_send(
            user=user, phone=number, at=now, actor=user, confirmation=pending.get("old", "")
        )
    except AccountsError as refusal:
        sign_in_refused(phone=user.phone, reason=refusal.code)
        raise
    _keep(request, pending | {"new": reference})


def _require_room(request: HttpRequest, phone: str) -> None:
    """The limit of the sign-in page for codes of one network address holds here too."""
    if not address_may_ask(request, phone):
        raise AccountsError("address_limit", str(TOO_MANY_FROM_ADDRESS))


def _is_waiting(reference: str, now: datetime) -> bool:
    """Whether a code that was sent can still be entered: somebody who corrects the new number needs no other one."""
    sent = phone_code_of(reference) if reference else None
    return sent is not None and sent.used_at is None and sent.tries < TRIES and now < sent.expires_at


def _new_number(pending: dict[str, Any]) -> str:
    return decrypt(pending["phone"].encode())


def _pending(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(PENDING, {})
    return kept


def _keep(request: HttpRequest, pending: dict[str, Any]) -> None:
    request.session[PENDING] = pending


def _code_page(request: HttpRequest, form: PhoneCodeForm, *, phone: str, reference: str, step: int) -> HttpResponse:
    sent = phone_code_of(reference)
    context = {
        "form": form,
        "step": step,
        "is_old": step == 2,
        "masked_phone": mask_phone(phone),
        "good_until": sent.expires_at if sent else None,
        "seconds_until_next": seconds_until_next_code(phone=phone, at=timezone.now()),
    }
    return render(request, "my/phone_code.html", context, status=422 if form.errors else 200)
