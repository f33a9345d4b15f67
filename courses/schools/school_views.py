"""The school's own desk: its entry in the register, teachers, rooms and colleagues."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.schools import services
from courses.schools.filters import PremisesFilter, TeacherFilter
from courses.schools.forms import (
    ColleagueForm,
    DeskForm,
    EndForm,
    LinkForm,
    MemberEndForm,
    PremisesForm,
    QualificationForm,
    ReasonForm,
    TeacherForm,
    UsernameForm,
    posted,
    premises_initial,
    teacher_initial,
)
from courses.schools.models import Premises, Teacher, TeacherQualification
from courses.schools.pages import (
    facts_rows,
    form_page,
    own_school_or_404,
    password_page,
    school_history,
    scopes_table,
    span_tag,
    table,
    warnings_table,
)
from courses.schools.resources import PremisesResource, TeacherResource
from courses.schools.selectors import (
    accounts_to_link,
    applications_visible_to,
    colleagues_of,
    organisation_of,
    premises_of,
    school_of,
    teachers_of,
)
from courses.schools.states import OPEN_STATES
from courses.schools.tables import PremisesTable, TeacherTable
from courses.schools.texts import span
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.requests import doing, user_of

STAFF = frozenset({Role.SCHOOL_STAFF})


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """本校登记: everything the register says, what ends soon, and what is being applied for."""
    on = timezone.localdate()
    user = user_of(request)
    school = school_of(user, on)
    context: dict[str, Any] = {
        "school": school,
        "organisation": organisation_of(user, on),
        "open_applications": applications_visible_to(user, on).filter(state__in=OPEN_STATES),
    }
    if school is not None:
        context |= {
            "summary": facts_rows(school),
            "warnings": warnings_table(school, on),
            "scopes": scopes_table(school, on),
            "teachers": teachers_of(school, on).count(),
            "rooms": premises_of(school, on).count(),
            "colleagues": colleagues_of(school, on).count(),
            "events": school_history(school, most=20),
        }
    return render(request, "schools/home.html", context)


class Teachers(StaffList):
    name = "school_teachers"
    title = gettext_lazy("教师")
    table_class = TeacherTable
    filterset_class = TeacherFilter
    resource = TeacherResource
    actions = [("school_teacher_add", gettext_lazy("登记教师"), "user", STAFF)]

    def visible(self, user: User, on: date) -> QuerySet:
        rows = Teacher.objects.filter(school=school_of(user, on)).select_related("user")
        return rows.prefetch_related("qualifications")


class Rooms(StaffList):
    name = "school_rooms"
    title = gettext_lazy("教学场所")
    table_class = PremisesTable
    filterset_class = PremisesFilter
    resource = PremisesResource
    actions = [("school_room_add", gettext_lazy("登记场所"), "map-pin", STAFF)]

    def visible(self, user: User, on: date) -> QuerySet:
        return Premises.objects.filter(school=school_of(user, on))


def teacher_or_404(request: HttpRequest, pk: int) -> Teacher:
    """A teacher of the own school; another does not exist."""
    return get_object_or_404(Teacher.objects.select_related("user"), pk=pk, school=own_school_or_404(request))


@never_cache
def teacher_add(request: HttpRequest) -> HttpResponse:
    school = own_school_or_404(request)
    form = TeacherForm(posted(request), initial={"starts_on": timezone.localdate()})

    def act(_values: dict[str, Any]) -> HttpResponse:
        teacher = services.teacher_add(school_id=school.pk, entry=form.entry(), **doing(request))
        return redirect("school_teacher", teacher.pk)

    back = reverse("school_teachers")
    return form_page(request, form, act, title=_("登记教师"), label=_("保存"), done="", back=back)


@never_cache
@require_safe
def teacher_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One teacher: her papers, her account."""
    teacher = teacher_or_404(request, pk)
    on = timezone.localdate()
    papers = teacher.qualifications.select_related("occupation").filter(withdrawn_at__isnull=True)
    rows = [
        (
            reverse("school_qualification_withdraw", args=[one.pk]),
            (str(one), one.occupation or _("不限职业"), span(one.valid), span_tag(one.valid, on)),
        )
        for one in papers
    ]
    context = {
        "teacher": teacher,
        "summary": [
            {"label": _("专职或兼职"), "value": teacher.get_kind_display()},
            {"label": _("职称"), "value": teacher.title},
            {"label": _("担任课程"), "value": teacher.subjects},
            {"label": _("任教期间"), "value": span(teacher.employed)},
            {"label": _("登录账户"), "value": teacher.user.username if teacher.user else _("没有")},
        ],
        "papers": table([_("资格（点开可撤销）"), _("可以教"), _("有效期"), _("状态")], rows),
        "linkable": not teacher.user_id and accounts_to_link(teacher.school).exists(),
    }
    return render(request, "schools/teacher.html", context)


