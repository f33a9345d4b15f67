"""Filters that many lists of the desktop have. Their answers stand in the address."""

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

ANY = _("全部")
YES_NO = [("", ANY), ("true", _("是")), ("false", _("否"))]


class DayFilter(filters.DateFilter):
    """A day, from its first moment to its last in Beijing time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}))
        super().__init__(*args, **kwargs)
