from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "certifications.papers"
    verbose_name = _("证书文件")

    def ready(self) -> None:
        from certifications.papers.checks import signing_check

        register(signing_check, Tags.security, deploy=True)
