from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class AttendanceConfig(AppConfig):
    name = "courses.attendance"
    verbose_name = _("考勤")

    def ready(self) -> None:
        """Register the texts that go to workers' phones, and who may read the names on a sign-in sheet."""
        from courses.attendance import texts  # noqa: F401
        from courses.attendance.selectors import is_in_own_class
        from foundation.privacy.registry import revealable

        roles = {Role.SCHOOL_STAFF, Role.TEACHER}
        revealable("workers.worker", fields={"name"}, roles=roles, may_reveal=is_in_own_class)
