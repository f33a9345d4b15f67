"""The counter moves a worker's account to her new phone: number and reason, then the code she reads out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation.crypto.cipher import decrypt, encrypt
from foundation.crypto.masking import mask_phone
from foundation.errors import DomainError
from workers import services
from workers.counter_forms import NewPhoneForm, PhoneCodeForm
from workers.forms import RepairingForm, posted
from workers.models import Worker
from workers.pages import officer_of, worker_or_404

# What the second page needs from the first; the number is encrypted, as everywhere else.
PENDING = "worker_phone_change"


@never_cache
def phone_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The new number, the card and the reason; a code goes to the new phone."""
    worker = worker_or_404(request, pk)
    form = NewPhoneForm(posted(request))
    if request.method == "POST" and form.is_valid():
        phone, reason = form.cleaned_data["phone"], form.cleaned_data["reason"]
        try:
            reference = services.account_phone_code_send(
                worker_id=worker.pk, phone=phone, reason=reason, actor=officer_of(request), at=timezone.now()
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            request.session[PENDING] = {
                "worker": worker.pk,
                "phone": encrypt(phone).decode(),
                "reference": reference,
                "reason": reason,
            }
            return redirect("worker_phone_code", worker.pk)
    text = _("请本人到场，带身份证原件和新手机。现在的登录号码是 %(phone)s。") % {"phone": _masked(worker)}
    return _page(request, worker, form, text)


@never_cache
def phone_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code she reads out from her new phone."""
    worker = worker_or_404(request, pk)
    pending: dict[str, Any] = request.session.get(PENDING, {})
    if pending.get("worker") != worker.pk:
        return redirect("worker_phone", worker.pk)
    phone = decrypt(pending["phone"].encode())
    form = PhoneCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            check = services.account_phone_change(
                worker_id=worker.pk,
                phone=phone,
                reference=pending["reference"],
                entered=form.cleaned_data["code"],
                reason=pending["reason"],
                actor=officer_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            request.session.pop(PENDING)
            messages.error(request, _refusal(refusal))
            return redirect("worker_phone", worker.pk)
        if check.is_right:
            request.session.pop(PENDING)
            messages.success(request, _("已更换登录手机号码，并给原来的号码发了短信。"))
            return redirect("worker_detail", worker.pk)
        form.add_error("code", check.message)
    text = _("验证码已发到 %(phone)s。请本人念出短信里的 6 位数字；没有收到的，请返回档案重新办理。") % {
        "phone": mask_phone(phone)
    }
    return _page(request, worker, form, text)


def _refusal(refusal: DomainError) -> str:
    if refusal.code == "phone_taken":
        return _("这个号码已经用于另一个账户。请先查明那个账户是谁的，再为本人办理。")
    return refusal.message


def _masked(worker: Worker) -> str:
    return mask_phone(worker.user.phone) if worker.user else _("无")


def _page(request: HttpRequest, worker: Worker, form: RepairingForm, text: str) -> HttpResponse:
    return render(
        request,
        "workers/form.html",
        {"worker": worker, "form": form, "heading": _("更换登录手机号码"), "text": text},
        status=422 if form.errors else 200,
    )
