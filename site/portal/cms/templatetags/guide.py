"""Tags of the public pages: ``{% load guide %}``."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from foundation.policy.values import ParameterValue
from portal.cms import figures as policy_figures

register = template.Library()


@register.filter
def with_figures(text: Any, figures: Mapping[str, Any]) -> SafeString:
    """Text of a page with its policy figures filled in; rich text keeps its markup."""
    source = getattr(text, "source", None)
    if source is not None:
        return policy_figures.with_figures(SafeString(expand_db_html(source)), figures)
    return policy_figures.with_figures(text or "", figures)


@register.filter
def figure_of(figures: Mapping[str, Any], code: str) -> Any:
    """The figure of a code on this page's day: a value, or the gap that stands in its place."""
    return figures.get(code)


@register.filter
def is_gap(figure: Any) -> bool:
    """Whether the policy gives no answer for the day."""
    return not isinstance(figure, ParameterValue)
