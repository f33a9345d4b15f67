"""The desk of routes: read, draft without code, check, compare, and publish by another officer."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing, number_in, user_of
from residency.routes import services
from residency.routes.checking import checked
from residency.routes.drafting import Node, Path, differences, node_at, path_from, root, toml_of, with_values
from residency.routes.filters import PackFilter
from residency.routes.forms import PartForm, UploadForm
from residency.routes.models import RoutePack
from residency.routes.pages import (
    acted,
    crumbs_of,
    desk_context,
    pack_heads,
    pack_rows,
    parts_below,
    source_of,
)
from residency.routes.selectors import edition_before, packs_to_read
from residency.routes.states import PACK_KEEPERS, PackState
from residency.routes.tables import PackTable
from residency.routes.uploads import draft_from_file

SAVED = gettext_lazy("草稿已保存。")
DRAFTED = gettext_lazy("草稿已建好。逐项填写，检查没有问题以后，请另一位政策管理人员发布。")
PUBLISHED = gettext_lazy("已发布，从开始日起生效。前一版到前一天为止。")
WITHDRAWN = gettext_lazy("草稿已撤回。")
REPLACED = gettext_lazy("草稿已换成文件里的内容，请看检查结果。")


class Packs(StaffList):
    name = "route_packs"
    title = gettext_lazy("落户办法")
    table_class = PackTable
    filterset_class = PackFilter
    actions = [
        ("route_pack_new", gettext_lazy("新起一份"), "plus", PACK_KEEPERS),
        ("route_pack_upload_new", gettext_lazy("上传文件"), "upload", PACK_KEEPERS),
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return packs_to_read(user, on=on)


@never_cache
@require_safe
def pack_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: what it says, its examples run, and what may be done with it."""
    found = _read(request, pk)
    shown = checked(found.content)
    context = {
        "pack": found,
        "rows": pack_rows(found),
        "heads": pack_heads(found),
        "checked": shown,
        "before": edition_before(found),
        "editions": packs_to_read(user_of(request), on=timezone.localdate()).filter(
            city_code=found.city_code, code=found.code
        ),
        "upload": UploadForm(),
    }
    return render(request, "routes/pack.html", context | desk_context(request, found))


@never_cache
def pack_new(request: HttpRequest) -> HttpResponse:
    """A new draft: an empty one, or one begun from an edition (``?from=``)."""
    source = source_of(request)
    begun: dict[str, Any] = dict(source.content) if source else {"routes": [], "document": {}}
    first = {"since": timezone.localdate(), "until": None, "edition": f"{timezone.localdate():%Y-%m}"}
    form = PartForm(_posted(request), node=root(begun), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            data = with_values(begun, (), form.values())
            made = services.pack_draft(data=data, follows_id=source.pk if source else None, **doing(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, str(DRAFTED))
            return redirect("route_pack", made.pk)
    context = {"form": form, "source": source}
    return render(request, "routes/pack_new.html", context, status=422 if form.errors else 200)


@never_cache
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """One part of a draft (``?at=``): its fields, and the parts below it to add, move and remove."""
    found = get_object_or_404(RoutePack, pk=pk, state=PackState.DRAFT)
    path, node = _place(request, found)
    form = PartForm(_posted(request), node=node)
    if request.method == "POST" and form.is_valid():
        try:
            content, following = acted(found.content, path, form.values(), request.POST)
            services.pack_redraft(pack_id=pk, data=content, seen=request.POST.get("seen", "")[:64], **doing(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        except LookupError as error:
            raise Http404 from error
        else:
            messages.success(request, str(SAVED))
            return redirect(_address(pk, following))
    context = {
        "pack": found,
        "node": node,
        "form": form,
        "below": parts_below(node),
        "crumbs": crumbs_of(found, path),
        "seen": request.POST.get("seen", found.digest),
    }
    return render(request, "routes/part.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def pack_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Every problem of an edition with its place in words, and every worked example run."""
    found = _read(request, pk)
    context = {"pack": found, "checked": checked(found.content)}
    return render(request, "routes/check.html", context | desk_context(request, found))


@never_cache
@require_safe
def pack_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two editions side by side: this one and the one before it, or the one named (``?with=``)."""
    found = _read(request, pk)
    readable = packs_to_read(user_of(request), on=timezone.localdate())
    other = readable.filter(pk=number_in(request.GET.get("with", "")) or 0).first() or edition_before(found)
    context = {
        "pack": found,
        "other": other,
        "others": readable.exclude(pk=pk).order_by("city_code", "code", "-effective"),
        "differences": differences(other.content, found.content) if other else [],
    }
    return render(request, "routes/compare.html", context)


@never_cache
@require_safe
def pack_toml(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition as a TOML file, to keep or to work on elsewhere."""
    found = _read(request, pk)
    answer = HttpResponse(toml_of(found.content), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.city_code}-route-pack-{found.pk}.toml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
def pack_upload(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A TOML file becomes a new draft, or takes the place of what a draft said."""
    known = get_object_or_404(RoutePack, pk=pk, state=PackState.DRAFT) if pk else None
    form = UploadForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = draft_from_file(form.cleaned_data["file"])
            if known:
                seen = request.POST.get("seen", "")[:64]
                made = services.pack_redraft(pack_id=pk, data=data, seen=seen, **doing(request))
            else:
                made = services.pack_draft(data=data, **doing(request))
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, str(REPLACED if known else DRAFTED))
            return redirect("route_pack_check", made.pk)
    context = {"form": form, "pack": known, "seen": known.digest if known else ""}
    return render(request, "routes/upload.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def pack_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Publish or withdraw a draft."""
    reason, seen = request.POST.get("reason", "")[:300], request.POST.get("seen", "")[:64]
    get_object_or_404(RoutePack, pk=pk)
    try:
        if action == "publish":
            services.pack_publish(pack_id=pk, reason=reason, seen=seen, **doing(request))
            messages.success(request, str(PUBLISHED))
        elif action == "withdraw":
            services.pack_draft_withdraw(pack_id=pk, reason=reason, **doing(request))
            messages.success(request, str(WITHDRAWN))
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("route_pack", pk)


def _read(request: HttpRequest, pk: int) -> RoutePack:
    return get_object_or_404(packs_to_read(user_of(request), on=timezone.localdate()), pk=pk)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _place(request: HttpRequest, pack: RoutePack) -> tuple[Path, Node]:
    path = path_from(request.GET.get("at", "")[:300])
    try:
        node = node_at(pack.content, path)
    except LookupError as error:
        raise Http404 from error
    if node.is_list or node.value is None:
        raise Http404
    return path, node


def _address(pk: int, path: Path) -> str:
    return f"{reverse('route_pack_part', args=[pk])}?at={'/'.join(str(step) for step in path)}"
