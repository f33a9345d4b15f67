"""Her start page, the real-name step, and what she keeps up to date."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.privacy.selectors import consent_text_in_force
from foundation.privacy.services import consent_grant
from foundation.privacy.states import IDENTITY_CHECK_PURPOSE, IDENTITY_CHECK_RECEIVER
from portal.my.pages import her_file, identity_words, needs_file, signed_in_user, tasks_of
from subsidies.awards.selectors import mandates_asked as award_mandates_asked
from subsidies.school_claims.selectors.mandates import mandates_asked
from workers.errors import WorkerError
from workers.forms import CardForm, DistrictForm, IdentityForm, PhotoForm, RepairingForm, posted
from workers.pages import private_file
from workers.selectors import link_request_of, worker_of
from workers.services import card_set, contact_set, identity_declare, photo_set


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Greeting, where she stands, what to do next."""
    user = signed_in_user(request)
    worker = worker_of(user)
    words = identity_words(worker, link_request_of(user))
    return render(
        request,
        "my/home.html",
        {
            "worker": worker,
            "greeting": worker.masked_name if worker else "",
            "words": words,
            "tasks": tasks_of(worker, words),
            "mandates_asked": mandates_asked(user),
            "award_mandates_asked": award_mandates_asked(user),
        },
    )


@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """Name and number → a page to look over → sent. What was typed goes along in the form, never in a session."""
    user = signed_in_user(request)
    now = timezone.now()
    worker = worker_of(user)
    if worker is not None and worker.is_verified:
        return redirect("my_identity_result")
    step = request.POST.get("step", "")
    form = IdentityForm(posted(request), on=timezone.localdate(now))
    if request.method != "POST" or step == "edit" or not form.is_valid():
        if step == "edit":
            form = IdentityForm(initial=request.POST.dict(), on=timezone.localdate(now))
        return render(request, "my/identity.html", {"form": form}, status=422 if form.errors else 200)
    wording = consent_text_in_force(
        receiver=IDENTITY_CHECK_RECEIVER, purpose=IDENTITY_CHECK_PURPOSE, on=timezone.localdate(now)
    )
    # Only to the wording that stood above the button: whoever sent without it, or with an older one, reads this one.
    has_read = wording is None or request.POST.get("wording") == str(wording.pk)
    if step == "confirm" and has_read:
        try:
            with transaction.atomic():
                if wording is not None:
                    consent_grant(subject=user, text=wording, actor=user, at=now)
                identity_declare(
                    user=user, name=form.cleaned_data["name"], id_number=form.cleaned_data["id_number"], at=now
                )
        except WorkerError as refusal:
            form.refuse(refusal)
            return render(request, "my/identity.html", {"form": form}, status=422)
        return redirect("my_identity_result")
    context = {"form": form, "answers": form.cleaned_data, "wording": wording}
    return render(request, "my/identity_review.html", context)


@never_cache
@require_GET
def identity_result(request: HttpRequest) -> HttpResponse:
    """How the real-name step stands, and what to do."""
    user = signed_in_user(request)
    worker, asked = worker_of(user), link_request_of(user)
    if worker is None and asked is None:
        return redirect("my_identity")
    return render(request, "my/identity_result.html", {"worker": worker, "words": identity_words(worker, asked)})


@never_cache
@needs_file
def district(request: HttpRequest) -> HttpResponse:
    """Where she lives."""
    worker = her_file(request)
    form = DistrictForm(posted(request), initial={"district_code": worker.district_code})
    if request.method == "POST" and form.is_valid():
        try:
            contact_set(worker_id=worker.pk, actor=signed_in_user(request), at=timezone.now(), **form.cleaned_data)
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存居住的区。"))
            return redirect("my_home")
    return _form_page(request, form, _("住在哪个区"), _("我们会先推荐离您家近的课。"))


@never_cache
@needs_file
def card(request: HttpRequest) -> HttpResponse:
    """The card that money goes to. What is kept is shown masked, never put back into the form."""
    worker = her_file(request)
    form = CardForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            card_set(worker_id=worker.pk, actor=signed_in_user(request), at=timezone.now(), **form.cleaned_data)
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存社保卡账号，补贴会打到这张卡上。"))
            return redirect("my_home")
    text = _("补贴会打到这张卡上，请对照卡面填写。")
    kept = _("现在保存的是：%(card)s") % {"card": worker.masked_card} if worker.social_security_card else ""
    return _form_page(request, form, _("社保卡"), text, kept)


@never_cache
@needs_file
def photo(request: HttpRequest) -> HttpResponse:
    """Her portrait, from the camera or the album."""
    worker = her_file(request)
    form = PhotoForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            photo_set(worker_id=worker.pk, upload=form.upload, actor=signed_in_user(request), at=timezone.now())
        except WorkerError as refusal:
            form.add_error("camera" if form.cleaned_data["camera"] else "album", refusal.message)
        else:
            messages.success(request, _("照片已保存。"))
            return redirect("my_photo")
    return render(request, "my/photo.html", {"form": form, "worker": worker}, status=422 if form.errors else 200)


@never_cache
@require_GET
@needs_file
def photo_file(request: HttpRequest) -> HttpResponseBase:
    """Her own portrait; nobody else's has this address."""
    worker = her_file(request)
    return private_file(worker.photo.storage, worker.photo.name)


def _form_page(request: HttpRequest, form: RepairingForm, heading: str, text: str, kept: str = "") -> HttpResponse:
    return render(
        request,
        "my/form.html",
        {"form": form, "heading": heading, "text": text, "kept": kept},
        status=422 if form.errors else 200,
    )