@never_cache
def teacher_change(request: HttpRequest, pk: int) -> HttpResponse:
    teacher = teacher_or_404(request, pk)
    form = TeacherForm(posted(request), teacher=teacher, initial=teacher_initial(teacher))

    def act(_values: dict[str, Any]) -> None:
        services.teacher_change(teacher_id=pk, entry=form.entry(), **doing(request))

    title = _("修改教师信息：%(name)s") % {"name": teacher.name}
    back = reverse("school_teacher", args=[pk])
    return form_page(request, form, act, title=title, label=_("保存"), done=_("已保存。"), back=back)


@never_cache
def teacher_end(request: HttpRequest, pk: int) -> HttpResponse:
    teacher = teacher_or_404(request, pk)
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def act(values: dict[str, Any]) -> None:
        services.teacher_end(teacher_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("教师离任：%(name)s") % {"name": teacher.name}, label=_("登记离任"), done=_("已登记离任。"),
        back=reverse("school_teacher", args=[pk]), text=_("有登录账户的，账户的教师角色同一天终止。"),
    )  # fmt: skip


@never_cache
def qualification_add(request: HttpRequest, pk: int) -> HttpResponse:
    teacher = teacher_or_404(request, pk)
    form = QualificationForm(posted(request))

    def act(_values: dict[str, Any]) -> None:
        services.qualification_add(teacher_id=pk, entry=form.entry(), **doing(request))

    title = _("登记资格：%(name)s") % {"name": teacher.name}
    back = reverse("school_teacher", args=[pk])
    return form_page(request, form, act, title=title, label=_("保存"), done=_("已登记资格。"), back=back)


@never_cache
def qualification_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    paper = get_object_or_404(TeacherQualification, pk=pk, teacher__school=own_school_or_404(request))
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        services.qualification_withdraw(qualification_id=pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("撤销资格：%(paper)s") % {"paper": paper}, label=_("撤销"), done=_("已撤销。"),
        back=reverse("school_teacher", args=[paper.teacher_id]),
        text=_("登记错了，或证书被吊销的，在这里撤销。到期换证的，直接登记新的资格。"),
    )  # fmt: skip


@never_cache
def teacher_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account for a teacher, or give out a new first password."""
    teacher = teacher_or_404(request, pk)
    back = reverse("school_teacher", args=[pk])
    if teacher.user_id:
        form: Any = DeskForm(posted(request))
        title, label = _("重新发放初始密码：%(name)s"), _("发放")
        text = _("发放新的初始密码后，原来的密码立即失效。请当面交给本人，本人第一次登录时必须换成自己的密码。")
    else:
        form = UsernameForm(posted(request))
        title, label = _("开立教师账户：%(name)s"), _("开立账户")
        text = _("教师用这个账户在手机上点名、记考勤。账户只在任教期间有效。")

    def act(values: dict[str, Any]) -> HttpResponse:
        if teacher.user:
            account, password = teacher.user, services.teacher_password_issue(teacher_id=pk, **doing(request))
        else:
            changed, password = services.teacher_account_open(teacher_id=pk, **values, **doing(request))
            assert changed.user is not None
            account = changed.user
        return password_page(request, account=account, password=password, back=back)

    return form_page(
        request, form, act, title=title % {"name": teacher.name}, label=label, done="", back=back, text=text
    )


@never_cache
def teacher_link(request: HttpRequest, pk: int) -> HttpResponse:
    """An account the administrator opened becomes this teacher's."""
    teacher = teacher_or_404(request, pk)
    form = LinkForm(posted(request), accounts=accounts_to_link(teacher.school))

    def act(values: dict[str, Any]) -> None:
        services.teacher_account_link(teacher_id=pk, user_id=values["account"].pk, **doing(request))

    return form_page(
        request, form, act,
        title=_("关联已有账户：%(name)s") % {"name": teacher.name}, label=_("关联"), done=_("已关联账户。"),
        back=reverse("school_teacher", args=[pk]), text=_("请核对是同一个人。关联后，她用这个账户上本校的课。"),
    )  # fmt: skip


