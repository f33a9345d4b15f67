from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "certifications.bodies"
    verbose_name = _("评价机构")

    def ready(self) -> None:
        """Make the list of assessors a kind of import."""
        from certifications.bodies import imports  # noqa: F401
