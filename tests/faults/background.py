"""Celery's workers and beat, on the machine's clock, with the fuse that ends a worker in the middle of a task."""

from tests.faults import clock

clock.follow()

from portal.celery import app  # noqa: E402 - nothing may read the clock before
from tests.faults import fuse  # noqa: E402

fuse.lay()

__all__ = ["app"]
