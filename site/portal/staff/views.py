"""The desktop's home, its lists and the pages behind them."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.audit.chain import ChainCheck
from foundation.audit.models import AuditDayHead, AuditEvent
from foundation.audit.selectors import events_visible_to
from foundation.desk import StaffList
from portal.staff import filters, resources, selectors, tables
from portal.staff.jobs import jobs_state
from portal.staff.navigation import GROUPED_FROM, navigation_for
from portal.staff.words import action_word, both

FAULTS_SHOWN = 50
JOB_TONES = {"well": "success", "late": "warning", "failing": "error", "unknown": "neutral"}
JOB_WORDS = {"well": _("正常"), "late": _("逾期"), "failing": _("失败"), "unknown": _("尚无记录")}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me; a short menu stands here once more, in large."""
    roles: frozenset[Role] = request.roles  # type: ignore[attr-defined]
    user: Any = request.user
    duties = selectors.duties_of(user, roles, on=timezone.localdate(), at=timezone.now())
    links = [entry for entry in navigation_for(roles, "") if not entry["url"].endswith(request.path)]
    context = {
        "links": links if len(links) < GROUPED_FROM else [],
        "waiting": [duty for duty in duties if duty.count],
        "idle": [duty for duty in duties if not duty.count],
        "count": sum(duty.count for duty in duties),
    }
    return render(request, "staff/home.html", context)


class Accounts(StaffList):
    name = "staff_accounts"
    title = _("账户与角色")
    table_class = tables.AccountTable
    filterset_class = filters.AccountFilter
    resource = resources.AccountResource
    actions = [("staff_account_open", _("开立账户"), "user", {Role.ADMINISTRATOR})]

    def visible(self, user: User, on: date) -> QuerySet:
        return selectors.staff_accounts_visible_to(user, on=on)


class Organisations(StaffList):
    name = "staff_organisations"
    title = _("机构")
    table_class = tables.OrganisationTable
    filterset_class = filters.OrganisationFilter
    resource = resources.OrganisationResource

    def visible(self, user: User, on: date) -> QuerySet:
        return selectors.organisations_visible_to(user, on=on)


class Events(StaffList):
    name = "staff_audit"
    title = _("操作记录")
    table_class = tables.EventTable
    filterset_class = filters.EventFilter
    resource = resources.EventResource
    actions = [
        (
            "staff_audit_chain",
            _("核对链条"),
            "shield-check",
            {Role.AUDITOR, Role.OFFICER_INSPECTION, Role.ADMINISTRATOR},
        )
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return events_visible_to(user, on=on)


class Accesses(StaffList):
    name = "staff_accesses"
    title = _("个人信息查看记录")
    table_class = tables.AccessTable
    filterset_class = filters.AccessFilter
    resource = resources.AccessResource

    def visible(self, user: User, on: date) -> QuerySet:
        return selectors.accesses_visible_to(user, on=on)


class DeadLetters(StaffList):
    name = "staff_dead_letters"
    title = _("未送达的消息")
    table_class = tables.DeadLetterTable
    filterset_class = filters.DeadLetterFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return selectors.dead_letters_visible_to(user, on=on)


class TextMessages(StaffList):
    name = "staff_sms"
    title = _("短信")
    table_class = tables.SmsTable
    filterset_class = filters.SmsFilter
    resource = resources.SmsResource

    def visible(self, user: User, on: date) -> QuerySet:
        return selectors.sms_visible_to(user, on=on)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with everything it holds."""
    user: Any = request.user
    events: QuerySet[AuditEvent] = events_visible_to(user, on=timezone.localdate()).select_related("link")
    found = get_object_or_404(events, pk=pk)
    link = getattr(found, "link", None)
    rows = [
        {"label": _("时间"), "value": timezone.localtime(found.at).strftime("%Y-%m-%d %H:%M:%S")},
        {"label": _("操作人"), "value": found.actor or _("系统")},
        {"label": _("代谁办理"), "value": found.on_behalf_of},
        {"label": _("操作"), "value": both(action_word(found.action), found.action)},
        {"label": _("对象"), "value": tables.object_shown(found)},
        {"label": _("原因"), "value": found.reason},
        {"label": _("请求编号"), "value": found.request_id},
        {"label": _("链条"), "value": f"{link.day} #{link.number} {bytes(link.digest).hex()}" if link else ""},
    ]
    context = {"event": found, "action": action_word(found.action), "rows": rows, "data": sorted(found.data.items())}
    return render(request, "staff/event.html", context)


@require_safe
def audit_chain(request: HttpRequest) -> HttpResponse:
    """The days that are sealed; one day is walked through when it is asked for."""
    form = filters.DayForm(request.GET or None)
    checked: ChainCheck | None = None
    faults: list[Any] = []
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["day"]
        checked = ChainCheck(since=day, until=day)
        for fault in checked.faults():
            faults.append(fault)
            if len(faults) >= FAULTS_SHOWN:
                break
    heads = [
        {
            "url": f"?day={head.day.isoformat()}",
            "cells": [
                {"value": head.day.isoformat()},
                {"value": head.count, "number": True},
                {"value": bytes(head.digest).hex()},
            ],
        }
        for head in AuditDayHead.objects.order_by("-day")[:30]
    ]
    headers = [{"label": _("日期")}, {"label": _("条数"), "number": True}, {"label": _("末条摘要")}]
    context = {"form": form, "checked": checked, "faults": faults, "heads": heads, "headers": headers}
    return render(request, "staff/audit_chain.html", context)


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What runs by itself, and when it last succeeded."""
    rows = [
        {"job": job, "tone": JOB_TONES[job.state], "word": JOB_WORDS[job.state]}
        for job in jobs_state(at=timezone.now())
    ]
    return render(request, "staff/jobs.html", {"rows": rows})
