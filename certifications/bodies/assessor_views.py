"""Assessors: a body, or a school for its own test, keeps them; the bureau reads them all."""

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
from certifications.bodies.filters import AssessorFilter, OwnAssessorFilter
from certifications.bodies.forms import AccountLinkForm, AssessorForm, QualificationForm, assessor_initial
from certifications.bodies.models import Assessor, AssessorQualification
from certifications.bodies.pages import history
from certifications.bodies.resources import AssessorResource
from certifications.bodies.selectors import accounts_to_link, assessors_visible_to, keeper_organisation
from certifications.bodies.states import ASSESSOR_KEEPERS, REGISTER_READERS
from certifications.bodies.tables import AssessorTable, OwnAssessorTable
from courses.schools.forms import DeskForm, EndForm, ReasonForm, UsernameForm, posted
from courses.schools.pages import form_page, password_page, span_tag, table
from courses.schools.texts import span
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind
from foundation.crypto.masking import mask_account
from foundation.desk import StaffList
from foundation.requests import doing, user_of


class Assessors(StaffList):
    name = "assessor_list"
    title = gettext_lazy("考评员")
    table_class = AssessorTable
    filterset_class = AssessorFilter
    resource = AssessorResource
    actions = [
        ("assessor_add", gettext_lazy("登记考评员"), "user", ASSESSOR_KEEPERS),
        ("assessor_import", gettext_lazy("导入名单"), "upload", ASSESSOR_KEEPERS),
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return assessors_visible_to(user, on=on)

    def _is_all(self) -> bool:
        return bool(self.request.roles & REGISTER_READERS)

    def get_table_class(self) -> Any:
        return AssessorTable if self._is_all() else OwnAssessorTable

    def get_filterset_class(self) -> Any:
        return AssessorFilter if self._is_all() else OwnAssessorFilter


def own_organisation_or_404(request: HttpRequest) -> Organisation:
    """The registered body or school whose assessors she keeps."""
    organisation = keeper_organisation(user_of(request), on=timezone.localdate())
    if organisation is None:
        raise Http404
    return organisation


def own_or_404(request: HttpRequest, pk: int) -> Assessor:
    """An assessor of the own body or school; another does not exist."""
    return get_object_or_404(
        Assessor.objects.select_related("organisation", "user"), pk=pk, organisation=own_organisation_or_404(request)
    )


@never_cache
@require_safe
def bring(request: HttpRequest) -> HttpResponse:
    """A list in a spreadsheet is brought on the page of imports."""
    return redirect("staff_import_upload", "assessors")


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """One more assessor."""
    organisation = own_organisation_or_404(request)
    form = AssessorForm(posted(request), initial={"starts_on": timezone.localdate()})

    def act(_values: dict[str, Any]) -> HttpResponse:
        made = services.assessor_add(organisation_id=organisation.pk, entry=form.entry(), **doing(request))
        return redirect("assessor_detail", made.pk)

    text = ""
    if organisation.kind == OrganisationKind.SCHOOL:
        text = _("这里登记本校结业考核的考评员。教过这个班的老师不能考核这个班的学员。")
    return form_page(
        request, form, act,
        title=_("登记考评员"), label=_("保存"), done="", back=reverse("assessor_list"), text=text,
    )  # fmt: skip


@never_cache
@require_safe
def assessor_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessor: what she may assess, her account, what happened."""
    on = timezone.localdate()
    user = user_of(request)
    assessor = get_object_or_404(assessors_visible_to(user, on=on), pk=pk)
    own = keeper_organisation(user, on=on)
    is_own = own is not None and own.pk == assessor.organisation_id
    papers = [one for one in assessor.qualifications.all() if one.withdrawn_at is None]
    rows = [
        (
            reverse("assessor_qualification_withdraw", args=[one.pk]) if is_own else "",
            (
                one.occupation.name if one.occupation else _("不限职业"),
                one.get_highest_level_display() if one.highest_level else _("不限等级"),
                span(one.valid),
                span_tag(one.valid, on),
            ),
        )
        for one in papers
    ]
    context = {
        "assessor": assessor,
        "is_own": is_own,
        "summary": [
            {"label": _("所属单位"), "value": assessor.organisation.name},
            {"label": _("职称或技能等级"), "value": assessor.title},
            {"label": _("考评员证编号"), "value": mask_account(assessor.card_number)},
            {"label": _("聘任期间"), "value": span(assessor.engaged)},
            {"label": _("登录账户"), "value": assessor.user.username if assessor.user else _("没有")},
        ],
        "papers": table(
            [_("职业（点开可撤销）") if is_own else _("职业"), _("最高可考等级"), _("有效期"), _("状态")], rows
        ),
        "linkable": is_own and not assessor.user_id and accounts_to_link(assessor.organisation).exists(),
        "events": history(assessor.organisation, subject=assessor),
    }
    return render(request, "bodies/assessor.html", context)


@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an assessor's line right."""
    assessor = own_or_404(request, pk)
    form = AssessorForm(posted(request), assessor=assessor, initial=assessor_initial(assessor))

    def act(_values: dict[str, Any]) -> None:
        services.assessor_change(assessor_id=pk, entry=form.entry(), **doing(request))

    title = _("修改考评员信息：%(name)s") % {"name": assessor.name}
    back = reverse("assessor_detail", args=[pk])
    return form_page(request, form, act, title=title, label=_("保存"), done=_("已保存。"), back=back)


@never_cache
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day on which she assesses here."""
    assessor = own_or_404(request, pk)
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def act(values: dict[str, Any]) -> None:
        services.assessor_end(assessor_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("考评员解聘：%(name)s") % {"name": assessor.name}, label=_("登记解聘"), done=_("已登记解聘。"),
        back=reverse("assessor_detail", args=[pk]), text=_("有登录账户的，账户的考评员角色同一天终止。"),
    )  # fmt: skip


@never_cache
def qualification_add(request: HttpRequest, pk: int) -> HttpResponse:
    """What an assessor may assess, and until when."""
    assessor = own_or_404(request, pk)
    form = QualificationForm(posted(request))

    def act(_values: dict[str, Any]) -> None:
        services.assessor_qualification_add(assessor_id=pk, entry=form.entry(), **doing(request))

    title = _("登记考评资格：%(name)s") % {"name": assessor.name}
    back = reverse("assessor_detail", args=[pk])
    return form_page(request, form, act, title=title, label=_("保存"), done=_("已登记资格。"), back=back)


@never_cache
def qualification_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A qualification that was entered by mistake, or revoked."""
    paper = get_object_or_404(
        AssessorQualification.objects.select_related("assessor", "occupation"),
        pk=pk,
        assessor__organisation=own_organisation_or_404(request),
    )
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        services.assessor_qualification_withdraw(qualification_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("撤销考评资格：%(name)s %(paper)s") % {"name": paper.assessor, "paper": paper},
        label=_("撤销"), done=_("已撤销。"), back=reverse("assessor_detail", args=[paper.assessor_id]),
        text=_("登记错了，或资格被取消的，在这里撤销。到期换证的，直接登记新的资格。"),
    )  # fmt: skip


@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account for an assessor, or give out a new first password."""
    assessor = own_or_404(request, pk)
    back = reverse("assessor_detail", args=[pk])
    if assessor.user_id:
        form: Any = DeskForm(posted(request))
        title, label = _("重新发放初始密码：%(name)s"), _("发放")
        text = _("发放新的初始密码后，原来的密码立即失效。请当面交给本人，本人第一次登录时必须换成自己的密码。")
    else:
        form = UsernameForm(posted(request))
        title, label = _("开立考评员账户：%(name)s"), _("开立账户")
        text = _("考评员用这个账户在手机上评分。账户只在聘任期间有效。")

    def act(values: dict[str, Any]) -> HttpResponse:
        if assessor.user:
            user, password = assessor.user, services.assessor_password_issue(assessor_id=pk, **doing(request))
        else:
            changed, password = services.assessor_account_open(assessor_id=pk, **values, **doing(request))
            assert changed.user is not None
            user = changed.user
        return password_page(request, account=user, password=password, back=back)

    return form_page(
        request, form, act, title=title % {"name": assessor.name}, label=label, done="", back=back, text=text
    )


@never_cache
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """An account the administrator opened becomes this assessor's."""
    assessor = own_or_404(request, pk)
    form = AccountLinkForm(posted(request), accounts=accounts_to_link(assessor.organisation))

    def act(values: dict[str, Any]) -> None:
        services.assessor_account_link(assessor_id=pk, user_id=values["account"].pk, **doing(request))

    return form_page(
        request, form, act,
        title=_("关联已有账户：%(name)s") % {"name": assessor.name}, label=_("关联"), done=_("已关联账户。"),
        back=reverse("assessor_detail", args=[pk]), text=_("请核对是同一个人。关联后，她用这个账户评分。"),
    )  # fmt: skip
