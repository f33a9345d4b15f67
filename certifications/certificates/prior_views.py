"""Certificates from elsewhere: she declares and takes back, the desk looks up."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.certificates.level_facts import level_name
from certifications.certificates.level_forms import posted
from certifications.certificates.level_states import (
    PRIOR_CHECKERS,
    PRIOR_MOVES,
    PRIOR_OPEN,
    PRIOR_TONES,
    PRIOR_WORDS_OF_EVENTS,
)
from certifications.certificates.models import PriorCertificate
from certifications.certificates.numbers import NationalNumber
from certifications.certificates.prior_forms import FOUND, PriorCheckForm, PriorForm
from certifications.certificates.prior_selectors import prior_certificates_visible_to, prior_history
from certifications.certificates.prior_tables import PriorFilter, PriorTable
from certifications.certificates.services.lookup import certificate_lookup_request, is_lookup_connected
from certifications.certificates.services.prior import (
    is_of_another,
    prior_certificate_check,
    prior_certificate_declare,
    prior_certificate_withdraw,
)
from certifications.certificates.states import PriorKind, PriorState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.models import Worker
from workers.pages import private_file
from workers.selectors import is_unproven, worker_of

# 技能人才评价证书全国联网查询: where somebody looks a number up by hand; there is no public interface.
LOOK_UP = "http://zscx.osta.org.cn"
# 职业资格证书 of the present kind were given out from 1994 on (劳部发〔1994〕98号 职业资格证书规定).
FIRST_YEAR = 1994


class PriorCertificates(StaffList):
    name = "prior_certificates"
    title = gettext_lazy("已有证书核验")
    table_class = PriorTable
    filterset_class = PriorFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return prior_certificates_visible_to(user, on=on)


@never_cache
def check_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One declared certificate at the desk: the paper, where to look it up, and what was found."""
    row = _visible_or_404(request, pk)
    may_check = _may_check(request, row)
    form = PriorCheckForm(posted(request), request.FILES or None)
    if request.method == "POST":
        if not may_check:
            raise Http404
        if form.is_valid():
            try:
                prior_certificate_check(
                    certificate_id=row.pk,
                    outcome=PriorState(form.cleaned_data["outcome"]),
                    note=form.cleaned_data["note"],
                    screenshot=form.cleaned_data["screenshot"],
                    actor=user_of(request),
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("核验结果已记录，本人的技能档案已更新。"))
                return redirect("prior_certificate", row.pk)
    context = {
        "certificate": row,
        "tone": PRIOR_TONES[PriorState(row.state)],
        "facts": _facts(row),
        "form": form,
        "may_check": may_check,
        "is_of_another": is_of_another(row),
        "look_up": LOOK_UP,
        "lookup": row.lookups.first(),
        "may_look_up": may_check and is_lookup_connected() and PriorState(row.state) in PRIOR_OPEN,
        "events": _events(row),
    }
    return render(request, "certificates/prior_check.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the register asked; the answer appears on the page of the certificate."""
    row = _visible_or_404(request, pk)
    try:
        certificate_lookup_request(certificate_id=row.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已发起联网查询，结果会显示在本页，请稍后刷新。"))
    return redirect("prior_certificate", row.pk)


def _may_check(request: HttpRequest, row: PriorCertificate) -> bool:
    user = user_of(request)
    is_free = user.pk not in {row.worker.user_id, row.declared_by_id}
    is_officer = bool(PRIOR_CHECKERS & request.roles)  # type: ignore[attr-defined]
    return is_officer and is_free and bool(PRIOR_MOVES[PriorState(row.state)] & set(FOUND))


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """The picture of the paper or of the look-up, at the desk; that it was opened is kept."""
    row = _visible_or_404(request, pk)
    if which not in {"evidence", "screenshot"}:
        raise Http404
    file = row.evidence if which == "evidence" else row.screenshot
    with transaction.atomic():
        audit_record("certificates.prior.paper_opened", row, actor=user_of(request), data={"which": which})
    return private_file(file.storage, file.name)


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """She tells of a certificate she holds."""
    worker, now = _her_file(request), timezone.now()
    if worker is None:
        return redirect("my_identity")
    years = range(timezone.localdate(now).year, FIRST_YEAR - 1, -1)
    form = PriorForm(posted(request), request.FILES or None, years=years)
    if request.method == "POST" and form.is_valid():
        try:
            row = prior_certificate_declare(
                worker_id=worker.pk,
                entry=form.entry,
                evidence=form.cleaned_data["evidence"],
                actor=user_of(request),
                at=now,
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已添加。工作人员核验以后，就会算进您的技能档案。"))
            return redirect("my_prior", row.pk)
    return render(request, "certificates/prior_add.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """One of her own, with what came of it."""
    row = _own_or_404(request, pk)
    context = {
        "certificate": row,
        "tone": PRIOR_TONES[PriorState(row.state)],
        "facts": _facts(row),
        "may_withdraw": PriorState(row.state) in PRIOR_OPEN,
        "events": [event | {"actor": ""} for event in _events(row)],
    }
    return render(request, "certificates/prior_own.html", context)


@never_cache
@require_safe
def my_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture she took."""
    row = _own_or_404(request, pk)
    return private_file(row.evidence.storage, row.evidence.name)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """She takes back what nobody has confirmed yet."""
    row = _own_or_404(request, pk)
    try:
        prior_certificate_withdraw(certificate_id=row.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("my_prior", row.pk)
    messages.success(request, _("已撤回。"))
    return redirect("my_record")


def _facts(row: PriorCertificate) -> list[dict[str, Any]]:
    number = NationalNumber(row.number).grouped if row.kind == PriorKind.LEVEL else row.number
    return [
        {"label": _("证书类别"), "value": row.get_kind_display()},
        {"label": _("职业或项目名称"), "value": row.title},
        {"label": _("等级"), "value": level_name(row.level) if row.level else ""},
        {"label": _("证书编号"), "value": number},
        {"label": _("发证机构"), "value": row.issuer_name},
        {"label": _("发证日期"), "value": row.issued_on.isoformat()},
        {"label": _("核验说明"), "value": row.checked_note},
    ]


def _events(row: PriorCertificate) -> list[dict[str, Any]]:
    return [
        {
            "title": PRIOR_WORDS_OF_EVENTS.get(one.action, one.action),
            "at": one.at,
            "actor": _("本人") if one.actor_id == row.worker.user_id else one.actor,
            "text": one.reason,
        }
        for one in prior_history(row)
    ]


def _visible_or_404(request: HttpRequest, pk: int) -> PriorCertificate:
    return get_object_or_404(prior_certificates_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def _her_file(request: HttpRequest) -> Worker | None:
    return worker_of(user_of(request))


def _own_or_404(request: HttpRequest, pk: int) -> PriorCertificate:
    """One of her own. An account that nothing has proven to be hers sees only what it entered itself."""
    worker = _her_file(request)
    if worker is None:
        raise Http404
    rows = worker.prior_certificates.select_related("worker__user", "occupation", "checked_by")
    if is_unproven(worker, user_of(request)):
        rows = rows.filter(declared_by=user_of(request))
    return get_object_or_404(rows, pk=pk)
