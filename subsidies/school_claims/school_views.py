"""The school's desk: a class, a scheme, the table with its fixes, consent, sending, and what became of it."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.states import LIVE as LIVE_CERTIFICATES
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import number_in, user_of
from subsidies.claims.models import ClassClaim
from subsidies.claims.states import Channel, ClaimState, ClassClaimState
from subsidies.mandates.states import ASKED_AT_MOST
from subsidies.schemes.selectors import schemes_shown
from subsidies.schemes.states import Payee
from subsidies.school_claims.filters import ClassClaimFilter, ClassFilter
from subsidies.school_claims.forms import ExportForm, PaperForm
from subsidies.school_claims.pages import class_claim_or_404, own_class_claim_or_404, run_or_404, sent_lines, shown
from subsidies.school_claims.selectors.classes import class_claims_visible_to, classes_to_claim
from subsidies.school_claims.selectors.rows import table_of
from subsidies.school_claims.selectors.sent import lines_of, opened_to, papers_signed, states_of
from subsidies.school_claims.services.mandates import mandate_record, mandates_ask
from subsidies.school_claims.services.preparing import class_claim_cancel, class_claim_prepare
from subsidies.school_claims.services.sending import class_claim_send
from subsidies.school_claims.sheets import rows_workbook
from subsidies.school_claims.states import CLASS_CLAIMANTS, MANDATE_READERS, SendState
from subsidies.school_claims.tables import ClassClaimTable, ClassTable
from workers.forms import posted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Classes(StaffList):
    name = "class_claim_classes"
    title = gettext_lazy("代为申领：选班次")
    table_class = ClassTable
    filterset_class = ClassFilter
    actions = [("class_claims", gettext_lazy("班级申领记录"), "history", CLASS_CLAIMANTS)]

    def visible(self, user: User, on: date) -> QuerySet:
        issued = Q(enrolments__training_certificates__state__in=sorted(LIVE_CERTIFICATES))
        sent = Q(class_claims__claims__channel=Channel.SCHOOL) & ~Q(
            class_claims__claims__state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]
        )
        runs = classes_to_claim(user, on=on).select_related("school__organisation", "close")
        return runs.order_by("-ends_on", "-pk").annotate(
            certificates=Count("enrolments__training_certificates", filter=issued, distinct=True),
            claims_sent=Count("class_claims__claims", filter=sent, distinct=True),
        )


class ClassClaims(StaffList):
    name = "class_claims"
    title = gettext_lazy("班级申领")
    table_class = ClassClaimTable
    filterset_class = ClassClaimFilter
    actions = [("class_claim_classes", gettext_lazy("选班次申领"), "plus", CLASS_CLAIMANTS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return class_claims_visible_to(user, on=on)


@never_cache
@require_safe
def schemes(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: which scheme to claim, and what was claimed before."""
    run, on = run_or_404(request, pk), timezone.localdate()
    held = ClassClaim.objects.filter(class_run=run).select_related("sending").order_by("-created_at", "-pk")
    by_scheme: dict[int, list[ClassClaim]] = {}
    for one in held:
        by_scheme.setdefault(one.scheme_id, []).append(one)
    rows = [
        {
            "scheme": scheme,
            "is_in_force": on in scheme.effective,
            "is_school_paid": scheme.payee == Payee.SCHOOL,
            "claims": by_scheme.get(scheme.pk, []),
        }
        for scheme in schemes_shown(city=settings.CITY_CODE, on=on)
    ]
    issued = Exists(TrainingCertificate.objects.filter(enrolment=OuterRef("pk"), state__in=sorted(LIVE_CERTIFICATES)))
    context = {"run": run, "rows": rows, "certificates": run.enrolments.filter(issued).count()}
    return render(request, "school_claims/schemes.html", context)


@never_cache
@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the drafts of a class for the chosen scheme, or bring them up to now."""
    run, scheme = run_or_404(request, pk), number_in(request.POST.get("scheme", ""))
    if scheme is None:
        raise Http404
    try:
        made = class_claim_prepare(class_run_id=run.pk, scheme_id=scheme, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("class_claim_schemes", run.pk)
    return redirect("class_claim", made.pk)


@never_cache
@require_safe
def class_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Under preparation: the table with its fixes. Sent: where each claim stands."""
    found = class_claim_or_404(request, pk)
    if getattr(found, "sending", None) is not None:
        return _sent(request, found)
    own_class_claim_or_404(request, pk)
    if found.state == ClassClaimState.CANCELLED:
        return render(request, "school_claims/cancelled.html", {"claim": found})
    table = table_of(found, on=timezone.localdate())
    chosen = request.GET.get("show", "")
    rows = {"fix": table.to_fix, "ready": table.ready, "claimed": table.claimed}.get(chosen, list(table.rows))
    context = {
        "claim": found,
        "table": table,
        "rows": shown(rows),
        "chosen": chosen,
        "tabs": _tabs(request, table, chosen),
        "is_school_paid": found.scheme.payee == Payee.SCHOOL,
        "asked_at_most": ASKED_AT_MOST,
    }
    return render(request, "school_claims/table.html", context)


