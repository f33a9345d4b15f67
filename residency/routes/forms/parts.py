"""The form of one part of a pack, made from its shape: nobody writes code to configure a city.

Simple fields stand in the form; parts below it have pages of their own.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import MISSING
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residency.routes.drafting import Node, children, fact_label, is_simple
from residency.routes.errors import RouteError
from residency.routes.rules.facts import FACTS, FactTable
from residency.routes.rules.measures import FactName
from residency.routes.rules.shapes import Choice, Day, Many, Number, Reading, Shape, Table, Text, YesNo, json_ready
from residency.routes.uploads import checked_text

LONG_NAMES = {"note", "by_hand", "advice"}
SHORT_LINES = {"rows": 3}
LONGEST_NUMBER = 20
PLAIN_WIDGETS: dict[type[Shape], forms.Widget] = {
    YesNo: forms.CheckboxInput(),
    Day: forms.DateInput(attrs={"type": "date"}),
    Number: forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
}


class ShapeField(forms.Field):
    """A field that reads what was typed by the shape itself, so that forms and files are judged alike."""

    def __init__(self, shape: Shape, held: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape, self.held = shape, held

    def prepare_value(self, value: Any) -> Any:
        if isinstance(self.shape, Table) and not value:
            return ""
        if isinstance(self.shape, Table) and isinstance(value, Mapping):
            return "\n".join(f"{name} = {one}" for name, one in value.items())
        if isinstance(self.shape, Many) and isinstance(value, list) and not is_ticked(self.shape):
            return "\n".join(str(one) for one in value)
        return value

    def clean(self, value: Any) -> Any:
        given = self._plain(value)
        if given in ("", [], {}, None):
            if self.required:
                raise ValidationError(_("必须填写。"))
            return None
        self._bearable(given)
        at = Reading()
        read = self.shape.read(given, at)
        if at.problems:
            raise ValidationError([problem.sentence for problem in at.problems])
        return json_ready(self.shape.plain(read))

    def _plain(self, value: Any) -> Any:
        if isinstance(self.shape, YesNo):
            return bool(value)
        if is_ticked(self.shape):
            chosen = list(value or [])
            before = [one for one in self.held or [] if one in chosen]
            return before + [one for one in chosen if one not in before]
        text = ("" if value is None else str(value)).replace("\r\n", "\n").strip()
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if isinstance(self.shape, Many):
            return lines
        if isinstance(self.shape, Table):
            return {name.strip(): one.strip() for name, _mark, one in (line.partition("=") for line in lines)}
        return text

    def _bearable(self, given: Any) -> None:
        """Nothing so long that working with it would take minutes."""
        try:
            for one in given.values() if isinstance(given, dict) else given if isinstance(given, list) else [given]:
                if isinstance(one, str):
                    checked_text(one)
                    if len(one) > LONGEST_NUMBER and is_number(self.shape):
                        raise RouteError("number_large", _("数字太长了，请检查。"))
        except RouteError as refusal:
            raise ValidationError(refusal.message) from refusal


def is_number(shape: Shape) -> bool:
    return isinstance(shape, Number) or isinstance(getattr(shape, "of", None), Number)


def is_ticked(shape: Shape) -> bool:
    """Whether several of a known list are ticked."""
    return isinstance(shape, Many) and isinstance(shape.of, Choice | FactName)


class PartForm(forms.Form):
    """The simple fields of a part. ``values`` is plain data without what is empty or as by default."""

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        self.nodes = {child.key: child for child in children(node) if is_simple(child.shape)}
        kwargs["initial"] = {name: shown(child) for name, child in self.nodes.items()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        # A fact that is an empty text is known to be nothing: no post held, say.
        self.may_be_empty = {
            name
            for name, child in self.nodes.items()
            if isinstance(node.shape, FactTable) and type(child.shape) is Text
        }
        for name, child in self.nodes.items():
            self.fields[name] = field_for(child)
            self.fields[name].required &= name not in self.may_be_empty

    def values(self) -> dict[str, Any]:
        found = {}
        for name, child in self.nodes.items():
            value = self.cleaned_data.get(name)
            default = None if child.default is MISSING else json_ready(child.default)
            if value is not None and value != default:
                found[name] = value
            elif name in self.may_be_empty:
                found[name] = ""
        return found


def shown(child: Node) -> Any:
    """What a field begins with."""
    if child.value is not None:
        return child.value
    return None if child.default is MISSING else json_ready(child.default)


def field_for(child: Node) -> forms.Field:
    """The field of a simple shape, with the words of the catalogue."""
    shape = child.shape
    return ShapeField(
        shape,
        child.value if isinstance(child.value, list) else None,
        label=child.label,
        help_text=child.hint or hint_of(shape),
        required=child.is_needed and not isinstance(shape, YesNo),
        widget=widget_for(child),
    )


def hint_of(shape: Shape) -> str:
    if isinstance(shape, Table):
        return _("一行一个，写成“2024 = 60”。")
    if isinstance(shape, Many) and not is_ticked(shape):
        return _("一行一个。")
    return ""


def widget_for(child: Node) -> forms.Widget:
    shape = child.shape
    if isinstance(shape, Choice | FactName):
        blank = [("", "—")] if shown(child) in (None, "") or blank_is_given(child) else []
        return forms.Select(choices=[*blank, *options(shape, [child.value])])
    if isinstance(shape, Many) and is_ticked(shape):
        return forms.CheckboxSelectMultiple(choices=options(shape.of, child.value))
    if isinstance(shape, Many | Table) or child.key in LONG_NAMES:
        return forms.Textarea(attrs=SHORT_LINES)
    for kind, widget in PLAIN_WIDGETS.items():
        if isinstance(shape, kind):
            return deepcopy(widget)
    return forms.TextInput(attrs={"autocomplete": "off"})


def blank_is_given(child: Node) -> bool:
    """Whether nothing at all is a choice: the default is empty."""
    return child.default in ("", None)


def options(shape: Shape, held: Any) -> list[tuple[str, str]]:
    """What may be chosen. What stands there and is unknown is shown too, so that it is seen and not silently lost."""
    if isinstance(shape, FactName):
        known = {name: fact_label(name) for name, fact in FACTS.items() if not shape.kinds or fact.kind in shape.kinds}
    else:
        assert isinstance(shape, Choice)
        known = {name: str(label) for name, label in shape.options.items()}
    strange = [str(one) for one in held if one and one not in known] if isinstance(held, list) else []
    return [*((one, _("%(value)s（不认识）") % {"value": one}) for one in strange), *known.items()]
