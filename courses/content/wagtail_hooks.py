"""The last gate of the editor's own publish button, and what must not be done with pages that were published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.content.choosers import CHOOSERS
from courses.content.course_services import course_refuse_unready
from courses.content.models import CoursePage, CourseVersion


@hooks.register("register_admin_viewset")
def choosers() -> list[Any]:
    """Choosing videos and question banks of one's own school."""
    return CHOOSERS


@hooks.register("before_publish_page")
def nothing_unready_is_published(request: HttpRequest, page: Page) -> None:
    """The form has told her already; this stands where a form was passed by. The middleware shows the sentence."""
    if isinstance(page, CoursePage):
        course_refuse_unready(page, on=timezone.localdate())


def _refuse(request: HttpRequest, page: Page, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("wagtailadmin_pages:edit" if page.pk and not page.is_root() else "wagtailadmin_home", page.pk)


def _was_published(pages: list[Page]) -> bool:
    """Whether a course that was published stands among the pages or under them."""
    return any(CourseVersion.objects.filter(page__path__startswith=page.path).exists() for page in pages)


@hooks.register("before_delete_page")
def what_classes_rest_on_stays(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Class runs and credited hours name versions; the page they were published from stays."""
    if not _was_published([page]):
        return None
    return _refuse(request, page, _("课程发布过，班次和学时要用到它，不能删除。如果不再招生，请取消发布。"))


@hooks.register("before_bulk_action")
def what_classes_rest_on_stays_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action_class_instance: Any
) -> HttpResponse | None:
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete" and _was_published(pages):
        messages.error(request, _("选中的页面里有发布过的课程，不能删除。如果不再招生，请取消发布。"))
        return redirect("wagtailadmin_home")
    if action_type == "move" and any(isinstance(page.specific, CoursePage) for page in pages):
        messages.error(request, _("课程属于本校，不能移到别处。请在对方学校的页面下重新建课程。"))
        return redirect("wagtailadmin_home")
    return None


@hooks.register("before_move_page")
def a_course_stays_with_its_school(request: HttpRequest, page_to_move: Page, destination: Page) -> HttpResponse | None:
    if not isinstance(page_to_move.specific, CoursePage) or destination.pk == page_to_move.get_parent().pk:
        return None
    return _refuse(request, page_to_move, _("课程属于本校，不能移到别处。请在对方学校的页面下重新建课程。"))


@hooks.register("before_copy_page")
def a_copy_stays_with_its_school(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy inside the school is a good beginning for the next course; no twin that follows, and none elsewhere."""
    if request.method != "POST" or not isinstance(page.specific, CoursePage):
        return None
    if not request.POST.get("alias") and request.POST.get("new_parent_page") == str(page.get_parent().pk):
        return None
    return _refuse(request, page, _("课程只能在本校页面下复制。请把上级页面选为本校页面，不要勾选别名。"))
