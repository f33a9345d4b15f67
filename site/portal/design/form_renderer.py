"""How the widgets of forms become HTML: by Django's templates, but for lists of choices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class FormRenderer(TemplatesSetting):
    """Django's renderer, which writes a ``<select>`` in one go.

    The template includes two others for every choice. With lists of districts, schools and schemes above them, that was
    a fifth of the time of an officer's list.
    """

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        widget = context.get("widget")
        if template_name == SELECT and widget and _is_plain(widget):
            return _select(widget)
        return super().render(template_name, context, request)


def _is_plain(widget: Mapping[str, Any]) -> bool:
    """Whether every choice is drawn as Django draws it."""
    return all(one["template_name"] == OPTION for _name, options, _number in widget["optgroups"] for one in options)


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = _joined(_group(name, options) for name, options, _number in widget["optgroups"])
    return format_html('<select name="{}"{}>{}\n</select>\n', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    told = ((str(one["value"]), _attributes(one["attrs"]), localize(one["label"])) for one in options)
    lines = format_html_join("", '\n  <option value="{}"{}>{}</option>', told)
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, lines) if name else lines


def _attributes(attributes: Mapping[str, Any]) -> SafeString:
    """The attributes as the template writes them: false ones not at all, true ones by their name."""
    return _joined(
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))
        for name, value in attributes.items()
        if value is not False
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
