from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "subsidies.awards"
    verbose_name = _("人才奖励")

    def ready(self) -> None:
        """What she takes back among her data, she takes back from every employer; register what is sent to phones."""
        from foundation.privacy.signals import consent_withdrawn
        from subsidies.awards import texts as _texts  # noqa: F401
        from subsidies.awards.services.mandates import mandates_stop

        consent_withdrawn.connect(mandates_stop, dispatch_uid="awards.mandates_stop")
