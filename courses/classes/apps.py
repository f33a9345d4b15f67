from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassesConfig(AppConfig):
    name = "courses.classes"
    verbose_name = _("班次")

    def ready(self) -> None:
        """Make the roster and the plan kinds of import, and show class runs on the pages of courses."""
        from courses.classes import imports, offers, plan_import  # noqa: F401
