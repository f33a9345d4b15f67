from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalentConfig(AppConfig):
    name = "certifications.talent"
    verbose_name = _("技能人才")

    def ready(self) -> None:
        """Whoever gets a guaranteed level is registered."""
        from certifications.talent.services.registering import skills_follow
        from workers.signals import skill_lines_changed

        skill_lines_changed.connect(skills_follow, dispatch_uid="talent.skills_follow")
