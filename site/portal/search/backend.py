"""Wagtail's PostgreSQL search backend, taught Chinese (``portal.search.chinese``)."""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from modelsearch.backends.database.postgres import postgres
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.query import Or, PlainText

from portal.search.chinese import filed, pairs, pieces


class PairIndexer(postgres.ObjectIndexer):
    """Files Chinese runs as pairs."""

    def prepare_value(self, value: Any) -> str:
        return filed(super().prepare_value(value)) if isinstance(value, str) else super().prepare_value(value)


# The index builds its rows through this module-level name and offers no other seam.
postgres.ObjectIndexer = PairIndexer


def piece_query(piece: str, *, is_chinese: bool, is_prefix: bool, invert: bool, config: Any) -> SearchQuery:
    """One part of a query: a phrase of pairs, a single character, or a word."""
    if is_chinese and len(piece) > 1:
        # Without the last single character: inside a longer run it is not filed there.
        phrase = SearchQuery(" ".join(pairs(piece)[:-1]), search_type="phrase", config=config)
        return ~phrase if invert else phrase
    prefix = is_chinese or is_prefix
    return SearchQuery(Lexeme(piece, invert=invert, prefix=prefix), search_type="raw", config=config)


# More hits than anybody pages through; ranking reads each hit's whole text, so only these are ranked.
MOST_RANKED = 1000


class ChineseSearchQueryCompiler(postgres.PostgresSearchQueryCompiler):
    """Turns plain text into phrases of pairs; everything else is left to Wagtail."""

    def search(self, config: Any, start: Any, stop: Any, score_field: Any = None, backend: Any = None) -> Any:
        """The hits, the best first; of very many, the newest and the newest with the words in the title are ranked.

        Wagtail asks for the words in title and body joined together, which no index holds; here each part of the
        query is asked of the two columns' own indexes.
        """
        condition = None if self.fields is not None else self._condition(self.query, config, self._columns())
        if condition is None:
            return super().search(config, start, stop, score_field=score_field, backend=backend)
        titled = self.queryset.filter(self._condition(self.query, config, self._columns()[:1]))
        newest = self.queryset.filter(condition)
        nearest = [hits.order_by("-pk").values("pk")[:MOST_RANKED] for hits in (titled, newest)]
        rank = self._build_rank_expression(self.get_index_vectors(None), config)
        ranked = self.queryset.filter(Q(pk__in=nearest[0]) | Q(pk__in=nearest[1]))
        return self._apply_ordering_and_scoring(ranked, rank, start, stop, score_field)

    def _columns(self) -> list[str]:
        return [vector.name for vector, _boost in self.get_index_vectors(None)]

    def _condition(self, query: Any, config: Any, columns: list[str]) -> Q | None:
        """Rows in which every part of the text stands in one of the columns; None for what only Wagtail can ask."""
        if isinstance(query, PlainText) and query.operator == "and":
            parts = [
                self._part(piece, is_chinese=is_chinese, config=config)
                for piece, is_chinese in pieces(query.query_string)
            ]
            asked = [reduce(or_, (Q(**{column: part}) for column in columns)) for part in parts]
            return reduce(and_, asked) if asked else None
        if isinstance(query, Or):
            branches = [self._condition(branch, config, columns) for branch in query.subqueries]
            known = [branch for branch in branches if branch is not None]
            return reduce(or_, known) if known and len(known) == len(branches) else None
        return None

    def _part(self, piece: str, *, is_chinese: bool, config: Any, invert: bool = False) -> SearchQuery:
        is_prefix = self.LAST_TERM_IS_PREFIX
        return piece_query(piece, is_chinese=is_chinese, is_prefix=is_prefix, invert=invert, config=config)

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText):
            return super().build_tsquery_content(query, config=config, invert=invert)
        built = None
        for piece, is_chinese in pieces(query.query_string):
            part = self._part(piece, is_chinese=is_chinese, config=config, invert=invert)
            if built is None:
                built = part
            elif (query.operator == "and") is not invert:
                built = built & part
            else:
                built = built | part
        # Nothing but punctuation matches nothing.
        return built if built is not None else SearchQuery("", config=config)


class ChineseAutocompleteQueryCompiler(ChineseSearchQueryCompiler, postgres.PostgresAutocompleteQueryCompiler):
    """The same over the fields of autocompletion, where the last word may be unfinished."""


class ChineseSearchBackend(postgres.PostgresSearchBackend):
    query_compiler_class = ChineseSearchQueryCompiler
    autocomplete_query_compiler_class = ChineseAutocompleteQueryCompiler


SearchBackend = ChineseSearchBackend
