"""The bureau's desk: every school, its history and state, and the applications that wait."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.schools import services
from courses.schools.filters import ApplicationFilter, SchoolFilter
from courses.schools.forms import EndForm, ReasonForm, posted
from courses.schools.models import SchoolScope
from courses.schools.pages import (
    APPLICATION_TONES,
    answers_rows,
    application_history,
    application_or_404,
    deadline_of,
    facts_rows,
    form_page,
    school_history,
    school_or_404,
    scopes_table,
    table,
    warnings_table,
)
from courses.schools.resources import ApplicationResource, SchoolResource
from courses.schools.rules import markable_fields
from courses.schools.selectors import (
    application_problems,
    applications_visible_to,
    premises_of,
    schools_visible_to,
    teachers_of,
)
from courses.schools.states import REVIEWERS, SCHOOL_MOVES, SUPERVISORS, ApplicationState
from courses.schools.tables import ApplicationTable, SchoolTable
from courses.schools.texts import span, where
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing

MOVE_LABELS = {
    "suspend": gettext_lazy("暂停开班"),
    "resume": gettext_lazy("恢复开班"),
    "close": gettext_lazy("退出登记"),
}
MOVE_TEXTS = {
    "suspend": gettext_lazy("暂停后，这所学校不能开新班，公开页面会写明“暂停开班”。理由会显示给学校。"),
    "resume": gettext_lazy("恢复后，这所学校可以照常开班。"),
    "close": gettext_lazy("退出登记后不能再开班；要重新开班，须重新申请入库。以前的记录都保留。"),
}
DECISIONS = {
    "return": gettext_lazy("已退回学校修改。"),
    "approve": gettext_lazy("已通过，登记册已更新。"),
    "refuse": gettext_lazy("已告知学校不予通过。"),
}


class Schools(StaffList):
    name = "school_list"
    title = gettext_lazy("培训机构登记")
    table_class = SchoolTable
    filterset_class = SchoolFilter
    resource = SchoolResource

    def visible(self, user: User, on: date) -> QuerySet:
        return schools_visible_to(user, on)


class Applications(StaffList):
    name = "school_reviews"
    title = gettext_lazy("机构申请")
    table_class = ApplicationTable
    filterset_class = ApplicationFilter
    resource = ApplicationResource

    def visible(self, user: User, on: date) -> QuerySet:
        return applications_visible_to(user, on)


@never_cache
@require_safe
def school_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One school with everything the register knows, and its history."""
    school = school_or_404(request, pk)
    on = timezone.localdate()
    roles = request.roles  # type: ignore[attr-defined]
    may_supervise = bool(roles & SUPERVISORS)
    teachers = [
        ("", (one.name, one.get_kind_display(), _papers(one), span(one.employed))) for one in teachers_of(school, on)
    ]
    rooms = [
        (
            "",
            (
                one.name,
                one.get_kind_display(),
                where(one.district_code, one.address),
                one.seats,
                span(one.usable),
            ),
        )
        for one in premises_of(school, on)
    ]
    moves = [(move, MOVE_LABELS[move]) for move, step in SCHOOL_MOVES.items() if school.state in step.sources]
    context = {
        "school": school,
        "summary": facts_rows(school),
        "warnings": warnings_table(school, on),
        "scopes": scopes_table(
            school, on, url=(lambda scope: reverse("school_scope_end", args=[scope])) if may_supervise else None
        ),
        "teachers": table([_("姓名"), _("专职或兼职"), _("资格"), _("任教期间")], teachers),
        "rooms": table([_("场所"), _("类别"), _("地址"), _("座位数"), _("可用期间")], rooms),
        "applications": applications_visible_to(request.user, on).filter(organisation=school.organisation),  # type: ignore[arg-type]
        "events": school_history(school),
        "moves": moves if may_supervise else [],
    }
    return render(request, "schools/school.html", context)


def _papers(teacher: Any) -> str:
    return "、".join(str(one) for one in teacher.qualifications.all() if one.withdrawn_at is None) or "—"


@never_cache
def school_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Suspend, resume or close a school."""
    school = school_or_404(request, pk)
    if move not in SCHOOL_MOVES:
        raise Http404
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        services.school_move(school_id=pk, move=move, **values, **doing(request))

    return form_page(
        request, form, act,
        title=f"{MOVE_LABELS[move]}：{school}", label=str(MOVE_LABELS[move]), done=_("已办理。"),
        back=reverse("school_detail", args=[pk]), text=str(MOVE_TEXTS[move]),
    )  # fmt: skip


@never_cache
def scope_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of one line of a scope."""
    scope = get_object_or_404(SchoolScope.objects.select_related("school__organisation"), pk=pk)
    school_or_404(request, scope.school_id)
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def act(values: dict[str, Any]) -> None:
        services.scope_end(scope_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("终止培训范围：%(scope)s") % {"scope": scope}, label=_("终止"), done=_("已终止。"),
        back=reverse("school_detail", args=[scope.school_id]),
        text=f"{scope.school} · {span(scope.effective)} · {scope.basis}",
    )  # fmt: skip


@never_cache
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an application, mark what is wrong, decide. Remarks that were written stay when a decision is refused."""
    application = application_or_404(request, pk)
    on = timezone.localdate()
    may_decide = bool(request.roles & REVIEWERS) and application.state == ApplicationState.SUBMITTED  # type: ignore[attr-defined]
    remarks = {field: request.POST.get(f"remark_{field}", "") for field in markable_fields(application.kind)}
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        error = _decided(request, pk, remarks, reason)
        if not error:
            return redirect("school_review", pk)
    sections = answers_rows(application)
    for section in sections:
        for row in section["rows"]:
            row["typed"] = remarks.get(row["field"], "")
    context = {
        "application": application,
        "tone": APPLICATION_TONES[ApplicationState(application.state)],
        "deadline": deadline_of(application, on),
        "sections": sections,
        "may_decide": may_decide,
        "problems": application_problems(application) if may_decide else [],
        "reason": reason,
        "error": error,
        "events": application_history(application),
    }
    return render(request, "schools/review.html", context, status=422 if error else 200)


def _decided(request: HttpRequest, pk: int, remarks: dict[str, str], reason: str) -> str:
    """Take the decision; the sentence of a refusal, or nothing."""
    move = request.POST.get("move", "")
    try:
        if move == "return":
            services.application_return(application_id=pk, remarks=remarks, reason=reason, **doing(request))
        elif move == "refuse":
            services.application_refuse(application_id=pk, reason=reason, **doing(request))
        elif move == "approve":
            if any(text.strip() for text in remarks.values()):
                return _("您写了修改意见，又按了“通过”。要学校修改的，请按“退回修改”；要通过的，请先清空意见。")
            services.application_approve(application_id=pk, **doing(request))
        else:
            return _("请按一个按钮：退回修改、通过或不予通过。")
    except DomainError as refusal:
        return refusal.message
    messages.success(request, DECISIONS[move])
    return ""
