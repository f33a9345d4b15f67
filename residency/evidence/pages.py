"""What her own pages and those of the counter share."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import DomainError
from foundation.privacy.services import consent_withdraw, personal_reveal
from foundation.privacy.states import Purpose
from foundation.requests import doing, user_of
from residency.evidence.forms import CounterSendForm, SendForm, StopForm
from residency.evidence.models import EvidencePack
from residency.evidence.selectors.packs import (
    consent_of,
    live_pack,
    packs_of,
    preview_of,
    receivers_open,
    withdrawal_of,
)
from residency.evidence.services import pack_send
from residency.evidence.states import PURPOSES, Receiver
from residency.evidence.words import (
    DECIDES,
    FOR,
    case_number_of,
    facts_shown,
    reasons_of,
    standing_of,
    withdrawal_standing,
)
from workers.models import Worker

# What she may open of her own; an officer has the reveal page of the file.
OWN_FIELDS = ("name", "id_number")


def receiver_or_404(name: str) -> Receiver:
    """The receiver of an address."""
    try:
        return Receiver(name)
    except ValueError:
        raise Http404 from None


def receivers_shown(worker: Worker) -> list[dict[str, Any]]:
    """Every receiver with how far her evidence came there."""
    is_open = receivers_open()
    return [card_of(worker, one) | {"is_open": one in is_open} for one in Receiver]


def card_of(worker: Worker, receiver: Receiver) -> dict[str, Any]:
    """One receiver: what for, and where things stand."""
    pack = live_pack(worker, receiver)
    order = withdrawal_of(worker, receiver) if pack is None else None
    return {
        "receiver": receiver,
        "label": receiver.label,
        "text": FOR[receiver],
        "pack": pack,
        "standing": standing_of(pack) if pack else withdrawal_standing(order) if order else None,
        "order": order,
    }


def receiver_context(worker: Worker, receiver: Receiver) -> dict[str, Any]:
    """Everything about one receiver."""
    card = card_of(worker, receiver)
    pack = card["pack"]
    history = packs_of(worker).filter(file__receiver=receiver)
    return card | {
        "worker": worker,
        "purpose": PURPOSES[receiver].label,
        "decides": DECIDES[receiver],
        "is_open": receiver in receivers_open(),
        "consent": consent_of(worker, receiver),
        "reasons": reasons_of(pack) if pack else [],
        "case_number": case_number_of(pack) if pack else "",
        "history": [{"pack": one, "standing": standing_of(one)} for one in history],
    }


def send_answer(request: HttpRequest, worker: Worker, receiver: Receiver, *, template: str, done: str) -> HttpResponse:
    """All that would go out, masked, with the wording; sent when she says so. ``done`` is where it goes on."""
    is_counter = template.startswith("evidence/counter")
    kind = CounterSendForm if is_counter else SendForm
    is_sending = request.method == "POST" and "show" not in request.POST
    form = kind(request.POST if is_sending else None)
    if is_sending and form.is_valid():
        try:
            pack_send(
                worker=worker,
                receiver=receiver,
                facts_sha256=form.cleaned_data["facts"],
                wording_id=form.cleaned_data["wording"],
                **doing(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已交给平台发送，送到以后会显示在这里。"))
            return redirect(done)
    context = send_context(request, worker, receiver, is_counter=is_counter) | {"form": form}
    return render(request, template, context, status=422 if form.errors else 200)


def send_context(request: HttpRequest, worker: Worker, receiver: Receiver, *, is_counter: bool) -> dict[str, Any]:
    """What the page before sending shows."""
    preview = preview_of(worker, receiver, on=timezone.localdate())
    pack = live_pack(worker, receiver)
    same = pack is not None and pack.facts_sha256 == preview.facts_sha256
    return {
        "worker": worker,
        "receiver": receiver,
        "label": receiver.label,
        "purpose": PURPOSES[receiver].label,
        "decides": DECIDES[receiver],
        "is_open": receiver in receivers_open(),
        "preview": preview,
        "sections": facts_shown(preview.facts),
        "person": person_shown(worker, {} if is_counter else revealed(request, worker)),
        "may_show": not is_counter,
        "is_unchanged": same and pack is not None and pack.state != "refused",
        "is_same_as_refused": same and pack is not None and pack.state == "refused",
    }


def revealed(request: HttpRequest, worker: Worker) -> dict[str, str]:
    """The one field of her own that she asked to see in plain; on record as her own look."""
    field = request.POST.get("show", "") if request.method == "POST" else ""
    if field not in OWN_FIELDS:
        return {}
    try:
        value = personal_reveal(
            viewer=user_of(request), subject=worker, field=field, purpose=Purpose.OWN_DATA, note="",
            on=timezone.localdate(),
        )  # fmt: skip
    except PermissionDenied:
        messages.error(request, _("实名通过以后才能查看完整内容。"))
        return {}
    return {field: value}


def person_shown(worker: Worker, plain: dict[str, str]) -> list[dict[str, Any]]:
    """Name and number, masked unless she asked."""
    masked = {"name": (_("姓名"), worker.masked_name), "id_number": (_("身份证号码"), worker.masked_id_number)}
    return [
        {"field": field, "label": label, "value": plain.get(field) or value, "is_plain": field in plain}
        for field, (label, value) in masked.items()
    ]


def stop_answer(request: HttpRequest, worker: Worker, receiver: Receiver, *, template: str, done: str) -> HttpResponse:
    """Ask once, then take the consent back."""
    consent = consent_of(worker, receiver)
    if consent is None:
        return redirect(done)
    form = StopForm(request.POST or None) if template.startswith("evidence/counter") else None
    errors = form is not None and request.method == "POST" and not form.is_valid()
    if request.method == "POST" and not errors:
        try:
            consent_withdraw(consent_id=consent.pk, **doing(request))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("已撤回授权。没送出的不再发，已送到的会通知对方删除。"))
        return redirect(done)
    context = {
        "worker": worker,
        "receiver": receiver,
        "label": receiver.label,
        "pack": live_pack(worker, receiver),
        "form": form,
    }
    return render(request, template, context, status=422 if errors else 200)


def sent_context(pack: EvidencePack) -> dict[str, Any]:
    """One version as it went out."""
    document = json.loads(pack.content)
    return {
        "pack": pack,
        "standing": standing_of(pack),
        "sections": facts_shown(document["facts"]),
        "document": document,
        "reasons": reasons_of(pack),
        "case_number": case_number_of(pack),
    }
