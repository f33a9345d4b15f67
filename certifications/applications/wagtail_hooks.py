"""申报条件 in the Wagtail admin."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from certifications.applications import officer_views as views
from foundation.accounts.access import for_roles
from foundation.officers_desk import READERS, WRITERS, DeskPages

readers = for_roles(*READERS)
writers = for_roles(*WRITERS)


class ConditionPages(DeskPages):
    name = "conditions"
    url_prefix = "conditions"
    icon = "list-ul"
    menu_label = _("申报条件")
    menu_order = 165

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", readers(views.edition_list), name="index"),
            path("new/", writers(views.edition_edit), name="new"),
            path("<int:pk>/", readers(views.edition_page), name="page"),
            path("<int:pk>/edit/", writers(views.edition_edit), name="edit"),
            path("<int:pk>/publish/", writers(views.edition_act), {"action": "publish"}, name="publish"),
            path("<int:pk>/withdraw/", writers(views.edition_act), {"action": "withdraw"}, name="withdraw"),
            path("<int:pk>/verify/", writers(views.edition_act), {"action": "verify"}, name="verify"),
        ]


@hooks.register("register_admin_viewset")
def condition_pages() -> ConditionPages:
    return ConditionPages()
