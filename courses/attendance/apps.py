from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "courses.attendance"
    verbose_name = _("考勤")

    def ready(self) -> None:
        """Register the texts that go to workers' phones."""
        from courses.attendance import texts  # noqa: F401
