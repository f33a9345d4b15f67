"""我的信息: what is held about her, who looked and why, what she agreed to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from certifications.talent.selectors import talent_of
from certifications.talent.states import PRIVATE_FIELDS
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.crypto.masking import mask_phone
from foundation.privacy.errors import PrivacyError
from foundation.privacy.models import AccessRecord
from foundation.privacy.selectors import accesses_of, consents_of
from foundation.privacy.services import consent_withdraw, personal_reveal
from foundation.privacy.states import Purpose
from portal.my.pages import her_file, needs_file, signed_in_user
from workers.districts import district_name
from workers.models import Worker
from workers.selectors import dossier_of

LOOKS_SHOWN = 3
LOOKS_A_PAGE = 20


@never_cache
@require_GET
@needs_file
def data(request: HttpRequest) -> HttpResponse:
    """Everything held, masked."""
    worker = her_file(request)
    return _page(request, worker)


@never_cache
@require_POST
@needs_file
def show(request: HttpRequest) -> HttpResponse:
    """One of her own fields in plain, on record as her own look."""
    worker = her_file(request)
    field = request.POST.get("field", "")
    if field not in _labels():
        raise Http404
    try:
        value = personal_reveal(
            viewer=signed_in_user(request),
            subject=worker.user if field == "phone" and worker.user else worker,
            field=field,
            purpose=Purpose.OWN_DATA,
            note="",
            on=timezone.localdate(),
        )
    except PermissionDenied:
        messages.error(request, _("实名通过以后才能查看完整内容。"))
        return redirect("my_data")
    return _page(request, worker, {field: value})


@never_cache
@require_GET
@needs_file
def looks(request: HttpRequest) -> HttpResponse:
    """Every look at her data, page by page."""
    records = Paginator(_records(her_file(request)), LOOKS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "my/looks.html", {"page_obj": records, "rows": [_look(row, request) for row in records]})


@never_cache
def consent_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a consent back."""
    user = signed_in_user(request)
    consent = consents_of(user).filter(pk=pk).first()
    if consent is None:
        raise Http404
    if request.method == "POST":
        try:
            consent_withdraw(consent_id=consent.pk, actor=user, at=timezone.now())
        except PrivacyError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("已撤回授权。"))
        return redirect("my_data")
    return render(request, "my/consent_withdraw.html", {"consent": consent})


def _page(request: HttpRequest, worker: Worker, shown: dict[str, str] | None = None) -> HttpResponse:
    user = signed_in_user(request)
    masked = {
        "name": worker.masked_name,
        "id_number": worker.masked_id_number,
        "phone": mask_phone(user.phone),
        "social_security_card": worker.masked_card,
    }
    shown = shown or {}
    rows = [
        {
            "field": field,
            "label": label,
            "value": shown.get(field) or masked[field],
            "is_plain": field in shown,
            "can_show": bool(masked[field]) and field not in shown,
        }
        for field, label in _labels().items()
    ]
    return render(
        request,
        "my/data.html",
        {
            "worker": worker,
            "rows": rows,
            "district": district_name(worker.district_code) if worker.district_code else "",
            "dossier": dossier_of(worker, user),
            "looks": [_look(row, request) for row in _records(worker)[:LOOKS_SHOWN]],
            "consents": consents_of(user),
        },
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("姓名"),
        "id_number": _("身份证号码"),
        "phone": _("登录手机号码"),
        "social_security_card": _("社保卡银行账号"),
    }


def _records(worker: Worker):  # type: ignore[no-untyped-def]
    looked, talent = accesses_of(worker), talent_of(worker)
    for subject in (worker.user, talent):
        if subject is not None:
            looked |= accesses_of(subject)
    return looked.order_by("-at", "-pk")


def _look(record: AccessRecord, request: HttpRequest) -> dict[str, object]:
    """One look in her words: who, what, why, when."""
    labels = _labels() | {"contact_phone": _("联系电话"), "photo": _("照片"), "level_application": _("认定申报材料")}
    labels |= {field: str(label) for field, label in PRIVATE_FIELDS.items()}
    viewer: User = record.viewer
    is_own = viewer.pk == signed_in_user(request).pk
    return {
        "who": _("您本人") if is_own else _viewer(viewer),
        "what": "、".join(labels.get(field, field) for field in record.fields),
        "why": record.get_purpose_display(),
        "note": record.note,
        "at": record.at,
        "is_granted": record.is_granted,
    }


def _viewer(viewer: User) -> str:
    membership = viewer.memberships.select_related("organisation").order_by("-pk").first()
    if membership is None:
        return str(viewer)
    where = membership.organisation.name if membership.organisation else ""
    return _("%(where)s %(role)s") % {"where": where, "role": Role(membership.role).label}
