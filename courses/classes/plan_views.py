"""The school's desk of a plan: its sessions, how they are entered, laid out, brought as a file, and changed later."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.classes.class_forms import ChangeForm, LayoutForm, PlanFileForm, SessionForm
from courses.classes.class_pages import grouped, plan_sums, remarks_of, stage_checks
from courses.classes.class_views import answer_form, own_run_or_404
from courses.classes.filing_facts import meeting_of, units_of
from courses.classes.models import ClassRun, Session
from courses.classes.plan_import import CODE
from courses.classes.rules.hours import hours_of
from courses.classes.selectors import sessions_of
from courses.classes.services.changes import session_change
from courses.classes.services.plan import plan_clear, plan_lay_out, session_remove, session_save
from courses.classes.states import BINDING, EDITABLE, SessionState
from foundation.errors import DomainError
from foundation.imports.cells import LIMITS
from foundation.imports.services import batch_upload
from foundation.requests import user_of
from workers.forms import posted


@never_cache
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions, what the package still lacks, and what the checks say of them."""
    run, on, now = own_run_or_404(request, pk), timezone.localdate(), timezone.now()
    sessions = list(sessions_of(run))
    live = [session for session in sessions if session.state != SessionState.CANCELLED]
    may_edit = run.state in EDITABLE
    checks = [check for check in stage_checks(run, on=on) if check.place == "plan"] if may_edit else []
    rows = [
        {
            "session": session,
            "may_change": run.state in BINDING and session.state == SessionState.PLANNED and session.starts_at > now,
        }
        for session in sessions
    ]
    context = {
        "run": run,
        "rows": rows,
        "may_edit": may_edit,
        "may_change": any(row["may_change"] for row in rows),
        "groups": grouped(checks),
        "units": hours_of(units_of(run), [meeting_of(session) for session in live]),
        "sums": plan_sums(run),
        "remark": remarks_of(run).get("plan", ""),
    }
    return render(request, "classes/plan.html", context)


@never_cache
def session_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new session; it begins with the hours, the teacher and the place of the last one."""
    run = own_run_or_404(request, pk)
    last = run.sessions.order_by("-starts_at").first()
    initial: dict[str, Any] = {"day": run.starts_on}
    if last is not None:
        kept = ("day", "starts", "ends", "mode", "teacher", "premises")
        initial = {name: value for name, value in SessionForm.answers_of(last).items() if name in kept}
    return _session_form(request, run, None, initial, _("添加课次"))


@never_cache
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    session, run = _session_or_404(request, pk)
    return _session_form(request, run, session, SessionForm.answers_of(session), _("修改课次"))


def _session_form(
    request: HttpRequest, run: ClassRun, session: Session | None, initial: dict[str, Any], heading: str
) -> HttpResponse:
    form = SessionForm(posted(request), initial=initial, run=run, on=run.starts_on)

    def save() -> None:
        session_save(
            class_run_id=run.pk,
            session_id=session.pk if session else None,
            entry=form.entry,
            actor=user_of(request),
            at=timezone.now(),
        )

    done = _("已保存。下面的检查结果已更新。")
    return answer_form(request, run, form, save, heading=heading, done=done, back="class_plan")


def _session_or_404(request: HttpRequest, pk: int) -> tuple[Session, ClassRun]:
    session = get_object_or_404(Session, pk=pk)
    return session, own_run_or_404(request, session.class_run_id)


@never_cache
@require_POST
def session_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    session, run = _session_or_404(request, pk)
    try:
        session_remove(session_id=session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已删除这次课。"))
    return redirect("class_plan", run.pk)


@never_cache
@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    run = own_run_or_404(request, pk)
    try:
        removed = plan_clear(class_run_id=run.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已清空 %(count)d 次课。") % {"count": removed})
    return redirect("class_plan", run.pk)


@never_cache
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay the missing hours of the package over evenings or weekends."""
    run = own_run_or_404(request, pk)
    initial = {"first_on": run.starts_on, "until": run.ends_on, "weekdays": [0, 2, 4]}
    form = LayoutForm(posted(request), initial=initial, run=run, on=run.starts_on)

    def save() -> None:
        plan_lay_out(class_run_id=run.pk, layout=form.layout, actor=user_of(request), at=timezone.now())

    return answer_form(
        request,
        run,
        form,
        save,
        heading=_("自动排课"),
        text=_("按培训包的单元顺序，把还缺的学时排到选定的日子。已有课的日子不动，在线课时已覆盖的不排。"),
        done=_("已排好，请逐次核对。"),
        back="class_plan",
        submit=_("排课"),
    )


@never_cache
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring 实施性培训计划 as a file; the import's own pages go on from there."""
    run = own_run_or_404(request, pk)
    if run.state not in EDITABLE:
        raise Http404
    form = PlanFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        if file.size > LIMITS.file_bytes:
            form.add_error("file", _("文件超过 20 MB。请分成几个文件上传。"))
        else:
            try:
                batch, _is_new = batch_upload(
                    kind_code=CODE,
                    data=file.read(),
                    file_name=file.name,
                    actor=user_of(request),
                    at=now,
                    on=timezone.localdate(now),
                    organisation=run.school.organisation,
                    target=str(run.pk),
                )
            except DomainError as refusal:
                form.add_error("file", refusal.message)
            else:
                return redirect("staff_import", batch.pk)
    context = {"run": run, "form": form, "kind": CODE}
    return render(request, "classes/plan_import.html", context, status=422 if form.errors else 200)


@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a change of a filed session before it begins."""
    session, run = _session_or_404(request, pk)
    on = timezone.localtime(session.starts_at).date()
    form = ChangeForm(posted(request), initial=ChangeForm.answers_of(session), run=run, on=on)

    def save() -> None:
        session_change(
            session_id=session.pk,
            change=form.change,
            reason=form.cleaned_data["reason"],
            actor=user_of(request),
            at=timezone.now(),
        )

    return answer_form(
        request,
        run,
        form,
        save,
        heading=_("变更课次：%(content)s") % {"content": session.content},
        text=_("备案后的变更要在上课前报告。内容和学时不变，只改时间、教师或地点。"),
        done=_("已变更，人社部门会看到。"),
        back="class_plan",
        submit=_("报告变更"),
    )
