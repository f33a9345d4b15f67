"""``{% load policy %}{% policy_figure "the.code" %}``: a figure as it stands today, with its source."""

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from foundation.policy.values import ParameterValue

register = template.Library()


@register.simple_tag
def policy_figure(code: str) -> SafeString:
    """The figure in force in this city today with unit, source and check; 政策待确认 when there is none.

    One query a figure: a page with many of them takes ``selectors.figures_for`` and includes the component itself.
    """
    today = timezone.localdate()
    try:
        figure = parameter_on(code, city=settings.CITY_CODE, on=today)
    except PolicyGapError:
        return _rendered("policy/figure_gap.html", {"code": code, "today": today})
    return _rendered("components/policy_figure.html", figure_context(figure) | {"today": today})


def figure_context(figure: ParameterValue) -> dict[str, object]:
    """What the component ``policy_figure.html`` is given for a figure."""
    return {
        "figure": figure,
        "label": figure.meaning,
        "value": figure.text,
        "document_number": figure.doc_no,
        "document_title": figure.document_title,
        "document_url": figure.address if figure.address.startswith("https://") else "",
        "article": figure.article,
        "verified": figure.verified,
        "effective_from": figure.effective.first,
        "effective_to": figure.effective.last,
    }


def _rendered(name: str, context: dict[str, object]) -> SafeString:
    return mark_safe(render_to_string(name, context).strip())  # noqa: S308 - the templates escape what they print
