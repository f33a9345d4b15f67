"""Policy figures inside page text: ``[[parameter.code]]`` becomes what is in force on the day of reading."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.policy.selectors import Answer, codes_known, figures_for

REFERENCE = re.compile(r"\[\[\s*([a-z0-9_.\-]+|\?)\s*\]\]")
TAG = re.compile(r"(<[^>]*>)")
UNCHECKED = "?"  # [[?]]: the statement before it was not yet compared with the original text


def codes_in(texts: Iterable[str]) -> set[str]:
    """All parameter codes that the texts name."""
    return {code for text in texts for code in REFERENCE.findall(text)} - {UNCHECKED}


def check_codes(text: str) -> None:
    """Raise ``ValidationError`` naming the codes that no parameter of the city, its province or the nation has."""
    named = codes_in([text])
    missing = sorted(named - codes_known(named, city=settings.CITY_CODE)) if named else []
    if missing:
        raise ValidationError(
            _("找不到政策参数：%(codes)s。请在“政策管理”中核对代码。") % {"codes": "、".join(missing)}
        )


def figures_on(texts: Iterable[str], *, on: date) -> Mapping[str, Answer]:
    """What each named code is worth on the day, or why it has no answer; one query, none when nothing is named."""
    codes = codes_in(texts)
    return figures_for(sorted(codes), city=settings.CITY_CODE, on=on) if codes else {}


def with_figures(text: str, figures: Mapping[str, Answer]) -> SafeString:
    """The text, escaped unless marked safe, with each reference replaced by its figure.

    In markup only between the tags: inside an attribute the markup of a figure would end it.
    """
    is_safe = hasattr(text, "__html__")
    rendered: list[SafeString] = []
    for place, stretch in enumerate(TAG.split(text) if is_safe else [text]):
        parts = [stretch] if place % 2 else REFERENCE.split(stretch)
        rendered += [
            _inline(part, figures) if index % 2 else _escaped(part, is_safe=is_safe) for index, part in enumerate(parts)
        ]
    return format_html_join("", "{}", ((part,) for part in rendered))


def _escaped(part: str, *, is_safe: bool) -> SafeString:
    return mark_safe(part) if is_safe else conditional_escape(part)  # noqa: S308 - was safe before it was split


def _inline(code: str, figures: Mapping[str, Answer]) -> SafeString:
    context = {"figure": figures.get(code), "is_unchecked_mark": code == UNCHECKED}
    return mark_safe(render_to_string("cms/inline_figure.html", context).strip())  # noqa: S308
