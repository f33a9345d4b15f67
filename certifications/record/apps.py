from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "certifications.record"
    verbose_name = _("技能档案")
