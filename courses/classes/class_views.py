"""The school's desk of class runs: the list, one run as a list of tasks, and its steps."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.classes.class_forms import AssessmentForm, DetailsForm, NewClassForm, ServiceForm, StepForm
from courses.classes.class_pages import (
    TONES,
    deadline_of,
    grouped,
    plan_sums,
    remarks_of,
    run_or_404,
    since_filing,
    stage_checks,
    tasks_of,
    timeline_of,
)
from courses.classes.class_tables import ClassRunFilter, ClassRunResource, ClassRunTable
from courses.classes.filing_facts import units_of
from courses.classes.models import ClassRun
from courses.classes.selectors import class_runs_visible_to, roster_of, sessions_of, versions_to_run
from courses.classes.services.class_runs import assessment_plan_save, class_run_create, class_run_update
from courses.classes.services.filing import class_run_move
from courses.classes.states import EDITABLE, MOVES, ClassState, SessionState
from courses.schools.models import School
from courses.schools.selectors import school_of
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted

SCHOOL = frozenset({Role.SCHOOL_STAFF})


class ClassRuns(StaffList):
    name = "class_runs"
    title = gettext_lazy("班次")
    table_class = ClassRunTable
    filterset_class = ClassRunFilter
    resource = ClassRunResource
    actions = [("class_run_new", gettext_lazy("新建班次"), "plus", SCHOOL)]

    def visible(self, user: User, on: date) -> QuerySet:
        school = school_of(user, on)
        runs = class_runs_visible_to(user, on=on)
        return runs.filter(school=school) if school else runs.none()


def own_run_or_404(request: HttpRequest, pk: int) -> ClassRun:
    """A class run of her own school: the school's pages are nobody else's."""
    run = run_or_404(request, pk)
    school = school_of(user_of(request), timezone.localdate())
    if school is None or run.school_id != school.pk:
        raise Http404
    return run


def own_school_or_404(request: HttpRequest) -> School:
    school = school_of(user_of(request), timezone.localdate())
    if school is None:
        raise Http404
    return school


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A class run from a published course."""
    school, on = own_school_or_404(request), timezone.localdate()
    form = NewClassForm(posted(request), school=school, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            run = class_run_create(
                course_version_id=form.cleaned_data["course_version"].pk,
                details=form.details,
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已建立班次，编号 %(number)s。请接着排课、导入名册。") % {"number": run.number})
            return redirect("class_run", run.pk)
    context = {"form": form, "has_courses": versions_to_run(school).exists()}
    return render(request, "classes/new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One class run: where it stands, what is to be done, what may be done, what happened."""
    run, on = own_run_or_404(request, pk), timezone.localdate()
    needs_checks = run.state in EDITABLE | {ClassState.FILED}
    checks = stage_checks(run, on=on) if needs_checks else []
    context = {
        "run": run,
        "tone": TONES[ClassState(run.state)],
        "tasks": tasks_of(run, checks) if needs_checks else [],
        "deadline": deadline_of(run, on=on),
        "events": timeline_of(run),
        "steps": [action for action, move in MOVES.items() if run.state in move.sources and SCHOOL & move.roles],
        "since_filing": since_filing(run) if run.state == ClassState.FILED else [],
        "is_editable": run.state in EDITABLE,
        "sums": plan_sums(run),
        "remarks": remarks_of(run),
    }
    return render(request, "classes/detail.html", context)


@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    run, on = own_run_or_404(request, pk), timezone.localdate()
    form = DetailsForm(
        posted(request),
        initial=DetailsForm.answers_of(run),
        school=run.school,
        on=on,
        remarks=remarks_of(run),
    )

    def save() -> None:
        class_run_update(class_run_id=run.pk, details=form.details, actor=user_of(request), at=timezone.now())

    return answer_form(request, run, form, save, heading=_("基本信息"), done=_("已保存基本信息。"))


@never_cache
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    run = own_run_or_404(request, pk)
    names = ("assessment_on", "assessment_place", "assessment_plan")
    form = AssessmentForm(
        posted(request), initial={name: getattr(run, name) for name in names}, remarks=remarks_of(run)
    )

    def save() -> None:
        assessment_plan_save(
            class_run_id=run.pk,
            assessment_on=form.cleaned_data["assessment_on"],
            place=form.cleaned_data["assessment_place"],
            plan=form.cleaned_data["assessment_plan"],
            actor=user_of(request),
            at=timezone.now(),
        )

    return answer_form(request, run, form, save, heading=_("考核安排"), done=_("已保存考核安排。"))


def answer_form(
    request: HttpRequest,
    run: ClassRun,
    form: ServiceForm,
    save: Callable[[], Any],
    *,
    heading: str,
    done: str,
    back: str = "class_run",
    text: str = "",
    submit: str = "",
) -> HttpResponse:
    """A form about a class run: saved by a service, its refusal shown on the form with what was entered."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(back, run.pk)
    context = {"run": run, "form": form, "heading": heading, "back": back, "text": text, "submit": submit or _("保存")}
    return render(request, "classes/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Every check of the next step, and the button that takes it when nothing forbids it."""
    run, on = own_run_or_404(request, pk), timezone.localdate()
    groups = grouped(stage_checks(run, on=on))
    action = "open" if run.state == ClassState.FILED else "submit"
    context = {
        "run": run,
        "groups": groups,
        "action": action,
        "may_step": run.state in MOVES[action].sources and not groups["blocking"],
        "since_filing": since_filing(run),
    }
    return render(request, "classes/checks.html", context)


@never_cache
@require_POST
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Submit the filing, or open the class."""
    run = own_run_or_404(request, pk)
    done = {"submit": _("已提交备案。审核结果会显示在本页。"), "open": _("已开班，可以上课和考勤了。")}
    if action not in done:
        raise Http404
    try:
        class_run_move(class_run_id=run.pk, action=action, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("class_run_checks", run.pk)
    messages.success(request, done[action])
    return redirect("class_run", run.pk)


@never_cache
def step_reason(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Recall the filing or cancel the class run, with the reason."""
    run = own_run_or_404(request, pk)
    words = {
        "recall": (_("撤回备案"), _("撤回后可以修改，重新提交后重新计时。"), _("已撤回，可以修改了。")),
        "cancel": (
            _("取消班次"),
            _("取消后不能恢复。教师和场地的时间会释放，已报名的学员会收到短信。"),
            _("已取消班次。"),
        ),
    }
    if action not in words:
        raise Http404
    heading, text, done = words[action]
    form = StepForm(posted(request))

    def save() -> None:
        class_run_move(
            class_run_id=run.pk,
            action=action,
            actor=user_of(request),
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )

    return answer_form(request, run, form, save, heading=heading, text=text, done=done, submit=heading)


@never_cache
@require_safe
def filing_form(request: HttpRequest, pk: int) -> HttpResponse:
    """开班备案表, to print and to seal. Persons are masked."""
    run = run_or_404(request, pk)
    package = run.course_version.package_version.package
    units = units_of(run)
    filed = run.events.filter(action="file").select_related("actor").order_by("-at", "-pk").first()
    sessions = sessions_of(run).exclude(state=SessionState.CANCELLED)
    context = {
        "run": run,
        "package": package,
        "sums": plan_sums(run),
        "online_hours": sum(min(unit.lessons, unit.theory) for unit in units if unit.is_online_allowed),
        "sessions": sessions,
        "places": sorted({session.premises.name for session in sessions if session.premises}),
        "teachers": sorted({session.teacher for session in sessions if session.teacher}, key=lambda one: one.pk),
        "roster": roster_of(run),
        "filed": filed,
        "today": timezone.localdate(),
    }
    return render(request, "classes/filing_form.html", context)
