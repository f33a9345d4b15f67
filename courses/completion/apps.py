from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompletionConfig(AppConfig):
    name = "courses.completion"
    verbose_name = _("结班与结业")

    def ready(self) -> None:
        """Register the texts that go to workers' phones."""
        from courses.completion import texts  # noqa: F401
