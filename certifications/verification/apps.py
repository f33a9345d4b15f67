from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "certifications.verification"
    verbose_name = _("证书查验")
