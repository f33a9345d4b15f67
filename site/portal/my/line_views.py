"""Her groups, jobs and schooling: a list, a page to add, a page to change, a page to take out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.accounts.models import User
from portal.my.pages import her_file, needs_file, signed_in_user
from workers import services
from workers.errors import WorkerError
from workers.forms import AskForm, EducationForm, EmploymentForm, EndForm, GroupForm, RepairingForm, posted
from workers.models import Education, Employment, Worker, WorkerGroup
from workers.pages import private_file
from workers.selectors import Dossier, dossier_of, last_day

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Line = WorkerGroup | Employment | Education


@dataclass(frozen=True)
class Kind:
    """The words and addresses of one kind of line."""

    title: "StrPromise"
    text: "StrPromise"
    add: "StrPromise"
    empty: "StrPromise"
    list_name: str
    add_name: str
    change_name: str
    remove_name: str
    paper_name: str
    ask_name: str
    form: Callable[..., RepairingForm]


KINDS = {
    "group": Kind(
        gettext_lazy("人员类别"),
        gettext_lazy("有些补贴只给某几类人。如实填写，窗口核实以后就能用上。"),
        gettext_lazy("添加人员类别"),
        gettext_lazy("还没有填写人员类别"),
        "my_groups",
        "my_group_add",
        "my_group_end",
        "my_group_remove",
        "my_group_paper",
        "my_group_ask",
        GroupForm,
    ),
    "employment": Kind(
        gettext_lazy("工作经历"),
        gettext_lazy("做过哪些工作，从什么时候到什么时候。升级考核时会用到。"),
        gettext_lazy("添加工作"),
        gettext_lazy("还没有填写工作经历"),
        "my_jobs",
        "my_job_add",
        "my_job_change",
        "my_job_remove",
        "my_job_paper",
        "my_job_ask",
        EmploymentForm,
    ),
    "education": Kind(
        gettext_lazy("学历"),
        gettext_lazy("填最高的一段就可以。"),
        gettext_lazy("添加学历"),
        gettext_lazy("还没有填写学历"),
        "my_schooling",
        "my_schooling_add",
        "my_schooling_change",
        "my_schooling_remove",
        "my_schooling_paper",
        "my_schooling_ask",
        EducationForm,
    ),
}


@never_cache
@require_GET
@needs_file
def lines(request: HttpRequest, kind: str) -> HttpResponse:
    """What she has told so far, each line with who vouches for it."""
    dossier = dossier_of(her_file(request), signed_in_user(request))
    found = _lines_of(dossier, kind)
    page = KINDS[kind]
    rows = [
        {
            "line": line,
            "title": _title(line),
            "text": _text(line),
            "starts_on": line.effective.lower,
            "ends_on": last_day(line),
            "paper_url": reverse(page.paper_name, args=[line.pk]) if line.evidence else "",
            "ask_url": "" if line.is_guaranteed or line.is_waiting else reverse(page.ask_name, args=[line.pk]),
            "change_url": "" if line.is_guaranteed else reverse(page.change_name, args=[line.pk]),
            "remove_url": "" if line.is_guaranteed else reverse(page.remove_name, args=[line.pk]),
            "overlaps": line.pk in dossier.overlapping_jobs and kind == "employment",
        }
        for line in found
    ]
    return render(
        request,
        "my/lines.html",
        {"page": page, "rows": rows, "add_url": reverse(page.add_name), "is_group": kind == "group"},
    )


@never_cache
@needs_file
def line_add(request: HttpRequest, kind: str) -> HttpResponse:
    """One more line."""
    worker, form = her_file(request), _form(request, kind)

    def save(actor: User) -> None:
        _add(kind, worker, form, actor)

    return _form_answer(request, kind=kind, form=form, heading=KINDS[kind].add, save=save, done=_("已添加。"))


@never_cache
@needs_file
def line_change(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put a line she declared right."""
    line = _own_line(request, kind, pk)
    form = _form(request, kind, line)

    @transaction.atomic
    def save(actor: User) -> None:
        at = timezone.now()
        if isinstance(form, EmploymentForm):
            services.employment_change(employment_id=pk, entry=form.entry, actor=actor, at=at)
        elif isinstance(form, EducationForm):
            services.education_change(education_id=pk, entry=form.entry, actor=actor, at=at)
        if form.cleaned_data.get("evidence"):
            evidence = form.cleaned_data["evidence"]
            services.line_evidence_add(kind=kind, line_id=pk, evidence=evidence, actor=actor, at=at)

    return _form_answer(request, kind=kind, form=form, heading=_("修改"), save=save, done=_("已修改。"))


