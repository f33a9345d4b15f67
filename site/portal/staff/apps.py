from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "portal.staff"
    verbose_name = _("工作台")

    def ready(self) -> None:
        """Make our kind of import known, and note when tasks succeed or fail."""
        from foundation.imports.registry import register
        from portal.staff import jobs
        from portal.staff.organisations_import import OrganisationsKind

        register(OrganisationsKind)
        jobs.connect()
