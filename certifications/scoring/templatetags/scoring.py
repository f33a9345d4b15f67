"""Marks in templates."""

from decimal import Decimal

from django import template

from certifications.scoring.rules import number

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """``78.00`` → ``78``, ``59.50`` → ``59.5``; nothing for nothing."""
    return "" if value is None else number(value)
