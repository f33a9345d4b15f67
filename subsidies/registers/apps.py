from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "subsidies.registers"
    verbose_name = _("比对名册")

    def ready(self) -> None:
        """Make lists of other offices a kind of import."""
        from subsidies.registers import imports  # noqa: F401
