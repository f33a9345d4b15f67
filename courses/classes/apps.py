from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassesConfig(AppConfig):
    name = "courses.classes"
    verbose_name = _("班次")

    def ready(self) -> None:
        """Make the roster and the plan kinds of import, and show class runs on the pages of courses."""
        from courses.classes import imports, offers, plan_import  # noqa: F401
        from courses.classes.services.enrolments import run_cancelled
        from courses.classes.signals import class_run_moved
        from foundation.accounts.states import Role
        from foundation.privacy.registry import revealable

        class_run_moved.connect(run_cancelled, dispatch_uid="courses.classes.run_cancelled")
        case_officers = {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION}
        revealable("classes.enrolment", fields={"address", "card"}, roles=case_officers)
