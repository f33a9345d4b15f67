from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "certifications.scoring"
    verbose_name = _("成绩")

    def ready(self) -> None:
        """Register the import, what is said before a plan moves, and the texts that go to candidates' phones."""
        from certifications.scoring import guards, imports, texts  # noqa: F401
