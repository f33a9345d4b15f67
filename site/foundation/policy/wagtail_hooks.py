"""政策管理 in the Wagtail admin: documents, parameters, versions, and what is in force on a day."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from foundation.accounts.access import for_roles
from foundation.officers_desk import READERS, WRITERS, DeskPages, DeskViewSet, ForReaders, ThroughServices
from foundation.policy import services, views
from foundation.policy.filters import DocumentFilters, ParameterFilters, VersionFilters
from foundation.policy.forms import DocumentForm, ParameterForm, VersionForm
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.states import VersionStatus

readers = for_roles(*READERS)
writers = for_roles(*WRITERS)


class CheckedColumn(Column):
    """已核实 or 待核实， in words."""

    def get_value(self, instance: Any) -> Any:
        return _("已核实") if instance.is_verified else _("待核实")


# --- documents ----------------------------------------------------------------------------------------------------


class DocumentCreate(ThroughServices, generic.CreateView):
    def save_instance(self) -> PolicyDocument:
        return services.document_record(
            fields=self.form.fields_for_service(), actor=self.request.user, at=timezone.now()
        )


class DocumentEdit(ThroughServices, generic.EditView):
    def save_instance(self) -> PolicyDocument:
        return services.document_record(
            fields=self.form.fields_for_service(),
            actor=self.request.user,
            at=timezone.now(),
            document_id=self.object.pk,
        )


class PageLinkedIndex(generic.IndexView):
    """The first column leads to the row's page, for readers too."""

    page_url_name = ""

    def get_edit_url(self, instance: Any) -> str:
        return reverse(self.page_url_name, args=[instance.pk])


class DocumentIndex(PageLinkedIndex):
    page_url_name = "policy_documents:page"


class DocumentDesk(DeskViewSet):
    model = PolicyDocument
    desk_form = DocumentForm
    name = "policy_documents"
    url_prefix = "policy/documents"
    icon = "doc-full"
    menu_label = _("政策文件")
    index_view_class = DocumentIndex
    add_view_class = DocumentCreate
    edit_view_class = DocumentEdit
    filterset_class = DocumentFilters
    search_fields = ["title", "doc_no", "issuer"]
    list_display = [
        "title",
        "doc_no",
        Column("place", label=_("适用地区")),
        "issued_on",
        Column("get_provenance_display", label=_("来源可靠程度")),
        CheckedColumn("checked", label=_("核实情况")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", readers(views.document_page), name="page"),
            path("<int:pk>/verify/", writers(views.document_verify), name="verify"),
        ]


# --- parameters ---------------------------------------------------------------------------------------------------


class ParameterSave(ThroughServices):
    def save_instance(self) -> Parameter:
        data = self.form.cleaned_data  # type: ignore[attr-defined]
        known = getattr(self, "object", None)
        return services.parameter_record(
            **data,
            actor=self.request.user,  # type: ignore[attr-defined]
            at=timezone.now(),
            parameter_id=known.pk if known else None,
        )


class ParameterCreate(ParameterSave, generic.CreateView):
    pass


class ParameterEdit(ParameterSave, generic.EditView):
    pass


class ParameterIndex(PageLinkedIndex):
    page_url_name = "policy_parameters:page"


class ParameterDesk(DeskViewSet):
    model = Parameter
    desk_form = ParameterForm
    name = "policy_parameters"
    url_prefix = "policy/parameters"
    icon = "tag"
    menu_label = _("政策参数")
    index_view_class = ParameterIndex
    add_view_class = ParameterCreate
    edit_view_class = ParameterEdit
    filterset_class = ParameterFilters
    search_fields = ["code", "meaning"]
    list_display = ["meaning", "code", Column("place", label=_("适用地区")), "unit"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/", readers(views.parameter_history), name="page")]


# --- versions -----------------------------------------------------------------------------------------------------


def version_url(version: ParameterVersion) -> str:
    return reverse("policy_versions:page", args=[version.pk])


class VersionIndex(PageLinkedIndex):
    page_url_name = "policy_versions:page"

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("parameter", "document")


class VersionCreate(ThroughServices, generic.CreateView):
    def get_initial(self) -> dict[str, Any]:
        return {"parameter": self.request.GET.get("parameter", "")}

    def save_instance(self) -> ParameterVersion:
        return services.parameter_draft(
            parameter_id=self.form.cleaned_data["parameter"].pk,
            fields=self.form.fields_for_service(),
            actor=self.request.user,
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("policy_versions:page", args=[self.object.pk])


class VersionEdit(ThroughServices, generic.EditView):
    """Only drafts have a form; what is published has a page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ParameterVersion.objects.filter(pk=kwargs["pk"], status=VersionStatus.DRAFT).exists():
            return redirect("policy_versions:page", pk=kwargs["pk"])
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def save_instance(self) -> ParameterVersion:
        return services.parameter_draft(
            parameter_id=self.form.cleaned_data["parameter"].pk,
            fields=self.form.fields_for_service(),
            actor=self.request.user,
            at=timezone.now(),
            version_id=self.object.pk,
        )

    def get_success_url(self) -> str:
        return reverse("policy_versions:page", args=[self.object.pk])


class VersionDesk(DeskViewSet):
    model = ParameterVersion
    desk_form = VersionForm
    name = "policy_versions"
    url_prefix = "policy/versions"
    icon = "history"
    menu_label = _("参数版本与草稿")
    index_view_class = VersionIndex
    add_view_class = VersionCreate
    edit_view_class = VersionEdit
    filterset_class = VersionFilters
    search_fields = ["parameter__code", "parameter__meaning", "article"]
    list_display = [
        TitleColumn("parameter.meaning", label=_("含义"), get_url=version_url),
        Column("parameter.code", label=_("代码")),
        Column("parameter.place", label=_("适用地区")),
        Column("text", label=_("数值")),
        Column("period.first", label=_("开始执行")),
        Column("last_day", label=_("最后一天")),
        Column("get_status_display", label=_("状态")),
        CheckedColumn("checked", label=_("核实情况")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", readers(views.version_page), name="page"),
            path("<int:pk>/publish/", writers(views.version_act), {"action": "publish"}, name="publish"),
            path("<int:pk>/withdraw/", writers(views.version_act), {"action": "withdraw"}, name="withdraw"),
            path("<int:pk>/verify/", writers(views.version_act), {"action": "verify"}, name="verify"),
        ]


# --- a day's figures ----------------------------------------------------------------------------------------------


class InForcePages(DeskPages):
    name = "policy_in_force"
    url_prefix = "policy/in-force"
    icon = "calendar-alt"
    menu_label = _("某日生效一览")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", readers(views.in_force), name="index"),
            path("export/", readers(views.in_force_export), name="export"),
        ]


class PolicyDesk(ViewSetGroup):
    menu_label = _("政策管理")
    menu_icon = "clipboard-list"
    menu_order = 150
    menu_item_class = ForReaders
    items = (
        InForcePages(),
        VersionDesk(),
        ParameterDesk(),
        DocumentDesk(),
    )


@hooks.register("register_admin_viewset")
def policy_desk() -> PolicyDesk:
    return PolicyDesk()


@hooks.register("insert_global_admin_css")
def desk_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("policy/desk.css"))
