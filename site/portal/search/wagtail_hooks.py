"""Editors keep the list of synonyms."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.search.models import Synonym


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "search"
    menu_label = _("搜索同义词")
    menu_name = "synonyms"
    menu_order = 700
    add_to_admin_menu = True
    list_display = ["word", "meaning"]
    search_fields = ["word", "meaning"]


register_snippet(SynonymViewSet)
