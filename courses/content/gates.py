"""Where Wagtail's ways of submitting, approving and publishing meet our rules. Connected when the app is ready.

Here, as in a view, the clock is read; the services are told the day.
"""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, Revision, TaskState
from wagtail.signals import page_published, task_submitted

from courses.content.course_services import course_refuse_unready, course_version_publish
from courses.content.models import CoursePage
from courses.content.signals import course_publishing


@receiver(task_submitted, dispatch_uid="content.gate.task")
def nothing_unready_is_passed_on(instance: TaskState, **kwargs: Any) -> None:
    """Sent when a course is submitted, and when the school's step hands it to the bureau's."""
    page = instance.revision.as_object()
    if isinstance(page, CoursePage):
        course_refuse_unready(page, on=timezone.localdate())


@receiver(course_publishing, dispatch_uid="content.gate.publishing")
def nothing_unready_is_published(revision: Revision, **kwargs: Any) -> None:
    """The last approval, publication in bulk and by the clock."""
    course_refuse_unready(revision.as_object(), on=timezone.localdate())


@receiver(page_published, sender=CoursePage, dispatch_uid="content.freeze")
def what_is_published_is_frozen(instance: Page, revision: Revision, **kwargs: Any) -> None:
    """The version classes are opened with."""
    if not instance.live:
        return
    actor = get_active_log_context().user or revision.user
    course_version_publish(page=instance, revision_id=revision.pk, actor=actor, at=timezone.now())
