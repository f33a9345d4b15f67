from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "subsidies.notices"
    verbose_name = _("公示和异议")

    def ready(self) -> None:
        """Register the texts that go to phones."""
        from subsidies.notices import texts  # noqa: F401