@never_cache
@needs_file
def line_end(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The last day of a line."""
    line = _own_line(request, kind, pk)
    form = EndForm(posted(request), initial={"ends_on": last_day(line)})

    def save(actor: User) -> None:
        services.line_end(kind=kind, line_id=pk, ends_on=form.cleaned_data["ends_on"], actor=actor, at=timezone.now())

    return _form_answer(request, kind=kind, form=form, heading=_("不再属于这一类"), save=save, done=_("已修改。"))


@never_cache
@needs_file
def line_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask once, then take the line out; it stays in the history."""
    line = _own_line(request, kind, pk)
    page = KINDS[kind]
    if request.method == "POST":
        try:
            services.line_withdraw(
                kind=kind,
                line_id=pk,
                reason=_("本人删除"),
                actor=signed_in_user(request),
                at=timezone.now(),
            )
        except WorkerError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("已删除。"))
        return redirect(page.list_name)
    return render(
        request, "my/line_remove.html", {"page": page, "title": _title(line), "list_url": reverse(page.list_name)}
    )


@never_cache
@needs_file
def line_ask(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Add a paper, or take the one that is there, and ask an officer to confirm the line."""
    line, page = _own_line(request, kind, pk), KINDS[kind]
    form = AskForm(posted(request), request.FILES or None, has_paper=bool(line.evidence))
    if request.method == "POST" and form.is_valid():
        actor, at = signed_in_user(request), timezone.now()
        try:
            with transaction.atomic():
                if form.cleaned_data["evidence"]:
                    evidence = form.cleaned_data["evidence"]
                    services.line_evidence_add(kind=kind, line_id=pk, evidence=evidence, actor=actor, at=at)
                services.line_ask(kind=kind, line_id=pk, actor=actor, at=at)
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已交给工作人员核实。结果会显示在这里，请过几天再来看。"))
            return redirect(page.list_name)
    context = {
        "form": form,
        "page": page,
        "line": line,
        "title": _title(line),
        "back_url": reverse(page.list_name),
        "paper_url": reverse(page.paper_name, args=[pk]) if line.evidence else "",
    }
    return render(request, "my/line_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@needs_file
def paper(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """The proof she handed in."""
    line = _own_line(request, kind, pk)
    return private_file(line.evidence.storage, line.evidence.name)


def _lines_of(dossier: Dossier, kind: str) -> Sequence[Line]:
    if kind == "group":
        return dossier.groups
    return dossier.employments if kind == "employment" else dossier.educations


def _own_line(request: HttpRequest, kind: str, pk: int) -> Line:
    """A line she may see; anybody else's does not exist for her."""
    for line in _lines_of(dossier_of(her_file(request), signed_in_user(request)), kind):
        if line.pk == pk:
            return line
    raise Http404


def _form(request: HttpRequest, kind: str, line: Line | None = None) -> RepairingForm:
    initial: dict[str, Any] = {}
    if line is not None:
        # The paper that is there is no answer: it stays where it is unless another is sent.
        names = (set(EmploymentForm.base_fields) | set(EducationForm.base_fields)) - {"evidence"}
        initial = {name: getattr(line, name) for name in names if hasattr(line, name)}
        initial |= {"starts_on": line.effective.lower, "ends_on": last_day(line)}
    more = {"on": timezone.localdate()} if kind == "group" else {}
    return KINDS[kind].form(posted(request), request.FILES or None, initial=initial, **more)


def _add(kind: str, worker: Worker, form: RepairingForm, actor: User) -> None:
    at = timezone.now()
    if isinstance(form, EmploymentForm):
        evidence = form.cleaned_data["evidence"]
        services.employment_add(worker_id=worker.pk, entry=form.entry, evidence=evidence, actor=actor, at=at)
    elif isinstance(form, EducationForm):
        evidence = form.cleaned_data["evidence"]
        services.education_add(worker_id=worker.pk, entry=form.entry, evidence=evidence, actor=actor, at=at)
    else:
        services.group_add(worker_id=worker.pk, actor=actor, at=at, **form.cleaned_data)


def _form_answer(
    request: HttpRequest,
    *,
    kind: str,
    form: RepairingForm,
    heading: object,
    save: Callable[[User], None],
    done: str,
) -> HttpResponse:
    page = KINDS[kind]
    if request.method == "POST" and form.is_valid():
        try:
            save(signed_in_user(request))
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            words = "、".join(repair.words for repair in form.repairs)
            messages.success(request, f"{done}{words}" if words else done)
            return redirect(page.list_name)
    return render(
        request,
        "my/form.html",
        {"form": form, "heading": heading, "text": "", "back_url": reverse(page.list_name), "back_label": page.title},
        status=422 if form.errors else 200,
    )


def _title(line: Line) -> str:
    if isinstance(line, WorkerGroup):
        return line.group.name
    if isinstance(line, Employment):
        return f"{line.post} · {line.employer_name}"
    return f"{line.get_level_display()} · {line.school}"


def _text(line: Line) -> str:
    if isinstance(line, Employment):
        return str(line.get_contract_kind_display())
    return line.major if isinstance(line, Education) else ""
