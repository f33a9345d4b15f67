"""The desk: what can be shown, the notices with their days, and objections to be answered."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_states
from foundation.crypto.masking import mask_name
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.privacy.services import personal_reveal
from foundation.privacy.states import Purpose
from foundation.requests import number_in, user_of
from subsidies.claims.states import ClaimState
from subsidies.notices.filters import NoticeFilter, ObjectionFilter
from subsidies.notices.forms import AnswerForm, ChooseForm, PublishForm
from subsidies.notices.pages import days_left, desk_notice_or_404, desk_objection_or_404
from subsidies.notices.selectors import (
    blocked_among,
    claims_to_publish,
    lines_of,
    may_answer,
    notices_visible_to,
    objections_visible_to,
    sums_by_scheme,
    totals_of,
)
from subsidies.notices.services import notice_close, notice_publish, objection_answer, objection_take_out
from subsidies.notices.services.objecting import ANSWER, SUBJECT
from subsidies.notices.states import NOTICE_KEEPERS, LineState, NoticeState, ObjectionState
from subsidies.notices.tables import NOTICE_TONES, OBJECTION_TONES, NoticeTable, ObjectionTable
from workers.counter_forms import RevealForm
from workers.forms import posted
from workers.pages import private_file

CLAIMS_A_PAGE = 100


class Notices(StaffList):
    name = "notices_desk"
    title = gettext_lazy("补贴公示")
    table_class = NoticeTable
    filterset_class = NoticeFilter
    actions = [("notice_publish", gettext_lazy("发布公示"), "megaphone", NOTICE_KEEPERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return notices_visible_to(user, on=on)


class Objections(StaffList):
    name = "objections_desk"
    title = gettext_lazy("公示异议")
    table_class = ObjectionTable
    filterset_class = ObjectionFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return objections_visible_to(user, on=on)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """What was reviewed, scheme by scheme, what stands in the way; all of it or the ticked ones are shown."""
    user, now = user_of(request), timezone.now()
    claims = claims_to_publish(user, on=timezone.localdate(now))
    choose = ChooseForm(request.GET or None, claims=claims)
    chosen = choose.narrowed()
    blocked = blocked_among(chosen)
    form = PublishForm(posted(request))
    if request.method == "POST" and form.is_valid():
        ids = _asked(request, chosen)
        try:
            done = notice_publish(claim_ids=ids, title=form.cleaned_data["title"], actor=user, at=now)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            _told(request, done)
            return redirect("notice_desk", done.notice.pk)
    page = Paginator(chosen, CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    sums = sums_by_scheme(chosen, without=blocked)
    context = {
        "choose": choose,
        "form": form,
        "rows": page,
        "ticked": set(request.POST.getlist("claim")) if request.method == "POST" else None,
        "sums": sums,
        "count": sum(one.count for one in sums),
        "amount_fen": sum(one.amount_fen for one in sums),
        "left_out": _left_out(chosen, blocked),
    }
    return render(request, "notices/publish.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, chosen: QuerySet) -> list[int]:
    """All that are listed, or those that are ticked; nothing beyond the list."""
    if request.POST.get("which") == "ticked":
        said = map(number_in, request.POST.getlist("claim"))
        ticked = [number for number in said if number is not None]
        chosen = chosen.filter(pk__in=ticked)
    return list(chosen.values_list("pk", flat=True))


def _left_out(chosen: QuerySet, blocked: frozenset[int]) -> list[Any]:
    """Claims that stay behind, with what speaks against them."""
    return list(chosen.filter(pk__in=blocked).prefetch_related("findings")[:CLAIMS_A_PAGE])


def _told(request: HttpRequest, done: Any) -> None:
    count = done.notice.lines.count()
    messages.success(
        request,
        _("公示 %(number)s 已发布，共 %(count)d 份，公示到 %(day)s。已给每个人发短信。")
        % {"number": done.notice.number, "count": count, "day": done.notice.ends_on.isoformat()},
    )
    if done.left_out:
        numbers = "、".join(one.number for one in done.left_out[:20])
        messages.warning(
            request,
            _("有 %(count)d 份没有公示，要先处理核查结果、答复异议，或者与您有关、要由别人公示：%(numbers)s")
            % {"count": len(done.left_out), "numbers": numbers},
        )


@never_cache
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice at the desk: its days, its lines with their claims, its objections."""
    found = desk_notice_or_404(request, pk)
    rows = Paginator(lines_of(found).select_related("claim"), CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    objections = objections_visible_to(user_of(request), on=timezone.localdate()).filter(line__notice=found)
    days = days_left(found)
    is_keeper = bool(NOTICE_KEEPERS & request.roles)  # type: ignore[attr-defined]
    context = {
        "notice": found,
        "days": days,
        "totals": totals_of(found),
        "rows": rows,
        "objections": objections,
        "tone": NOTICE_TONES[NoticeState(found.state)],
        "tones": OBJECTION_TONES,
        "may_close": is_keeper and found.state == NoticeState.OPEN and days["is_over"],
    }
    return render(request, "notices/desk_notice.html", context)


@never_cache
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a notice whose days are over, without waiting for the hour."""
    found = desk_notice_or_404(request, pk)
    try:
        notice_close(notice_id=found.pk, at=timezone.now(), actor=user_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("公示已办结，没有异议的申领转入待拨付。"))
    return redirect("notice_desk", found.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection: what was said, by when, and the answer."""
    found, user = desk_objection_or_404(request, pk), user_of(request)
    is_keeper = bool(NOTICE_KEEPERS & request.roles)  # type: ignore[attr-defined]
    is_open = found.state == ObjectionState.OPEN
    is_stranger = may_answer(found, user, on=timezone.localdate())
    may = is_keeper and is_open and is_stranger
    form = AnswerForm(posted(request)) if may else None
    if form is not None and request.method == "POST" and form.is_valid():
        refusal_row = form.cleaned_data["refusal"]
        try:
            objection_answer(
                objection_id=found.pk,
                is_upheld=form.cleaned_data["outcome"] == "upheld",
                answer=form.cleaned_data["answer"],
                refusal_id=refusal_row.pk if refusal_row else None,
                actor=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已答复。提出人留了手机号的，已发短信；申领人也会收到结果。"))
            return redirect("objections_desk")
    clocks = Clock.objects.filter(subject_type=SUBJECT, subject_id=found.pk, name=ANSWER)
    reading = next((one for _clock, one in clock_states(clocks, on=timezone.localdate())), None)
    context = {
        "objection": found,
        "line": found.line,
        "form": form,
        "reading": reading,
        "masked_name": mask_name(found.name),
        "is_own_work": is_keeper and is_open and not may,
        "may_reveal": is_keeper and is_stranger,
        "may_take_out": may and found.line.state == LineState.SHOWN and found.line.claim.state == ClaimState.PUBLISHED,
        "tone": OBJECTION_TONES[ObjectionState(found.state)],
    }
    return render(request, "notices/desk_objection.html", context, status=422 if form and form.errors else 200)


@never_cache
@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim out of its notice because of an objection that did not do so by itself."""
    found = desk_objection_or_404(request, pk)
    try:
        objection_take_out(objection_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已移出公示。核实以后请在这里答复。"))
    return redirect("objection_desk", found.pk)


@never_cache
@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper that came with an objection; that it was opened is kept."""
    found = desk_objection_or_404(request, pk)
    with transaction.atomic():
        audit_record("notices.objection.evidence_read", found, actor=user_of(request))
    return private_file(found.evidence.storage, found.evidence.name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Who objected, or how to reach her, in plain: for a purpose, and the look is on record first."""
    found = desk_objection_or_404(request, pk)
    label = {"name": _("提出人的姓名"), "phone": _("提出人的手机号")}.get(field)
    if label is None or not getattr(found, field):
        raise Http404
    form = RevealForm(posted(request))
    context: dict[str, Any] = {"objection": found, "form": form, "label": label}
    if request.method == "POST" and form.is_valid():
        context["value"] = personal_reveal(
            viewer=user_of(request),
            subject=found,
            field=field,
            purpose=Purpose(form.cleaned_data["purpose"]),
            note=form.cleaned_data["note"],
            on=timezone.localdate(),
        )
    return render(request, "notices/reveal.html", context, status=422 if form.errors else 200)
