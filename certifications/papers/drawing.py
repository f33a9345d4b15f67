"""Drawing a Django template as a PDF by WeasyPrint, with nothing from outside."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import weasyprint
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from weasyprint.urls import FatalURLFetchingError

from certifications.papers.errors import PaperError
from certifications.papers.fetching import BundledFetcher
from certifications.papers.typefaces import FALLBACK, typeface

MARKUP = re.compile(r"<style.*?</style>|<[^>]*>", re.S)
MAIN = "song"


def paper_drawn(template_name: str, context: Mapping[str, Any]) -> bytes:
    """What ``simple_paper`` promises."""
    source: str = render_to_string(template_name, dict(context))
    if _is_rare(source):
        source = source.replace("</head>", '<link rel="stylesheet" href="papers:rare.css"></head>', 1)
    try:
        content: bytes = weasyprint.HTML(string=source, url_fetcher=BundledFetcher()).write_pdf(pdf_variant="pdf/a-3b")
    except FatalURLFetchingError as error:  # no Exception: it would end the process that asked for the paper
        raise ValueError(f"{template_name}: {error}") from error
    return content


def _is_rare(source: str) -> bool:
    """Whether the large typeface of rare characters is needed; it takes a while to open."""
    used = {ord(character) for character in unescape(MARKUP.sub("", source)) if not character.isspace()}
    beyond = used - typeface(MAIN).characters
    if lost := sorted(beyond - typeface(FALLBACK).characters):
        sentence = _(
            "“%(character)s”（U+%(code)s）在随附的字体中没有，无法打印。请核对这个字，或者联系系统管理员补充字体。"
        )
        raise PaperError("glyph_missing", sentence % {"character": chr(lost[0]), "code": f"{lost[0]:04X}"})
    return bool(beyond)
