from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class ApplicationsConfig(AppConfig):
    name = "certifications.applications"
    verbose_name = _("认定申报")

    def ready(self) -> None:
        """Let a body see whoever applied to it, for a purpose and on record; stop when she no longer agrees."""
        from certifications.applications.selectors import has_applied_here
        from certifications.applications.services import applications_stop
        from foundation.privacy.registry import revealable
        from foundation.privacy.signals import consent_withdrawn

        fields = {"name", "id_number", "contact_phone"}
        revealable("workers.worker", fields=fields, roles={Role.BODY_STAFF}, may_reveal=has_applied_here)
        consent_withdrawn.connect(applications_stop, dispatch_uid="applications.applications_stop")
