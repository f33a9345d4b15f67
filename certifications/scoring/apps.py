from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "certifications.scoring"
    verbose_name = _("成绩")
