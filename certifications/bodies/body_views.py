"""The body's own desk: what the register says of it, its address and telephone, its colleagues' accounts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.bodies import services
from certifications.bodies.forms import ContactForm
from certifications.bodies.pages import (
    facts_rows,
    history,
    own_body_or_404,
    ranges_table,
    scopes_table,
    warnings_table,
)
from certifications.bodies.rules import OWN_FACTS
from certifications.bodies.selectors import assessors_of, body_of, colleagues_of, is_filed
from courses.schools.forms import ColleagueForm, MemberEndForm, posted
from courses.schools.pages import form_page, password_page, table
from courses.schools.texts import span
from foundation.requests import doing, user_of


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """本机构: everything the register says, and what ends soon."""
    on = timezone.localdate()
    body = body_of(user_of(request), on=on)
    context: dict[str, Any] = {"body": body}
    if body is not None:
        context |= {
            "is_filed": is_filed(body, on=on),
            "summary": facts_rows(body, on),
            "warnings": warnings_table(body, on),
            "scopes": scopes_table(body, on),
            "ranges": ranges_table(body),
            "assessors": assessors_of(body.organisation, on=on).count(),
            "colleagues": colleagues_of(body.organisation, on=on).count(),
            "events": history(body.organisation, most=20),
        }
    return render(request, "bodies/home.html", context)


@never_cache
def contact_change(request: HttpRequest) -> HttpResponse:
    """Where the body is, and whom to call."""
    body = own_body_or_404(request)
    form = ContactForm(posted(request), initial={name: getattr(body, name) for name in OWN_FACTS})

    def act(values: dict[str, Any]) -> None:
        services.body_contact_change(body_id=body.pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("修改地址和联系方式"), label=_("保存"), done=_("已保存。"), back=reverse("body_home"),
        text=_("这些内容向公众显示。名称、备案和评价范围由人社部门登记。"),
    )  # fmt: skip


@never_cache
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who works at the body with an account."""
    body = own_body_or_404(request)
    held = colleagues_of(body.organisation, on=timezone.localdate()).order_by("user__name")
    rows = [("", (one.user.name, one.user.username, span(one.effective))) for one in held]
    context = {"people": table([_("姓名"), _("用户名"), _("有效期")], rows)}
    return render(request, "bodies/colleagues.html", context)


@never_cache
def colleague_open(request: HttpRequest) -> HttpResponse:
    """An account for another member of the staff."""
    body = own_body_or_404(request)
    form = ColleagueForm(posted(request))
    back = reverse("body_colleagues")

    def act(values: dict[str, Any]) -> HttpResponse:
        user, password = services.body_colleague_open(body_id=body.pk, **values, **doing(request))
        return password_page(request, account=user, password=password, back=back)

    text = _("工作人员可以办理本机构的考核计划、成绩和证书。考评员的账户请在“考评员”里开立。")
    return form_page(
        request, form, act, title=_("开立工作人员账户"), label=_("开立账户"), done="", back=back, text=text
    )


@never_cache
def colleague_end(request: HttpRequest) -> HttpResponse:
    """Today is a colleague's last day."""
    body = own_body_or_404(request)
    held = colleagues_of(body.organisation, on=timezone.localdate()).exclude(user=user_of(request))
    form = MemberEndForm(posted(request), held=held)

    def act(values: dict[str, Any]) -> None:
        services.body_colleague_end(
            body_id=body.pk, membership_id=values["membership"].pk, reason=values["reason"], **doing(request)
        )

    return form_page(
        request, form, act,
        title=_("终止工作人员账户"), label=_("终止"), done=_("已终止，今天是最后一天。"),
        back=reverse("body_colleagues"), text=_("今天是最后一天。以前办理的事项都保留。"),
    )  # fmt: skip
