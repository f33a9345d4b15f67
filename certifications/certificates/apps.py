from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certifications.certificates"
    verbose_name = _("证书")

    def ready(self) -> None:
        """Make the list of level certificates a kind of import."""
        from certifications.certificates import level_imports  # noqa: F401 - the kind registers itself
