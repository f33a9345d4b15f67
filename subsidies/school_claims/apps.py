from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolClaimsConfig(AppConfig):
    name = "subsidies.school_claims"
    verbose_name = _("机构代为申领")

    def ready(self) -> None:
        """What she takes back among her data, she takes back from every school; register what is sent to phones."""
        from foundation.privacy.signals import consent_withdrawn
        from subsidies.school_claims import texts  # noqa: F401
        from subsidies.school_claims.services.mandates import mandates_stop

        consent_withdrawn.connect(mandates_stop, dispatch_uid="school_claims.mandates_stop")
