"""The school's applications: a list, a draft written over several visits, papers, submission."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.schools import services
from courses.schools.filters import ApplicationFilter
from courses.schools.forms import KindForm, PaperForm, ScopeLineForm, SectionForm, posted
from courses.schools.models import SchoolApplication
from courses.schools.pages import (
    APPLICATION_TONES,
    answers_rows,
    application_history,
    application_or_404,
    form_page,
    marks_of,
)
from courses.schools.resources import ApplicationResource
from courses.schools.rules import FIELDS, SECTION_TITLES, SECTIONS, Problem, field_label, section_of
from courses.schools.selectors import application_problems, applications_visible_to, organisation_of, school_of
from courses.schools.states import WRITABLE_STATES, ApplicationKind, ApplicationState, SchoolState
from courses.schools.tables import OwnApplicationTable
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing, number_in, user_of

STAFF = frozenset({Role.SCHOOL_STAFF})


class OwnApplications(StaffList):
    name = "school_applications"
    title = gettext_lazy("本校申请")
    table_class = OwnApplicationTable
    filterset_class = ApplicationFilter
    resource = ApplicationResource
    actions = [("school_application_start", gettext_lazy("新的申请"), "plus", STAFF)]

    def visible(self, user: User, on: date) -> QuerySet:
        return applications_visible_to(user, on)


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Choose what to apply for; an open draft of the kind is taken up again."""
    on = timezone.localdate()
    organisation = organisation_of(user_of(request), on)
    if organisation is None:
        raise Http404
    school = school_of(user_of(request), on)
    is_registered = school is not None and school.state != SchoolState.CLOSED
    form = KindForm(posted(request), is_registered=is_registered)

    def act(values: dict[str, Any]) -> HttpResponse:
        application = services.application_start(
            organisation_id=organisation.pk, kind=ApplicationKind(values["kind"]), **doing(request)
        )
        return redirect("school_application", application.pk)

    return form_page(
        request, form, act,
        title=_("新的申请"), label=_("开始填写"), done="", back=reverse("school_applications"),
        text=_("随时可以离开，填过的内容都会保存，下次接着填。"),
    )  # fmt: skip


@never_cache
@require_safe
def application_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an application stands: its sections while it is written, all it says afterwards."""
    application = application_or_404(request, pk)
    is_writable = application.state in WRITABLE_STATES
    problems = application_problems(application) if is_writable else []
    marks = marks_of(application) if application.state == ApplicationState.RETURNED else {}
    context = {
        "application": application,
        "tone": APPLICATION_TONES[ApplicationState(application.state)],
        "is_writable": is_writable,
        "may_withdraw": is_writable or application.state == ApplicationState.SUBMITTED,
        "tasks": [_task(application, section, problems, marks) for section in SECTIONS[application.kind]],
        "problems": problems,
        "sections": answers_rows(application),
        "events": application_history(application),
    }
    return render(request, "schools/application.html", context)


def _task(
    application: SchoolApplication, section: str, problems: list[Problem], marks: dict[str, str]
) -> dict[str, Any]:
    """One section as a line of the task list."""
    missing = sum(problem.section == section for problem in problems)
    marked = [text for field, text in marks.items() if section_of(application.kind, field) == section]
    if marked:
        status, tone = _("有 %(count)s 条修改意见") % {"count": len(marked)}, "warning"
    elif missing:
        status, tone = _("还差 %(count)s 处") % {"count": missing}, "waiting"
    else:
        status, tone = _("已填好"), "success"
    url = reverse("school_application_section", args=[application.pk, section])
    return {"label": SECTION_TITLES[section], "url": url, "hint": "；".join(marked), "status": status, "tone": tone}


@never_cache
def section_page(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section of a draft. Whatever is sent is kept first; then it is said what is wrong with it."""
    application = application_or_404(request, pk)
    if section not in SECTIONS[application.kind]:
        raise Http404
    if application.state not in WRITABLE_STATES:
        return redirect("school_application", pk)
    line, paper = ScopeLineForm(), PaperForm()
    if request.method == "POST":
        answers = {field: request.POST[field] for field in FIELDS[section] if field in request.POST}
        services.application_answers_save(application_id=pk, answers=answers, **doing(request))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        line, paper, answer = _acted(request, pk, section)
        if answer is not None:
            return answer
        application.refresh_from_db()
    form = SectionForm(section=section, answers=application.answers, problems=application_problems(application))
    context = {
        "application": application,
        "section": section,
        "title": SECTION_TITLES[section],
        "form": form,
        "line": line,
        "paper": paper,
        "scopes": application.scopes.select_related("occupation", "work_type"),
        "papers": application.papers.filter(removed_at__isnull=True),
        "marks": [
            (field_label(field), text)
            for field, text in marks_of(application).items()
            if section_of(application.kind, field) == section
        ],
    }
    return render(request, "schools/section.html", context, status=422 if line.errors or paper.errors else 200)


def _acted(request: HttpRequest, pk: int, section: str) -> tuple[ScopeLineForm, PaperForm, HttpResponse | None]:
    """What the pressed button asks for beside keeping the answers; no answer when something is to be put right."""
    action, _dash, said = request.POST.get("action", "save").partition("-")
    row = number_in(said)
    here = redirect("school_application_section", pk, section)
    line, paper = ScopeLineForm(), PaperForm()
    if action == "add":
        line = ScopeLineForm(request.POST)
        is_done = line.is_valid() and _tried(
            line, lambda: services.application_scope_add(application_id=pk, line=line.line(), **doing(request))
        )
        return line, paper, here if is_done else None
    if action == "upload":
        paper = PaperForm(request.POST, request.FILES)
        is_done = paper.is_valid() and _tried(
            paper,
            lambda: services.application_paper_add(
                application_id=pk,
                kind=paper.cleaned_data["kind"],
                upload=paper.cleaned_data["file"],
                **doing(request),
            ),
        )
        return line, paper, here if is_done else None
    if action == "drop" and row is not None:
        services.application_scope_remove(application_id=pk, scope_id=row, **doing(request))
        return line, paper, here
    if action == "discard" and row is not None:
        services.application_paper_remove(application_id=pk, paper_id=row, **doing(request))
        return line, paper, here
    messages.success(request, _("已保存。"))
    return line, paper, redirect("school_application", pk)


def _tried(form: ScopeLineForm | PaperForm, act: Any) -> bool:
    try:
        act()
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@never_cache
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the application in."""
    return _moved(request, pk, services.application_submit, _("已提交。审核结果会显示在这里。"))


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the application back."""
    return _moved(request, pk, services.application_withdraw, _("已撤回。"))


def _moved(request: HttpRequest, pk: int, service: Any, done: str) -> HttpResponse:
    application_or_404(request, pk)
    try:
        service(application_id=pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("school_application", pk)
