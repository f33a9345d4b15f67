"""The desk of lists of other offices: what is on file, bringing one, using it, taking it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import DomainError
from foundation.imports.cells import LIMITS
from foundation.requests import user_of
from subsidies.registers.forms import FileForm, RegisterForm, WordsForm
from subsidies.registers.pages import files, history, register_or_404
from subsidies.registers.selectors import days_max, register_history, shelves
from subsidies.registers.services import (
    register_file_bring,
    register_open,
    register_put_in_force,
    register_withdraw,
)
from subsidies.registers.states import REGISTER_KEEPERS, TONES, TRANSITIONS, RegisterState
from workers.forms import posted

LISTS_A_PAGE = 50


@never_cache
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Every kind of list: which one is used, as of when, and what is missing; and every list there was."""
    on = timezone.localdate()
    most = days_max(on)
    context = {
        "shelves": shelves(on=on, days_max=most),
        "days_max": most,
        "page": Paginator(register_history(), LISTS_A_PAGE).get_page(request.GET.get("page")),
        "tones": TONES,
        "is_keeper": _is_keeper(request),
    }
    return render(request, "registers/registers.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A list that is going to be brought."""
    now = timezone.now()
    form = RegisterForm(posted(request), initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        try:
            register = register_open(**form.cleaned_data, actor=user_of(request), at=now, on=timezone.localdate(now))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("register", register.pk)
    return render(request, "registers/new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its files, its state, what happened to it."""
    return render(request, "registers/register.html", _page(request, pk))


@never_cache
@require_POST
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """One file of it; the pages of imports take it from there."""
    form, now = FileForm(request.POST, request.FILES), timezone.now()
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LIMITS.file_bytes:
            form.add_error("file", _("文件超过 20 MB。请分成几个文件上传。"))
        else:
            try:
                batch, is_new = register_file_bring(
                    register_id=register_or_404(pk).pk,
                    data=file.read(),
                    file_name=file.name,
                    actor=user_of(request),
                    at=now,
                    on=timezone.localdate(now),
                )
            except DomainError as refusal:
                form.add_error("file", refusal.message)
            else:
                if not is_new:
                    messages.info(request, _("这个文件以前上传过，下面是那一批的情况。"))
                return redirect("staff_import", batch.pk)
    return render(request, "registers/register.html", _page(request, pk, file=form), status=422)


@never_cache
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Use it from now on."""
    form = WordsForm(request.POST, needed=False)
    done = _("已启用。同一种的旧名册已被代替。")
    return _step(request, pk, form, name="use", done=done, act=register_put_in_force)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    return _step(request, pk, WordsForm(request.POST), name="withdraw", done=_("已撤回。"), act=register_withdraw)


def _step(request: HttpRequest, pk: int, form: WordsForm, *, name: str, done: str, act: Any) -> HttpResponse:
    if form.is_valid():
        try:
            act(
                register_id=register_or_404(pk).pk,
                reason=form.cleaned_data["reason"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, done)
            return redirect("register", pk)
    return render(request, "registers/register.html", _page(request, pk, **{name: form}), status=422)


def _page(request: HttpRequest, pk: int, **forms: Any) -> dict[str, Any]:
    found = register_or_404(pk)
    keeper = _is_keeper(request)
    is_loading = found.state == RegisterState.LOADING
    return {
        "register": found,
        "tone": TONES[found.state],
        "files": files(found),
        "events": history(found),
        "rows": found.rows.count() if is_loading else found.rows_count,
        "file_form": (forms.get("file") or FileForm()) if keeper and is_loading else None,
        "use_form": (forms.get("use") or WordsForm(prefix=None, needed=False, auto_id="use-%s"))
        if keeper and found.state in TRANSITIONS["put_in_force"].sources
        else None,
        "withdraw_form": (forms.get("withdraw") or WordsForm(auto_id="withdraw-%s"))
        if keeper and found.state in TRANSITIONS["withdraw"].sources
        else None,
        "shown_form": forms.get("file") or forms.get("use") or forms.get("withdraw"),
    }


def _is_keeper(request: HttpRequest) -> bool:
    return bool(REGISTER_KEEPERS & request.roles)  # type: ignore[attr-defined]
