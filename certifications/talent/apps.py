from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalentConfig(AppConfig):
    name = "certifications.talent"
    verbose_name = _("技能人才")
