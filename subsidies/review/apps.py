from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "subsidies.review"
    verbose_name = _("补贴审核")

    def ready(self) -> None:
        """Register the text that goes to a claimant's phone."""
        from subsidies.review import texts  # noqa: F401
