"""Columns that many lists of the desktop have."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.defaultfilters import date as date_text
from django.template.loader import render_to_string
from django.utils import timezone

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}


def moment(value: Any) -> str:
    """A moment to the minute, in Beijing time."""
    return date_text(timezone.localtime(value), "Y-m-d H:i") if value else ""


def tag(label: str, tone: str) -> str:
    """A state in one word, with a mark of its own."""
    return render_to_string("components/status_tag.html", {"label": label, "tone": tone})


class MomentColumn(tables.Column):
    def render(self, value: Any) -> str:
        return moment(value)


class TagColumn(tables.Column):
    """A state as a tag; ``tones`` says which tone a value has, the rest are neutral."""

    def __init__(self, *args: Any, tones: Mapping[str, str], **kwargs: Any) -> None:
        self.tones = tones
        super().__init__(*args, **kwargs)

    def render(self, record: Any, bound_column: Any) -> str:
        name = bound_column.accessor
        label = getattr(record, f"get_{name}_display")()
        return tag(str(label), self.tones.get(getattr(record, name), "neutral"))
