"""Wagtail's PostgreSQL search backend, taught Chinese (``portal.search.chinese``)."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres import postgres
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.query import PlainText

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


class ChineseQueries:
    """Turns plain text into phrases of pairs; everything else is left to Wagtail."""

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText):
            return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]
        built = None
        for piece, is_chinese in pieces(query.query_string):
            part = piece_query(
                piece,
                is_chinese=is_chinese,
                is_prefix=self.LAST_TERM_IS_PREFIX,  # type: ignore[attr-defined]
                invert=invert,
                config=config,
            )
            if built is None:
                built = part
            elif (query.operator == "and") is not invert:
                built = built & part
            else:
                built = built | part
        # Nothing but punctuation matches nothing.
        return built if built is not None else SearchQuery("", config=config)


class ChineseSearchQueryCompiler(ChineseQueries, postgres.PostgresSearchQueryCompiler):
    pass


class ChineseAutocompleteQueryCompiler(ChineseQueries, postgres.PostgresAutocompleteQueryCompiler):
    pass


class ChineseSearchBackend(postgres.PostgresSearchBackend):
    query_compiler_class = ChineseSearchQueryCompiler
    autocomplete_query_compiler_class = ChineseAutocompleteQueryCompiler


SearchBackend = ChineseSearchBackend