def _tabs(request: HttpRequest, table: Any, chosen: str) -> list[dict[str, Any]]:
    tabs = [
        ("", _("全部"), table.rows),
        ("fix", _("只看要处理的"), table.to_fix),
        ("ready", _("可以提交的"), table.ready),
        ("claimed", _("已经申领的"), table.claimed),
    ]
    return [
        {"label": label, "url": f"{request.path}?show={key}" if key else request.path, "current": key == chosen,
         "count": len(rows)}
        for key, label, rows in tabs
    ]  # fmt: skip


def _sent(request: HttpRequest, found: ClassClaim) -> HttpResponse:
    sending, opened = found.sending, opened_to(found)
    is_school_paid = found.scheme.payee == Payee.SCHOOL
    roles = roles_of(user_of(request), on=timezone.localdate())
    papers = papers_signed(found) if MANDATE_READERS & roles else {}
    lines = sent_lines(list(lines_of(found)), opened, is_school_paid=is_school_paid, papers=papers)
    context = {
        "claim": found,
        "sending": sending,
        "is_working": sending.state != SendState.DONE,
        "states": states_of(found),
        "sent": [line for line in lines if line["is_sent"]],
        "stayed": [line for line in lines if line["line"].state == "stayed"],
        "waiting": sum(line["line"].state == "waiting" for line in lines),
        "has_papers": bool(papers),
        "is_claimant": bool(CLASS_CLAIMANTS & roles),
    }
    return render(request, "school_claims/sent.html", context)


@never_cache
@require_POST
def lint(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the bureau's checks again."""
    found = own_class_claim_or_404(request, pk)
    try:
        class_claim_prepare(
            class_run_id=found.class_run_id, scheme_id=found.scheme_id, actor=user_of(request), at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已按现在的情况重新查过。"))
    return redirect("class_claim", found.pk)


@never_cache
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask by text message: one person, or everybody who has not answered."""
    found = own_class_claim_or_404(request, pk)
    one = number_in(request.POST.get("enrolment", ""))
    everybody = table_of(found, on=timezone.localdate()).to_ask if one is None else ()
    ids = [row.enrolment.pk for row in everybody] if one is None else [one]
    done = mandates_ask(class_run_id=found.class_run_id, enrolment_ids=ids, actor=user_of(request), at=timezone.now())
    told = [_("已发短信 %(sent)d 条。") % {"sent": done.sent}]
    words = {"count": done.not_yet, "most": ASKED_AT_MOST}
    if done.not_yet:
        told.append(_("%(count)d 人刚问过、问满 %(most)d 次或已经答复，没有再发。") % words)
    if done.without_phone:
        told.append(_("%(count)d 人没有手机号码，可以登记签字的委托书。") % {"count": done.without_phone})
    messages.info(request, "".join(told))
    return redirect("class_claim", found.pk)


@never_cache
def paper(request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
    """Record the paper somebody signed."""
    found = own_class_claim_or_404(request, pk)
    person = found.class_run.enrolments.filter(pk=enrolment).select_related("worker").first()
    if person is None:
        raise Http404
    form = PaperForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            mandate_record(
                class_run_id=found.class_run_id,
                enrolment_id=person.pk,
                paper=form.cleaned_data["paper"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记书面委托，并发短信告诉本人。"))
            return redirect("class_claim", found.pk)
    context = {"claim": found, "person": person, "form": form}
    return render(request, "school_claims/paper.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what is ready."""
    found = own_class_claim_or_404(request, pk)
    try:
        class_claim_send(class_claim_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已开始提交。可以离开这一页，稍后再回来看。"))
    return redirect("class_claim", found.pk)


@never_cache
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the preparation up."""
    found = own_class_claim_or_404(request, pk)
    try:
        class_claim_cancel(class_claim_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已取消，什么也没有提交。"))
    return redirect("class_claim_schemes", found.class_run_id)


@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a sending is: a piece of the page, or an order to load it anew once it is done."""
    found = class_claim_or_404(request, pk)
    sending = getattr(found, "sending", None)
    if sending is None:
        raise Http404
    lines = sending.lines.aggregate(total=Count("pk"), waiting=Count("pk", filter=Q(state="waiting")))
    context = {"done": lines["total"] - lines["waiting"], "total": lines["total"]}
    answer = render(request, "school_claims/_progress.html", context)
    if sending.state == SendState.DONE:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows with their fixes as a workbook, for a purpose on record."""
    found, form = own_class_claim_or_404(request, pk), ExportForm(posted(request))
    if found.state != ClassClaimState.DRAFT:
        raise Http404
    if request.method != "POST" or not form.is_valid():
        context = {"claim": found, "form": form}
        return render(request, "school_claims/export.html", context, status=422 if form.errors else 200)
    rows = list(table_of(found, on=timezone.localdate()).rows)
    content = rows_workbook(rows, title=_("班级申领"))
    audit_record(
        "school_claims.class_claim.exported",
        found,
        actor=user_of(request),
        reason=form.cleaned_data["purpose"],
        data={"rows": len(rows), "format": "xlsx"},
    )
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{found.class_run.name}.xlsx')}"
    answer["Cache-Control"] = "no-store"
    return answer
