"""What administrators do: accounts, roles, and messages that reached nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.services import dead_letter_send_again
from foundation.accounts.models import Membership, User
from foundation.accounts.services import (
    account_switch_off,
    account_switch_on,
    membership_end,
    membership_grant,
    password_issue,
    staff_account_open,
)
from foundation.accounts.states import Role
from foundation.database import period
from foundation.desk import moment
from foundation.errors import DomainError
from portal.staff import selectors
from portal.staff.forms import AccountForm, EndForm, GrantForm, ReasonForm


def _account(request: HttpRequest, pk: int) -> User:
    viewer: Any = request.user
    return get_object_or_404(selectors.staff_accounts_visible_to(viewer, on=timezone.localdate()), pk=pk)


def _answer(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    label: str,
    done: str,
    back: str,
    text: str = "",
) -> HttpResponse:
    """A form page: what the service refuses stands above the form, what it did is said on the page behind."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, done)
            return redirect(result if isinstance(result, str) else back)
    context = {"form": form, "title": title, "submit_label": label, "back_url": back, "text": text}
    return render(request, "staff/form.html", context)


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, past and present, and what an administrator may do with it."""
    user = _account(request, pk)
    today = timezone.localdate()
    granted = Membership.objects.filter(user=user).select_related("organisation", "granted_by").order_by("-effective")
    rows = [
        {
            "cells": [
                {"value": one.get_role_display()},
                {"value": one.organisation},
                {"value": one.effective.lower.isoformat()},
                {"value": _last_day(one)},
                {"value": one.granted_by or _("系统")},
            ]
        }
        for one in granted
    ]
    labels = [_("角色"), _("单位"), _("起"), _("止（含当天）"), _("授权人")]
    context = {
        "account": user,
        "summary": [
            {"label": _("用户名"), "value": user.username},
            {"label": _("姓名"), "value": user.name},
            {"label": _("状态"), "value": _("使用中") if user.is_active else _("已停用")},
            {"label": _("开立时间"), "value": moment(user.date_joined)},
            {"label": _("最近登录"), "value": moment(user.last_login)},
        ],
        "headers": [{"label": label} for label in labels],
        "rows": rows,
        "may_change": Role.ADMINISTRATOR in request.roles and user.pk != request.user.pk,  # type: ignore[attr-defined]
        "holds_roles": any(in_force_or_later(one, today) for one in granted),
    }
    return render(request, "staff/account.html", context)


def _last_day(membership: Membership) -> str:
    upper = membership.effective.upper
    return (upper - timedelta(days=1)).isoformat() if upper else _("长期")


def in_force_or_later(membership: Membership, today: Any) -> bool:
    return membership.effective.upper is None or membership.effective.upper > today


def account_open(request: HttpRequest) -> HttpResponse:
    """Open an account for somebody on the staff."""
    today = timezone.localdate()

    def act(values: dict[str, Any]) -> str:
        user = staff_account_open(
            username=values["username"],
            name=values["name"],
            organisation=values["organisation"],
            role=Role(values["role"]),
            effective=period(values["starts_on"], values["ends_on"]),
            actor=request.user,  # type: ignore[arg-type]
            on=today,
        )
        return reverse("staff_account", args=[user.pk])

    return _answer(
        request,
        AccountForm(request.POST or None, initial={"starts_on": today}),
        act,
        title=_("开立账户"),
        label=_("开立"),
        done=_("账户已开立。接下来发放初始密码，当面交给本人。"),
        back=reverse("staff_accounts"),
    )


def account_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role for a time."""
    user, today = _account(request, pk), timezone.localdate()
    return _answer(
        request,
        GrantForm(request.POST or None, initial={"starts_on": today}),
        lambda values: membership_grant(
            user=user,
            organisation=values["organisation"],
            role=Role(values["role"]),
            effective=period(values["starts_on"], values["ends_on"]),
            actor=request.user,  # type: ignore[arg-type]
            on=today,
        ),
        title=_("授予角色：%(name)s") % {"name": user},
        label=_("授予"),
        done=_("角色已授予。"),
        back=reverse("staff_account", args=[pk]),
    )


