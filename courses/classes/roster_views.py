"""The school's desk of who is in a class run: the roster, one person, and the file that brings many."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from courses.classes.class_views import own_run_or_404
from courses.classes.enrolment_forms import LeaveForm, MoveForm, PaperForm, PersonForm, RosterFileForm
from courses.classes.enrolment_selectors import disowned, roster_counts, roster_of, transfer_targets
from courses.classes.enrolment_tables import (
    TONES,
    DisownedFilter,
    DisownedTable,
    RosterFilter,
    RosterTable,
    event_words,
)
from courses.classes.models import ClassRun, Enrolment
from courses.classes.services import enrolments
from courses.classes.services.enrolment_roster import RosterRow, roster_enrol
from courses.classes.states import ENDED_STATES, LIVE, ROSTER_STATES, EnrolmentState
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.imports.cells import LIMITS
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_upload
from foundation.requests import user_of
from workers.forms import ReasonForm, posted

ROWS_A_PAGE = 50
KIND = "roster"


@never_cache
@require_safe
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody in the class run, masked, with the counts a school looks at before it files."""
    run = own_run_or_404(request, pk)
    narrowed = RosterFilter(request.GET, queryset=roster_of(run))
    table = RosterTable(narrowed.qs)
    RequestConfig(request, paginate={"per_page": ROWS_A_PAGE}).configure(table)
    batches = ImportBatch.objects.filter(kind=KIND, target=run.number, organisation=run.school.organisation)
    counts = roster_counts(run)
    context = {
        "run": run,
        "table": table,
        "filter": narrowed,
        "counts": [
            (_("占用名额"), f"{run.seats_taken}/{run.seats}"),
            (_("在读"), counts.of(EnrolmentState.CONFIRMED)),
            (_("待本人确认"), counts.of(EnrolmentState.INVITED)),
            (_("候补"), counts.of(EnrolmentState.WAITING)),
            (_("本人表示没有报名"), counts.not_hers),
        ],
        "ways": counts.confirmed_through,
        "batches": batches.order_by("-uploaded_at")[:5],
        "may_add": run.state in ROSTER_STATES,
    }
    return render(request, "classes/roster.html", context)


