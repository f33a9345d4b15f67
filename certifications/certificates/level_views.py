"""The desk of level certificates: the list, one certificate, recording, and the steps of its life."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.bodies.selectors import body_of
from certifications.certificates.level_facts import NO_WORK_TYPE, level_name
from certifications.certificates.level_forms import (
    CorrectForm,
    DeskForm,
    LevelForm,
    ReasonForm,
    ReissueForm,
    RevokeForm,
    StopForm,
    posted,
)
from certifications.certificates.level_rules import entry_faults
from certifications.certificates.level_selectors import (
    level_certificates_visible_to,
    level_facts,
    level_history,
    was_stopped_by_office,
)
from certifications.certificates.level_states import (
    CHANGEABLE,
    LEVEL_MOVES,
    LEVEL_SUPERVISORS,
    LEVEL_WORDS_OF_EVENTS,
)
from certifications.certificates.level_tables import LevelFilter, LevelResource, LevelTable
from certifications.certificates.models import LevelCertificate
from certifications.certificates.numbers import NationalNumber
from certifications.certificates.services.level import level_certificate_record
from certifications.certificates.services.level_life import (
    level_certificate_correct,
    level_certificate_move,
    level_certificate_reissue,
)
from certifications.certificates.states import CERTIFICATE_TONES, CertificateState, DoubtCategory
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of

STEPS: dict[str, tuple[Any, Any, type[DeskForm]]] = {
    "suspend": (
        gettext_lazy("暂停使用"), gettext_lazy("暂停期间，公开查询会显示“暂停使用”，技能档案里也不再计入。"), StopForm
    ),
    "resume": (gettext_lazy("恢复使用"), gettext_lazy("恢复后，证书照常有效。"), ReasonForm),
    "revoke": (
        gettext_lazy("撤销"), gettext_lazy("撤销后不能恢复。请先作出书面决定，再在这里登记文号。"), RevokeForm
    ),
    "correct": (
        gettext_lazy("更正"),
        gettext_lazy("编号、持证人和等级不能改；等级写错的，请撤销后按新编号登记。姓名和证件号码按档案重新取。"),
        CorrectForm,
    ),
    "reissue": (gettext_lazy("补发"), gettext_lazy("编号不变，换一张新的证书纸，备注中写明。"), ReissueForm),
}  # fmt: skip
OF_BODY_ONLY = ("correct", "reissue")


class LevelCertificates(StaffList):
    name = "level_certificates"
    title = gettext_lazy("职业技能等级证书")
    table_class = LevelTable
    filterset_class = LevelFilter
    resource = LevelResource
    actions = [
        ("level_certificate_add", gettext_lazy("登记证书"), "plus", {Role.BODY_STAFF}),
        ("level_certificate_upload", gettext_lazy("导入名单"), "upload", {Role.BODY_STAFF}),
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return level_certificates_visible_to(user, on=on)


@never_cache
@require_safe
def upload(request: HttpRequest) -> HttpResponse:
    """To the pages of imports, where the file is brought."""
    return redirect("staff_import_upload", "level_certificates")


@never_cache
@require_safe
def certificate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: what is printed, what was assessed, what happened, and what can be done."""
    row = certificate_or_404(request, pk)
    context = {
        "certificate": row,
        "tone": CERTIFICATE_TONES[CertificateState(row.state)],
        "facts": _facts(row),
        "steps": [(name, STEPS[name][0]) for name in _steps(request, row)],
        "events": _events(row),
        "may_open_file": bool(request.roles & {*LEVEL_SUPERVISORS, Role.OFFICER_INTAKE}),  # type: ignore[attr-defined]
    }
    return render(request, "certificates/level_detail.html", context)


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Record one certificate; every fault stands at its field, and nothing typed is lost."""
    now = timezone.now()
    body = body_of(user_of(request), on=timezone.localdate(now))
    if body is None:
        raise Http404
    form = LevelForm(posted(request), on=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        entry = form.entry
        for fault in entry_faults(entry, level_facts(body, [entry], on=timezone.localdate(now))):
            form.add_error(fault.field or None, fault.message)
        if not form.errors:
            try:
                row = level_certificate_record(body_id=body.pk, entry=entry, actor=user_of(request), at=now)
            except DomainError as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("已登记，并记入本人的技能档案。"))
                return redirect("level_certificate", row.pk)
    text = _("照证书填写。平台只登记您机构已发的证书，不编证书编号。")
    back = reverse("level_certificates")
    return form_page(request, form, title=_("登记职业技能等级证书"), label=_("登记"), back=back, text=text)


@never_cache
def step(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """A step of a certificate's life, with its reason."""
    row = certificate_or_404(request, pk)
    if move not in _steps(request, row):
        raise Http404
    label, text, kind = STEPS[move]
    form = kind(posted(request), initial=_initial(row) if move == "correct" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _save(move, row, form, user_of(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已办理。"))
            return redirect("level_certificate", row.pk)
    return form_page(
        request,
        form,
        title=f"{label}：{row.number}",
        label=str(label),
        back=reverse("level_certificate", args=[row.pk]),
        text=str(text),
    )


def _save(move: str, row: LevelCertificate, form: Any, actor: User) -> None:
    common: dict[str, Any] = {"certificate_id": row.pk, "actor": actor, "at": timezone.now()}
    if move == "correct":
        level_certificate_correct(**common, correction=form.correction, reason=form.cleaned_data["reason"])
    elif move == "reissue":
        level_certificate_reissue(**common, **form.cleaned_data)
    else:
        level_certificate_move(**common, move=move, **form.cleaned_data)


def _initial(row: LevelCertificate) -> dict[str, Any]:
    return {
        "occupation": row.occupation.name,
        "work_type": row.work_type.name if row.work_type else "",
        "issued_on": row.issued_on,
        "theory": row.theory,
        "practical": row.practical,
        "review": row.review,
    }


def _steps(request: HttpRequest, row: LevelCertificate) -> list[str]:
    """What this user may do to the certificate as it stands."""
    body = body_of(user_of(request), on=timezone.localdate())
    is_body = body is not None and body.pk == row.body_id
    is_office = bool(LEVEL_SUPERVISORS & request.roles)  # type: ignore[attr-defined]
    state = CertificateState(row.state)
    found = [name for name, one in LEVEL_MOVES.items() if state in one.sources] if is_body or is_office else []
    if not is_office and "resume" in found and was_stopped_by_office(row):
        found.remove("resume")
    return found + [name for name in OF_BODY_ONLY if is_body and state in CHANGEABLE]


def _facts(row: LevelCertificate) -> list[dict[str, Any]]:
    marks = [
        f"{label} {mark.normalize():f}"
        for label, mark in ((_("理论"), row.theory), (_("技能"), row.practical), (_("评审"), row.review))
        if mark is not None
    ]
    return [
        {"label": _("证书编号"), "value": NationalNumber(row.number).grouped},
        {"label": _("姓名"), "value": row.worker.masked_name},
        {"label": _("证件号码"), "value": row.worker.masked_id_number},
        {"label": _("职业名称"), "value": row.occupation.name},
        {"label": _("工种/职业方向"), "value": row.work_type.name if row.work_type else NO_WORK_TYPE},
        {"label": _("职业技能等级"), "value": level_name(row.level)},
        {"label": _("发证日期"), "value": row.issued_on.isoformat()},
        {"label": _("成绩"), "value": "，".join(marks)},
        {"label": _("考核结论"), "value": _("平台上有已确定的合格结论") if row.result_id else _("平台上没有考核记录")},
        {"label": _("评价机构"), "value": row.body.organisation.name},
        {"label": _("印刷流水号"), "value": row.print_serial},
        {"label": _("备注"), "value": row.remark},
        {"label": _("录入"), "value": f"{row.source} {timezone.localdate(row.recorded_at).isoformat()}"},
    ]


def _events(row: LevelCertificate) -> list[dict[str, Any]]:
    return [
        {
            "title": LEVEL_WORDS_OF_EVENTS.get(one.action, one.action),
            "at": one.at,
            "actor": one.actor,
            "text": "；".join(
                part
                for part in (DoubtCategory.told(one.data), one.decision_number, one.reason, *_said(one.data))
                if part
            ),
        }
        for one in level_history(row)
    ]


def _said(data: dict[str, Any]) -> list[str]:
    """What a correction changed, from what to what."""
    return [f"{before or '—'} → {after or '—'}" for before, after in data.get("changes", {}).values()]


def certificate_or_404(request: HttpRequest, pk: int) -> LevelCertificate:
    """A certificate the user may see; another does not exist for her."""
    return get_object_or_404(level_certificates_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def form_page(
    request: HttpRequest, form: Any, *, title: str, label: str, back: str, text: str = "", **more: Any
) -> HttpResponse:
    """A form of the desk; what was refused stands in it, with everything that was typed."""
    context = {"form": form, "title": title, "submit_label": label, "back_url": back, "text": text} | more
    return render(request, "certificates/level_form.html", context, status=422 if form.errors else 200)