def account_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role an account holds or will hold."""
    user, today = _account(request, pk), timezone.localdate()
    held = (
        Membership.objects.filter(user=user).exclude(effective__fully_lt=period(today)).select_related("organisation")
    )
    return _answer(
        request,
        EndForm(request.POST or None, held=held, initial={"ends_on": today}),
        lambda values: membership_end(
            membership=values["membership"],
            ends_on=values["ends_on"],
            reason=values["reason"],
            actor=request.user,  # type: ignore[arg-type]
            on=today,
        ),
        title=_("终止角色：%(name)s") % {"name": user},
        label=_("终止"),
        done=_("角色将按所选日期终止。"),
        back=reverse("staff_account", args=[pk]),
    )


def account_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account off, or on again, with a reason."""
    user = _account(request, pk)
    service = account_switch_off if user.is_active else account_switch_on
    return _answer(
        request,
        ReasonForm(request.POST or None),
        lambda values: service(
            user=user,
            actor=request.user,  # type: ignore[arg-type]
            reason=values["reason"],
            on=timezone.localdate(),
        ),
        title=(_("停用账户：%(name)s") if user.is_active else _("恢复账户：%(name)s")) % {"name": user},
        label=_("停用") if user.is_active else _("恢复使用"),
        done=_("账户已停用，已打开的会话随即结束。") if user.is_active else _("账户已恢复使用。"),
        back=reverse("staff_account", args=[pk]),
    )


def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a first password, shown this once."""
    user = _account(request, pk)
    if user.pk == request.user.pk:
        raise PermissionDenied(_("自己的密码在“登录安全”里修改。"))
    password = error = ""
    if request.method == "POST":
        try:
            password = password_issue(user=user, actor=request.user, on=timezone.localdate())  # type: ignore[arg-type]
        except DomainError as refusal:
            error = refusal.message
    answer = render(request, "staff/password.html", {"account": user, "password": password, "error": error})
    answer["Cache-Control"] = "no-store"
    return answer


def _dead_letter(request: HttpRequest, pk: int) -> Any:
    viewer: Any = request.user
    return get_object_or_404(selectors.dead_letters_visible_to(viewer, on=timezone.localdate()), pk=pk)


@require_safe
def dead_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One message that reached nobody. Its content stays closed: it may hold personal data."""
    found = _dead_letter(request, pk)
    rows = [
        {"label": _("主题"), "value": found.topic},
        {"label": _("事项"), "value": found.subject},
        {"label": _("产生时间"), "value": moment(found.created_at)},
        {"label": _("已尝试次数"), "value": found.attempts},
        {"label": _("错误代码"), "value": found.last_error_code},
        {"label": _("错误说明"), "value": found.last_error},
        {"label": _("内容摘要"), "value": found.payload_sha256},
    ]
    may_send = Role.ADMINISTRATOR in request.roles  # type: ignore[attr-defined]
    return render(request, "staff/dead_letter.html", {"letter": found, "rows": rows, "may_send": may_send})


def dead_letter_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a dead letter again, with the reason."""
    found = _dead_letter(request, pk)
    return _answer(
        request,
        ReasonForm(request.POST or None),
        lambda values: dead_letter_send_again(
            message_id=found.pk,
            actor=request.user,  # type: ignore[arg-type]
            reason=values["reason"],
            on=timezone.localdate(),
        ),
        title=_("重新发送：%(topic)s %(subject)s") % {"topic": found.topic, "subject": found.subject},
        label=_("重新发送"),
        done=_("已放回发送队列。"),
        back=reverse("staff_dead_letters"),
        text=_("请先确认对方系统已恢复，或错误的原因已经排除。"),
    )
