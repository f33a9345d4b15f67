"""The bureau's desk: every body with its scope, numbers, assessors and history."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.bodies import services
from certifications.bodies.filters import BodyFilter
from certifications.bodies.forms import BodyForm, RangeForm, RegisterForm, ScopeForm, body_initial
from certifications.bodies.models import AssessmentBody, BodyScope, NumberRange
from certifications.bodies.pages import (
    assessors_table,
    body_or_404,
    facts_rows,
    history,
    ranges_table,
    scopes_table,
    warnings_table,
)
from certifications.bodies.resources import BodyResource
from certifications.bodies.selectors import (
    assessors_of,
    bodies_visible_to,
    organisations_to_register,
    ranges_of,
)
from certifications.bodies.states import BODY_MOVES, KEEPERS, REGISTER_READERS, SUPERVISORS, BodyState
from certifications.bodies.tables import BodyTable
from courses.schools.forms import EndForm, ReasonForm, posted
from courses.schools.pages import form_page
from courses.schools.texts import span
from foundation.accounts.models import User
from foundation.database import not_ended
from foundation.desk import StaffList
from foundation.requests import doing

MOVE_LABELS = {"suspend": gettext_lazy("暂停"), "resume": gettext_lazy("恢复"), "close": gettext_lazy("注销")}
MOVE_TEXTS = {
    "suspend": gettext_lazy("暂停期间不能开新的考核计划。公众能看到这家机构已暂停。"),
    "resume": gettext_lazy("恢复后可以继续开考核计划。"),
    "close": gettext_lazy("注销后不能再开考核计划，也不能再登记考评员；要重新开展评价，须重新登记。以前的记录都保留。"),
}
TABS = {
    "facts": ("body_detail", gettext_lazy("登记内容")),
    "scopes": ("body_scopes", gettext_lazy("评价范围")),
    "ranges": ("body_ranges", gettext_lazy("证书编号段")),
    "assessors": ("body_assessors", gettext_lazy("考评员")),
    "history": ("body_history", gettext_lazy("登记历史")),
}


class Bodies(StaffList):
    name = "body_list"
    title = gettext_lazy("评价机构")
    table_class = BodyTable
    filterset_class = BodyFilter
    resource = BodyResource
    actions = [
        ("body_register", gettext_lazy("登记评价机构"), "plus", KEEPERS),
        ("assessor_list", gettext_lazy("全部考评员"), "users", REGISTER_READERS),
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return bodies_visible_to(user, on=on)


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """Enter a body that was filed."""
    initial = {"ministry_code": "0000", "province_code": "35", "filed_from": timezone.localdate()}
    form = RegisterForm(posted(request), organisations=organisations_to_register(), initial=initial)

    def act(values: dict[str, Any]) -> HttpResponse:
        body = services.body_register(
            organisation_id=values["organisation"].pk, facts=form.facts(), basis=values["basis"], **doing(request)
        )
        return redirect("body_scopes", body.pk)

    return form_page(
        request, form, act,
        title=_("登记评价机构"), label=_("登记"), done="", back=reverse("body_list"),
        text=_("按备案文件登记。登记后接着登记评价范围和证书编号段。"),
    )  # fmt: skip


@never_cache
@require_safe
def body_page(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """One body, a tab at a time."""
    body = body_or_404(request, pk)
    on = timezone.localdate()
    roles = request.roles  # type: ignore[attr-defined]
    may_keep = bool(roles & KEEPERS) and body.state != BodyState.CLOSED
    may_end = bool(roles & (KEEPERS | SUPERVISORS))
    context: dict[str, Any] = {
        "body": body,
        "tab": tab,
        "tabs": _tabs(body, tab, on),
        "may_keep": may_keep,
        "moves": [(move, MOVE_LABELS[move]) for move, step in BODY_MOVES.items() if body.state in step.sources]
        if roles & SUPERVISORS
        else [],
    }
    if tab == "facts":
        context |= {"summary": facts_rows(body, on), "warnings": warnings_table(body, on)}
    elif tab == "scopes":
        ending = (lambda one: reverse("body_scope_end", args=[one])) if may_end else None
        context |= {"table": scopes_table(body, on, url=ending, past=True), "may_end": may_end}
    elif tab == "ranges":
        undoing = (lambda one: reverse("body_range_withdraw", args=[one])) if may_keep else None
        context["table"] = ranges_table(body, url=undoing)
    elif tab == "assessors":
        rows = assessors_of(body.organisation, on=on)
        context["table"] = assessors_table(rows, url=lambda one: reverse("assessor_detail", args=[one]))
    else:
        context["events"] = history(body.organisation)
    return render(request, "bodies/body.html", context)


def _tabs(body: AssessmentBody, current: str, on: date) -> list[dict[str, Any]]:
    counts = {
        "scopes": body.scopes.filter(not_ended(on)).count(),
        "ranges": ranges_of(body).count(),
        "assessors": body.organisation.assessors.filter(engaged__contains=on).count(),
    }
    return [
        {
            "label": label,
            "url": reverse(name, args=[body.pk]),
            "current": tab == current,
            "count": counts.get(tab, 0),
        }
        for tab, (name, label) in TABS.items()
    ]


@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write over what the register says, with the paper it rests on."""
    body = body_or_404(request, pk)
    form = BodyForm(posted(request), initial=body_initial(body))

    def act(values: dict[str, Any]) -> None:
        services.body_change(body_id=pk, facts=form.facts(), basis=values["basis"], **doing(request))

    return form_page(
        request, form, act,
        title=_("变更登记内容：%(body)s") % {"body": body}, label=_("保存"), done=_("已保存。"),
        back=reverse("body_detail", args=[pk]),
    )  # fmt: skip


