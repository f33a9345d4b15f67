from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolClaimsConfig(AppConfig):
    name = "subsidies.school_claims"
    verbose_name = _("机构代为申领")
