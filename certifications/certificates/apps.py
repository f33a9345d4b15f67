from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from certifications.certificates.states import CERTIFICATE_OFFICERS
from foundation.accounts.states import Role


class CertificatesConfig(AppConfig):
    name = "certifications.certificates"
    verbose_name = _("证书")

    def ready(self) -> None:
        """Register the list of level certificates as an import, the texts, and who may have a certificate's file."""
        from certifications.certificates import (
            level_imports,  # noqa: F401 - the kind registers itself
            texts,  # noqa: F401 - the texts register themselves
        )
        from certifications.certificates.selectors.training import is_of_own_school, is_own_certificate
        from foundation.privacy.registry import revealable

        name = "certificates.trainingcertificate"
        revealable(name, fields={"file"}, roles=CERTIFICATE_OFFICERS)
        revealable(name, fields={"file"}, roles={Role.SCHOOL_STAFF}, may_reveal=is_of_own_school)
        revealable(name, fields={"file"}, roles={Role.WORKER}, may_reveal=is_own_certificate)
