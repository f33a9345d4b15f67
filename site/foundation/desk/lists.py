"""A list of the desktop: filters in the address, sorting, pages, and a way to take it along as a file."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from foundation.accounts.models import User
from foundation.accounts.states import WRITERS, Role
from foundation.audit.services import audit_record
from foundation.desk.exports import FORMATS, ExportForm, StaffResource

EXPORT_LIMIT = 10_000


class StaffList(SingleTableMixin, FilterView):
    """Subclasses name the table, the filters and the rows somebody may see."""

    http_method_names = ["get", "head", "options"]
    template_name = "staff/list.html"
    paginate_by = 50
    strict = False
    title: ClassVar[Any]
    # The address of the list; its export stands at <name>_export.
    name: ClassVar[str]
    resource: ClassVar[type[StaffResource] | None] = None
    actions: ClassVar[list[tuple[str, Any, str, Collection[Role]]]] = []  # address, label, icon, roles

    def visible(self, user: User, on: date) -> QuerySet:
        """The rows the user may see on a day."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        self.request.today = timezone.localdate()
        return self.visible(self.request.user, self.request.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles: frozenset[Role] = self.request.roles
        actions = [
            {"url": reverse(name), "label": label, "icon": icon, "kind": "primary"}
            for name, label, icon, allowed in self.actions
            if roles & set(allowed)
        ]
        if self.resource is not None and roles & WRITERS:
            query = self.request.GET.urlencode()
            url = reverse(f"{self.name}_export") + (f"?{query}" if query else "")
            actions.append({"url": url, "label": _("导出"), "icon": "download", "kind": "secondary"})
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"title": self.title, "actions": actions}


def exported(listing: type[StaffList]) -> Any:
    """The view that gives a list away as a file: asks for the purpose, keeps to the filters, leaves an event."""

    def view(request: HttpRequest) -> HttpResponse:
        # Inspectors and administrators also hold a role that writes; who only reads takes nothing away.
        if not request.roles & WRITERS:  # type: ignore[attr-defined]
            raise PermissionDenied(_("您的角色只能查看，不能导出。"))
        page = listing()
        page.setup(request)
        answers = listing.filterset_class(request.GET, queryset=page.get_queryset(), request=request)
        rows = answers.qs if answers.form.is_valid() else page.get_queryset()
        count = rows.count()
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if count <= EXPORT_LIMIT:
                return _file(listing, rows, count, form, request)
            form.add_error(
                None,
                _("共 %(count)d 条，超过一次导出的上限 %(limit)d 条。请先用筛选缩小范围。")
                % {"count": count, "limit": EXPORT_LIMIT},
            )
        query = request.GET.urlencode()
        context = {
            "form": form,
            "title": listing.title,
            "count": count,
            "limit": EXPORT_LIMIT,
            "back_url": reverse(listing.name) + (f"?{query}" if query else ""),
        }
        return render(request, "staff/export.html", context)

    view.__module__, view.__qualname__ = __name__, f"{listing.__name__}.exported"
    return view


def _file(listing: type[StaffList], rows: QuerySet, count: int, form: ExportForm, request: HttpRequest) -> HttpResponse:
    """The file, and the event that says who took it, for what, and what was asked for."""
    assert listing.resource is not None
    kind = form.cleaned_data["format"]
    with transaction.atomic():
        audit_record(
            "staff.list.exported",
            None,
            actor=request.user,  # type: ignore[arg-type]
            reason=form.cleaned_data["purpose"],
            data={"list": listing.name, "filters": dict(request.GET.lists()), "rows": count, "format": kind},
        )
        dataset = listing.resource().export(rows)
        content = FORMATS[kind]().export_data(dataset)
    if isinstance(content, str):
        content = content.encode("utf-8-sig")  # Excel reads UTF-8 only with its mark
    answer = HttpResponse(content, content_type=FORMATS[kind].CONTENT_TYPE)
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="{listing.name.removeprefix("staff_")}-{day}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
