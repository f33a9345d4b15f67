"""``{% load districts %}``: the name of a district."""

from django import template

from workers.districts import district_name

register = template.Library()


@register.filter
def district(code: str) -> str:
    """思明区 for 350203."""
    return district_name(code) if code else ""