@never_cache
def room_add(request: HttpRequest) -> HttpResponse:
    school = own_school_or_404(request)
    form = PremisesForm(posted(request), initial={"district_code": school.district_code})

    def act(_values: dict[str, Any]) -> None:
        services.premises_add(school_id=school.pk, entry=form.entry(), **doing(request))

    back = reverse("school_rooms")
    return form_page(request, form, act, title=_("登记教学场所"), label=_("保存"), done=_("已登记场所。"), back=back)


@never_cache
def room_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a room right, prolong it; the way to end it stands on the same page."""
    room = get_object_or_404(Premises, pk=pk, school=own_school_or_404(request))
    form = PremisesForm(posted(request), initial=premises_initial(room))

    def act(_values: dict[str, Any]) -> None:
        services.premises_change(premises_id=pk, entry=form.entry(), **doing(request))

    return form_page(
        request, form, act,
        title=room.name, label=_("保存"), done=_("已保存。"), back=reverse("school_rooms"),
        other=(_("停用这处场所"), reverse("school_room_end", args=[pk])),
    )  # fmt: skip


@never_cache
def room_end(request: HttpRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(Premises, pk=pk, school=own_school_or_404(request))
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def act(values: dict[str, Any]) -> None:
        services.premises_end(premises_id=pk, **values, **doing(request))

    title = _("停用场所：%(name)s") % {"name": room.name}
    back = reverse("school_rooms")
    return form_page(request, form, act, title=title, label=_("停用"), done=_("已登记停用。"), back=back)


@never_cache
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who works at the school with an account."""
    school = own_school_or_404(request)
    held = colleagues_of(school, timezone.localdate()).order_by("user__name")
    rows = [("", (one.user.name, one.user.username, span(one.effective))) for one in held]
    context = {"people": table([_("姓名"), _("用户名"), _("有效期")], rows)}
    return render(request, "schools/colleagues.html", context)


@never_cache
def colleague_open(request: HttpRequest) -> HttpResponse:
    school = own_school_or_404(request)
    form = ColleagueForm(posted(request))
    back = reverse("school_colleagues")

    def act(values: dict[str, Any]) -> HttpResponse:
        user, password = services.colleague_open(school_id=school.pk, **values, **doing(request))
        return password_page(request, account=user, password=password, back=back)

    text = _("学校工作人员可以办理本校的登记、课程和班次。教师的账户请在“教师”里开立。")
    return form_page(
        request, form, act, title=_("开立工作人员账户"), label=_("开立账户"), done="", back=back, text=text
    )


@never_cache
def colleague_end(request: HttpRequest) -> HttpResponse:
    school = own_school_or_404(request)
    held = colleagues_of(school, timezone.localdate()).exclude(user=user_of(request))
    form = MemberEndForm(posted(request), held=held)

    def act(values: dict[str, Any]) -> None:
        services.colleague_end(
            school_id=school.pk, membership_id=values["membership"].pk, reason=values["reason"], **doing(request)
        )

    return form_page(
        request, form, act,
        title=_("终止工作人员账户"), label=_("终止"), done=_("已终止，今天是最后一天。"),
        back=reverse("school_colleagues"), text=_("今天是最后一天。以前办理的事项都保留。"),
    )  # fmt: skip
