from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class PlansConfig(AppConfig):
    name = "certifications.plans"
    verbose_name = _("考核计划")

    def ready(self) -> None:
        """Register the texts that go to candidates' phones, and who may print their names."""
        from certifications.plans import texts  # noqa: F401
        from certifications.plans.selectors import is_in_own_assessment
        from foundation.privacy.registry import revealable

        roles = {Role.SCHOOL_STAFF, Role.BODY_STAFF, Role.ASSESSOR}
        revealable("workers.worker", fields={"name"}, roles=roles, may_reveal=is_in_own_assessment)
