from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "certifications.papers"
    verbose_name = _("证书文件")
