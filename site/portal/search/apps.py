from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "portal.search"
    label = "portal_search"
    verbose_name = _("站内搜索")

    def ready(self) -> None:
        """Let the course finder know people's words."""
        from courses.content.search_words import expander_register
        from portal.search.selectors import expand

        expander_register(lambda text: expand(text)[0])
