"""What the pages of the register share: an entry in full, and forms."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from certifications.talent.models import TalentEvent, TalentRecord
from certifications.talent.selectors import papers_of
from certifications.talent.states import APPOINTMENT_TONES, PRIVATE_FIELDS, TALENT_TONES
from foundation.crypto.masking import mask_text
from foundation.errors import DomainError
from foundation.forms import RefusableForm
from workers.models import SkillRecordEntry, Worker

EVENT_WORDS = {
    "registered": _("登记"),
    "raised": _("等级变动"),
    "marked": _("高技能人才的起点等级有变，重新认定"),
    "suspended": _("没有有效证书，暂停在册"),
    "resumed": _("恢复在册"),
    "details_kept": _("填写登记内容"),
    "appointment_confirmed": _("聘任核对相符"),
    "appointment_refused": _("聘任核对不符"),
    "contribution_confirmed": _("核实贡献和荣誉"),
}


def record_shown(record: TalentRecord, *, on: date, names_officers: bool) -> dict[str, Any]:
    """An entry with what it stands on, and with what is on file of her elsewhere."""
    worker = record.worker
    papers = papers_of([worker.pk], on=on)[worker.pk]
    return {
        "record": record,
        "worker": worker,
        "tone": TALENT_TONES[record.state],
        "certificates": SkillRecordEntry.objects.filter(pk__in=[one.pk for one in papers if one.pk]),
        "appointments": [
            {"row": one, "tone": APPOINTMENT_TONES[one.state]}
            for one in record.appointments.select_related("employer", "occupation")
        ],
        "contributions": record.contributions.filter(withdrawn_at__isnull=True),
        "jobs": worker.employments.filter(withdrawn_at__isnull=True),
        "education": worker.educations.filter(withdrawn_at__isnull=True),
        "insured": worker.insured_months.values("month").distinct().count(),
        "private": [
            {"field": field, "label": label, "masked": MASKS[field](getattr(record, field))}
            for field, label in PRIVATE_FIELDS.items()
            if getattr(record, field)
        ],
        "events": [
            {
                "title": str(EVENT_WORDS.get(one.action, one.action)),
                "at": one.at,
                "text": one.reason,
                "actor": _actor(one, worker) if names_officers else "",
            }
            for one in record.events.select_related("actor").order_by("-at", "-pk")[:50]
        ],
    }


def _actor(event: TalentEvent, worker: Worker) -> str:
    """Who did it, for an officer; herself without her number."""
    if event.actor is None:
        return ""
    return str(_("本人")) if event.actor_id == worker.user_id else str(event.actor)


PLACE_SHOWN = 6  # 省、市: enough to see which place it is
MASKS: dict[str, Callable[[str], str]] = {
    "ethnicity": lambda _text: "**",
    "household_address": lambda text: f"{mask_text(text[:PLACE_SHOWN])}****",
    "permit_number": lambda text: f"****{text[-4:]}" if len(text) > PLACE_SHOWN else "****",
}


def form_page(
    request: HttpRequest,
    form: RefusableForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    label: str,
    done: str,
    back: str,
    text: str = "",
    template: str = "talent/form.html",
) -> HttpResponse:
    """A form: what the service refuses stands in it, what it did is said on the page behind."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "title": title, "submit_label": label, "back_url": back, "text": text}
    return render(request, template, context, status=422 if form.errors else 200)
