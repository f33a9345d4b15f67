from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "subsidies.awards"
    verbose_name = _("人才奖励")
