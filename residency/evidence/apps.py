from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "residency.evidence"
    verbose_name = _("证明材料包")

    def ready(self) -> None:
        """Stop sending the moment a consent is taken back."""
        from foundation.privacy.signals import consent_withdrawn
        from residency.evidence.services.withdrawing import evidence_stop

        consent_withdrawn.connect(evidence_stop, dispatch_uid="evidence.evidence_stop")
