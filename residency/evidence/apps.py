from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "residency.evidence"
    verbose_name = _("证明材料包")
