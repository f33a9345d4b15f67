from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalentConfig(AppConfig):
    name = "certifications.talent"
    verbose_name = _("技能人才")

    def ready(self) -> None:
        """Whoever gets a guaranteed level is registered; who may see in plain what she told besides, for a purpose."""
        from certifications.talent.services.registering import skills_follow
        from certifications.talent.states import KEEPERS, PRIVATE_FIELDS
        from foundation.privacy.registry import revealable
        from workers.signals import skill_lines_changed

        revealable("talent.talentrecord", fields=PRIVATE_FIELDS, roles=KEEPERS)
        skill_lines_changed.connect(skills_follow, dispatch_uid="talent.skills_follow")
