"""职业与培训包 in the Wagtail admin: occupations to read, packages with their editions."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.catalogue import services, views
from courses.catalogue.forms import PackageForm
from courses.catalogue.models import TrainingPackage
from foundation.accounts.access import for_roles
from foundation.officers_desk import READERS, WRITERS, DeskPages, DeskViewSet, ForReaders, ThroughServices

readers = for_roles(*READERS)
writers = for_roles(*WRITERS)


class PackageIndex(generic.IndexView):
    def get_edit_url(self, instance: TrainingPackage) -> str:
        return reverse("training_packages:page", args=[instance.pk])

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("occupation", "work_type")


class PackageCreate(ThroughServices, generic.CreateView):
    def save_instance(self) -> TrainingPackage:
        return services.package_create(**self.form.cleaned_data, actor=self.request.user, at=timezone.now())

    def get_success_url(self) -> str:
        return reverse("training_packages:page", args=[self.object.pk])


class PackageDesk(DeskViewSet):
    model = TrainingPackage
    desk_form = PackageForm
    name = "training_packages"
    url_prefix = "catalogue/packages"
    icon = "folder-open-inverse"
    menu_label = _("职业培训包")
    index_view_class = PackageIndex
    add_view_class = PackageCreate
    search_fields = ["title", "code", "occupation__name"]
    list_display = [
        "title",
        Column("occupation", label=_("职业")),
        Column("work_type", label=_("工种")),
        Column("get_level_display", label=_("等级")),
        Column("get_kind_display", label=_("培训类别")),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**({"edit_url_name": "training_packages:page"} | kwargs))

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *(one for one in super().get_urlpatterns() if one.name != "edit"),
            path("<int:pk>/", readers(views.package_page), name="page"),
            path("<int:pk>/edition/", writers(views.edition_edit), name="edition"),
            path("editions/<int:pk>/publish/", writers(views.edition_publish), name="publish"),
            path("editions/<int:pk>/end/", writers(views.edition_end), name="end"),
        ]


class OccupationPages(DeskPages):
    name = "occupations"
    url_prefix = "catalogue/occupations"
    icon = "list-ul"
    menu_label = _("职业目录")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", readers(views.occupation_page), name="index")]


class CatalogueDesk(ViewSetGroup):
    menu_label = _("职业与培训包")
    menu_icon = "folder-open-inverse"
    menu_order = 160
    menu_item_class = ForReaders
    items = (PackageDesk(), OccupationPages())


@hooks.register("register_admin_viewset")
def catalogue_desk() -> CatalogueDesk:
    return CatalogueDesk()