@never_cache
def move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Suspend, resume or close a body."""
    body = body_or_404(request, pk)
    if move not in BODY_MOVES:
        raise Http404
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        services.body_move(body_id=pk, move=move, **values, **doing(request))

    return form_page(
        request, form, act,
        title=f"{MOVE_LABELS[move]}：{body}", label=str(MOVE_LABELS[move]), done=_("已办理。"),
        back=reverse("body_detail", args=[pk]), text=str(MOVE_TEXTS[move]),
    )  # fmt: skip


@never_cache
def scope_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line of what a body may assess."""
    body = body_or_404(request, pk)
    form = ScopeForm(posted(request), initial={"starts_on": timezone.localdate(), "basis": body.filing_number})

    def act(_values: dict[str, Any]) -> None:
        services.scope_grant(body_id=pk, **form.grant(), **doing(request))

    return form_page(
        request, form, act,
        title=_("登记评价范围：%(body)s") % {"body": body}, label=_("登记"), done=_("已登记。"),
        back=reverse("body_scopes", args=[pk]), text=_("备案有效期：%(days)s") % {"days": span(body.filed)},
    )  # fmt: skip


@never_cache
def scope_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of one line of a scope."""
    scope = get_object_or_404(BodyScope.objects.select_related("body__organisation", "occupation", "work_type"), pk=pk)
    body_or_404(request, scope.body_id)
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def act(values: dict[str, Any]) -> None:
        services.scope_end(scope_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("终止评价范围：%(scope)s") % {"scope": scope}, label=_("终止"), done=_("已终止。"),
        back=reverse("body_scopes", args=[scope.body_id]),
        text=f"{scope.body} · {span(scope.effective)} · {scope.basis}",
    )  # fmt: skip


@never_cache
def range_allot(request: HttpRequest, pk: int) -> HttpResponse:
    """Serial numbers a body was given."""
    body = body_or_404(request, pk)
    form = RangeForm(posted(request), initial={"year": timezone.localdate().year})

    def act(values: dict[str, Any]) -> None:
        services.range_allot(body_id=pk, **values, **doing(request))

    text = _("证书编号由评价机构按这里的编号段编发，本平台不编发等级证书编号，只核对。编号前 13 位：%(prefix)s")
    return form_page(
        request, form, act,
        title=_("登记证书编号段：%(body)s") % {"body": body}, label=_("登记"), done=_("已登记。"),
        back=reverse("body_ranges", args=[pk]), text=text % {"prefix": body.prefix},
    )  # fmt: skip


@never_cache
def range_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A range that was written down by mistake."""
    allotted = get_object_or_404(NumberRange.objects.select_related("body__organisation"), pk=pk)
    body_or_404(request, allotted.body_id)
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        services.range_withdraw(range_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("撤销编号段：%(range)s") % {"range": allotted}, label=_("撤销"), done=_("已撤销。"),
        back=reverse("body_ranges", args=[allotted.body_id]),
        text=_("登记错了的才撤销。撤销后，这一段里的编号不能再录入证书；已录入的证书不受影响。"),
    )  # fmt: skip