@never_cache
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a roster for this class run; the pages of imports take it from there."""
    run, now = own_run_or_404(request, pk), timezone.now()
    form = RosterFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LIMITS.file_bytes:
            form.add_error("file", _("文件超过 20 MB。请分成几个文件上传。"))
        else:
            try:
                batch, is_new = batch_upload(
                    kind_code=KIND,
                    data=file.read(),
                    file_name=file.name,
                    actor=user_of(request),
                    at=now,
                    on=timezone.localdate(now),
                    organisation=run.school.organisation,
                    target=run.number,
                )
            except DomainError as refusal:
                form.add_error("file", refusal.message)
            else:
                if not is_new:
                    messages.info(request, _("这个文件以前上传过，下面是那一批的情况。"))
                return redirect("staff_import", batch.pk)
    context = {"run": run, "form": form, "kind": KIND}
    return render(request, "classes/roster_upload.html", context, status=422 if form.errors else 200)


@never_cache
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One person more, without a file."""
    run, now = own_run_or_404(request, pk), timezone.now()
    form = PersonForm(posted(request), on=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            roster_enrol(class_run_id=run.pk, rows=[RosterRow(**form.cleaned_data)], actor=user_of(request), at=now)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已列入名册，系统会发短信请本人确认。"))
            return redirect("class_roster", run.pk)
    return _form_page(request, run, form, _("添加学员"), _("列入名册"))


def _form_page(request: HttpRequest, run: ClassRun, form: Any, heading: str, label: str, **more: Any) -> HttpResponse:
    context = {"run": run, "form": form, "heading": heading, "submit_label": label} | more
    return render(request, "classes/roster_form.html", context, status=422 if form.errors else 200)


def _person_or_404(request: HttpRequest, pk: int) -> tuple[Enrolment, ClassRun]:
    found = get_object_or_404(Enrolment.objects.select_related("worker__user"), pk=pk)
    return found, own_run_or_404(request, found.class_run_id)


@never_cache
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person in the class run: where she stands, what can be done, and what happened."""
    found, run = _person_or_404(request, pk)
    state, is_open = EnrolmentState(found.state), run.state not in ENDED_STATES
    words = event_words()
    context = {
        "run": run,
        "place": found,
        "tone": TONES.get(found.state, "neutral"),
        "may_remind": is_open and state == EnrolmentState.INVITED,
        "may_remove": is_open and state in (EnrolmentState.INVITED, EnrolmentState.WAITING),
        "may_drop": is_open and state == EnrolmentState.CONFIRMED,
        "may_move": is_open and state in LIVE and transfer_targets(run, on=timezone.localdate()).exists(),
        "events": [
            {
                "title": words.get(event.action, event.action),
                "at": event.at,
                "text": event.reason,
                "actor": _("本人") if event.actor_id and event.actor_id == found.worker.user_id else event.actor,
            }
            for event in found.events.select_related("actor").order_by("-at", "-pk")
        ],
    }
    return render(request, "classes/person.html", context)


@never_cache
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask her by text once more."""
    found, _run = _person_or_404(request, pk)
    try:
        is_sent = enrolments.enrolment_remind(enrolment_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        if is_sent:
            messages.success(request, _("短信已发出。"))
        else:
            messages.error(request, _("没有本人的电话。请让本人在纸质确认单上签字，再在这里登记。"))
    return redirect("class_person", found.pk)


STEPS: dict[str, tuple[Any, Any, Any]] = {
    "paper": (gettext_lazy("登记本人签字"), gettext_lazy("登记"), gettext_lazy("已登记。")),
    "remove": (gettext_lazy("移出名册"), gettext_lazy("移出"), gettext_lazy("已移出名册，名额已让出。")),
    "drop": (gettext_lazy("办理退学"), gettext_lazy("提交"), gettext_lazy("已办理退学，名额已让出。")),
    "move": (gettext_lazy("转到另一个班"), gettext_lazy("转班"), gettext_lazy("已转班，系统会请本人确认。")),
}


@never_cache
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A step that asks something first: the paper, a reason, or where to."""
    found, run = _person_or_404(request, pk)
    if action not in STEPS:
        raise Http404
    heading, label, done = STEPS[action]
    form, save = _step(request, found, run, action)
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, str(done))
            return redirect("class_roster", run.pk)
    return _form_page(request, run, form, str(heading), str(label), place=found)


def _step(request: HttpRequest, found: Enrolment, run: ClassRun, action: str) -> tuple[Any, Callable[[], object]]:
    """The form of a step, and the service that takes it."""
    common: dict[str, Any] = {"enrolment_id": found.pk, "actor": user_of(request), "at": timezone.now()}
    form: Any
    if action == "paper":
        form = PaperForm(posted(request))
        return form, lambda: enrolments.enrolment_confirm(**common, note=form.cleaned_data["note"])
    if action == "remove":
        form = ReasonForm(posted(request))
        return form, lambda: enrolments.enrolment_remove(**common, reason=form.cleaned_data["reason"])
    if action == "drop":
        form = LeaveForm(posted(request), by_school=True)
        return form, lambda: enrolments.enrolment_leave(**common, **form.cleaned_data)
    form = MoveForm(posted(request), targets=transfer_targets(run, on=timezone.localdate()))
    return form, lambda: enrolments.enrolment_transfer(**common, class_run_id=int(form.cleaned_data["class_run"]))


class Disowned(StaffList):
    name = "class_disowned"
    title = gettext_lazy("本人表示没有报名")
    table_class = DisownedTable
    filterset_class = DisownedFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return disowned(viewer=user, on=on)
