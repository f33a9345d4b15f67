from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "subsidies.claims"
    verbose_name = _("补贴申领")

    def ready(self) -> None:
        """Stop money for a certificate that no longer counts or was corrected; register what is sent to phones."""
        from certifications.certificates.signals import certificate_corrected, certificate_moved
        from subsidies.claims import texts as _texts  # noqa: F401
        from subsidies.claims.services.holding import claims_hold, claims_hold_corrected

        certificate_moved.connect(claims_hold, dispatch_uid="claims.claims_hold")
        certificate_corrected.connect(claims_hold_corrected, dispatch_uid="claims.claims_hold_corrected")
