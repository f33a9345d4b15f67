"""Tags and filters of the design system: ``{% load design %}``."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.crypto import masking
from portal.design import frame
from portal.design.formats import format_cn_date, format_yuan, local_day

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite, sized with the text. Decoration unless it has a ``label``."""
    if label:
        source = f"{static('icons.svg')}#{name}"
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>', label, source
        )
    return _decoration(name)


@lru_cache(maxsize=256)
def _decoration(name: str) -> SafeString:
    """The same in the whole process: a page draws some thirty of them."""
    source = f"{static('icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', source)


@register.simple_tag(takes_context=True)
def frame_part(context: template.Context, template_name: str) -> SafeString:
    """A part of the page's frame: ``{% frame_part "components/site_footer.html" %}``; see ``portal.design.frame``."""
    return frame.part(context, template_name)


@register.filter
def yuan(fen: int | None) -> str:
    """Whole fen as yuan: ``{{ claim.amount_fen|yuan }}`` → ``1,200 元``."""
    return format_yuan(fen)


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """``{{ claim.due_on|cn_date }}`` → ``2026年11月23日``."""
    return format_cn_date(value)


@register.filter
def iso_date(value: date | datetime | None) -> str:
    """The day for a ``datetime`` attribute: ``2026-11-23``."""
    return local_day(value).isoformat() if value else ""


@register.filter
def mask_phone(value: str | None) -> str:
    """``199****1234``."""
    return masking.mask_phone(value)


@register.filter
def mask_id(value: str | None) -> str:
    """``350***********0024``."""
    return masking.mask_id_number(value)


@register.filter
def field_kind(field: BoundField) -> str:
    """How the field is drawn, found from its widget, so that every floor's forms can use Django's own widgets."""
    widget = field.field.widget
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (forms.SelectDateWidget, "date_parts"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
        (forms.MultiWidget, "group"),
    ]
    return next((kind for widgets, kind in kinds if isinstance(widget, widgets)), "input")


@register.filter
def field_anchor(field: BoundField) -> str:
    """The id of the first thing to fill in, for the links of the error summary."""
    if field_kind(field) == "choices":
        return f"{field.auto_id}_0"
    if field_kind(field) == "date_parts":
        return f"{field.auto_id}_year"
    return field.id_for_label or field.auto_id


@register.filter
def date_parts(field: BoundField) -> list[dict[str, Any]]:
    """The three boxes of a date (``SelectDateWidget``), with what was typed into them."""
    widget: forms.SelectDateWidget = field.field.widget
    shown = widget.format_value(field.value())
    boxes = [("year", _("年"), 4), ("month", _("月"), 2), ("day", _("日"), 2)]
    return [
        {
            "name": f"{field.html_name}_{part}",
            "id": f"{field.auto_id}_{part}",
            "label": label,
            "size": size,
            "value": field.form.data.get(f"{field.html_name}_{part}", "") if field.form.is_bound else shown[part] or "",
        }
        for part, label, size in boxes
    ]


@register.simple_tag
def field_input(field: BoundField, **attrs: Any) -> SafeString:
    """The field's input with more attributes (``inputmode="numeric"``); ``_`` in a name becomes ``-``."""
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in (None, "")}
    widget = copy(field.field.widget)
    if "type" in given:
        widget.input_type = given.pop("type")
    return field.as_widget(widget=widget, attrs=given)


@register.filter
def fields_with_errors(form: forms.BaseForm) -> list[BoundField]:
    """The fields of a form that have an error, in their order."""
    return [field for field in form if field.errors]


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things are to be put right."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def percent(value: int, of: int) -> int:
    """Whole percent, never over 100 and never full before the end."""
    return min(100, value * 100 // of) if of > 0 else 0


@register.filter
def marks(count: int) -> range:
    """``1 … count``, to draw as many marks."""
    return range(1, int(count) + 1)


@register.simple_tag(takes_context=True)
def url_with(context: template.Context, name: str, value: object = "") -> str:
    """This page's address with one parameter of the query changed, or left out when the value is empty."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop(name, None)
    if value not in (None, ""):
        query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query_kept(context: template.Context, names: Iterable[str] | str) -> list[tuple[str, str]]:
    """The parameters of the query with these names (separated by blanks), to carry along as hidden fields."""
    request: HttpRequest | None = context.get("request")
    wanted = names.split() if isinstance(names, str) else list(names)
    return [(name, value) for name in wanted for value in (request.GET.getlist(name) if request else [])]


@register.simple_tag(takes_context=True)
def filters_set(context: template.Context, form: forms.BaseForm) -> list[dict[str, str]]:
    """The filters in force: their label, their value in words and the address without them."""
    answers: list[dict[str, str]] = []
    for field in form:
        value = field.value()
        if value in (None, "", []):
            continue
        # Taken as they come: choices read from a function have no length to ask for.
        choices = dict(iter(getattr(field.field, "choices", ())))
        chosen = value if isinstance(value, list | tuple) else [value]
        words = "、".join(str(choices.get(one, choices.get(str(one), one))) for one in chosen)
        answers.append({"label": str(field.label), "value": words, "url": url_with(context, field.html_name)})
    return answers


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that says the same as a tone's colour."""
    return {
        "info": "info",
        "success": "circle-check",
        "warning": "triangle-alert",
        "error": "circle-x",
        "waiting": "hourglass",
        "stopped": "circle-pause",
    }.get(tone, "circle-dot")


@register.filter
def message_tone(tags: str) -> str:
    """The tone of one of Django's messages."""
    for level in ("error", "warning", "success"):
        if level in tags.split():
            return level
    return "info"
