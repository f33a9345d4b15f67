"""What the public search finds, and how it shows why."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from modelsearch.index import SearchField
from modelsearch.query import Or, PlainText, SearchQuery
from wagtail.models import Page

from portal.search.chinese import pieces
from portal.search.models import Synonym

LONGEST_QUERY = 50
EXCERPT = 90


@dataclass(frozen=True)
class Finding:
    """One page found: where it is, and its title and words around the hit, with the hits marked."""

    url: str
    title: SafeString
    excerpt: SafeString
    kind: str


def expand(text: str) -> tuple[SearchQuery, list[str]]:
    """The query with the rules' own words beside the people's, and all the words to mark."""
    synonyms: dict[str, list[str]] = {}
    for synonym in Synonym.objects.all():
        if synonym.word in text:
            synonyms.setdefault(synonym.word, []).append(synonym.meaning)
    variants = [text]
    for word, meanings in synonyms.items():
        variants += [text.replace(word, meaning) for meaning in meanings]
    words = sorted({piece for variant in variants for piece, _ in pieces(variant)}, key=len, reverse=True)
    queries = [PlainText(variant) for variant in variants]
    return (queries[0] if len(queries) == 1 else Or(queries)), words


def pages_found(text: str) -> tuple[Any, list[str]]:
    """The live public pages that hold the words, the best first, and the words to mark."""
    query, words = expand(text[:LONGEST_QUERY])
    return Page.objects.live().public().exclude(depth=1).search(query), words


def finding(page: Page, words: list[str], request: HttpRequest) -> Finding:
    """How a found page is shown."""
    summary = getattr(page, "summary", "") or getattr(page, "intro", "") or page.search_description
    text = around(f"{without_references(summary)} {plain_text(page)}", words)
    return Finding(
        url=page.get_url(request) or "/",
        title=marked(page.title, words),
        excerpt=marked(text, words),
        kind=str(page.page_type_display_name),
    )


def plain_text(page: Page) -> str:
    """What the page is searched by, besides its title, without markup and with figures left open."""
    texts: list[str] = []
    for field in page.get_search_fields():
        if isinstance(field, SearchField) and field.field_name not in {"title", "summary", "intro"}:
            value = field.get_value(page)
            texts += value if isinstance(value, list) else [str(value or "")]
    return without_references(" ".join(texts))


def without_references(text: str) -> str:
    return re.sub(r"\[\[[^\]]*\]\]", "…", re.sub(r"<[^>]+>", " ", text))


def around(text: str, words: list[str]) -> str:
    """The stretch of the text in which the first of the words stands."""
    places = [place for word in words if (place := text.lower().find(word.lower())) >= 0]
    start = max(0, min(places) - 20) if places else 0
    stretch = text[start : start + EXCERPT].strip()
    return f"{'…' if start else ''}{stretch}{'…' if start + EXCERPT < len(text) else ''}"


def marked(text: str, words: list[str]) -> SafeString:
    """The text, escaped, with each of the words in ``<mark>``."""
    if not words:
        return SafeString(conditional_escape(text))
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    rows = (
        (mark_safe("<mark>") if i % 2 else "", part, mark_safe("</mark>") if i % 2 else "")
        for i, part in enumerate(parts)
    )
    return format_html_join("", "{}{}{}", rows)
