"""工作日历 in the Wagtail admin: the year, entered days, and the notices that make a year certain."""

from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from foundation.accounts.access import for_roles
from foundation.calendar import services, views
from foundation.calendar.forms import DayForm, NoticeForm
from foundation.calendar.models import CalendarDay, YearNotice
from foundation.officers_desk import READERS, WRITERS, DeskPages, DeskViewSet, ForReaders, ThroughServices


class DayCreate(ThroughServices, generic.CreateView):
    def save_instance(self) -> CalendarDay:
        return services.calendar_day_enter(**self.form.cleaned_data, actor=self.request.user, at=timezone.now())


class DayEdit(ThroughServices, generic.EditView):
    template_name = "policy/day_edit.html"

    def save_instance(self) -> CalendarDay:
        return services.calendar_day_enter(
            **self.form.cleaned_data, actor=self.request.user, at=timezone.now(), day_id=self.object.pk
        )


class DayDesk(DeskViewSet):
    model = CalendarDay
    desk_form = DayForm
    name = "calendar_days"
    url_prefix = "calendar/days"
    icon = "date"
    menu_label = _("特别日期")
    add_view_class = DayCreate
    edit_view_class = DayEdit
    edit_template_name = "policy/day_edit.html"
    list_filter = ["kind"]
    list_display = ["day", "kind", "name", "source", Column("entered_by", label=_("录入人"))]

    def get_urlpatterns(self) -> list[URLPattern]:
        remove = path("<int:pk>/remove/", for_roles(*WRITERS)(views.day_remove), name="remove")
        return [*super().get_urlpatterns(), remove]


class NoticeSave(ThroughServices):
    def save_instance(self) -> YearNotice:
        known: Any = getattr(self, "object", None)
        return services.year_notice_confirm(
            **self.form.cleaned_data,  # type: ignore[attr-defined]
            actor=self.request.user,  # type: ignore[attr-defined]
            at=timezone.now(),
            notice_id=known.pk if known else None,
        )


class NoticeCreate(NoticeSave, generic.CreateView):
    pass


class NoticeEdit(NoticeSave, generic.EditView):
    pass


class NoticeDesk(DeskViewSet):
    model = YearNotice
    desk_form = NoticeForm
    name = "calendar_notices"
    url_prefix = "calendar/notices"
    icon = "doc-full"
    menu_label = _("年度放假通知")
    add_view_class = NoticeCreate
    edit_view_class = NoticeEdit
    list_display = ["year", "doc_no", Column("confirmed_by", label=_("确认人"))]


class YearPages(DeskPages):
    name = "calendar_year"
    url_prefix = "calendar/year"
    icon = "calendar"
    menu_label = _("全年一览")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", for_roles(*READERS)(views.year_page), name="index")]


class CalendarDesk(ViewSetGroup):
    menu_label = _("工作日历")
    menu_icon = "calendar"
    menu_order = 160
    menu_item_class = ForReaders
    items = (YearPages(), DayDesk(), NoticeDesk())


@hooks.register("register_admin_viewset")
def calendar_desk() -> CalendarDesk:
    return CalendarDesk()
