"""The order in which rows are locked: class runs by number, then persons by number. Everybody keeps to it."""

from collections.abc import Collection

from courses.classes.models import ClassRun
from workers.models import Worker


def class_run_lock(class_run_id: int) -> ClassRun:
    """The class run, locked for this transaction. Seats and state change only under this lock."""
    return (
        ClassRun.objects.select_for_update(of=("self",), no_key=True)
        .select_related("school__organisation", "course_version__package_version__package")
        .get(pk=class_run_id)
    )


def workers_lock(worker_ids: Collection[int]) -> None:
    """Lock persons, so that nobody gives them another seat meanwhile. Take it after the lock of the class run."""
    locked = Worker.objects.select_for_update(no_key=True).filter(pk__in=worker_ids).order_by("pk")
    list(locked.values_list("pk", flat=True))
