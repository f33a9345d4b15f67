"""The site as granian serves it, on the machine's clock."""

from tests.faults import clock

clock.follow()

from portal.wsgi import application  # noqa: E402 - nothing may read the clock before

__all__ = ["application"]
