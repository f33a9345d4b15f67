from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "subsidies.notices"
    verbose_name = _("公示和异议")

    def ready(self) -> None:
        """Register the texts that go to phones, and who may see who objected."""
        from foundation.privacy.registry import revealable
        from subsidies.notices import texts  # noqa: F401
        from subsidies.notices.selectors import is_answerer
        from subsidies.notices.states import NOTICE_KEEPERS

        fields = {"name", "phone"}
        revealable("notices.objection", fields=fields, roles=NOTICE_KEEPERS, may_reveal=is_answerer)
