"""A draft as a tree of parts: how a pack that may still be wrong is walked, changed by one part, compared and written.

A draft is plain data (``RoutePack.content``). Its shape is known from the rules alone, so nothing here knows a city.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import MISSING, dataclass, field
from itertools import pairwise
from typing import Any

import tomli_w
from django.utils.translation import gettext as _

from residency.routes.rules.facts import FACTS, FactTable
from residency.routes.rules.measures import FactName
from residency.routes.rules.packs import Pack
from residency.routes.rules.shapes import (
    Choice,
    Many,
    Number,
    Part,
    Shape,
    Table,
    Text,
    Variant,
    YesNo,
    json_ready,
    shaped,
)

Plain = dict[str, Any]
Path = tuple[str | int, ...]
PARTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a draft: its path, what may stand there, what stands there (None where nothing does)."""

    path: Path
    shape: Shape
    value: Any
    label: str
    hint: str = ""
    default: Any = field(default_factory=lambda: MISSING)  # MISSING itself would read as "no default given"

    @property
    def key(self) -> str:
        return str(self.path[-1]) if self.path else ""

    @property
    def address(self) -> str:
        return "/".join(str(step) for step in self.path)

    @property
    def is_list(self) -> bool:
        return isinstance(self.shape, Many) and not is_simple(self.shape)

    @property
    def is_needed(self) -> bool:
        return self.default is MISSING

    @property
    def kinds(self) -> dict[str, Any]:
        """What may be put here or added here, with its label: the classes of a variant, the facts of an example."""
        shape = self.shape.of if isinstance(self.shape, Many) else self.shape
        if isinstance(shape, Variant):
            return {kind: getattr(of, "label", kind) for kind, of in shape.registry().items()}
        if isinstance(shape, FactTable):
            return {name: fact_label(name) for name in FACTS if name not in (self.value or {})}
        return {}

    @property
    def part(self) -> type | None:
        """The class whose fields stand here."""
        if isinstance(self.shape, Part):
            return self.shape.of
        if isinstance(self.shape, Variant) and isinstance(self.value, Mapping):
            return self.shape.registry().get(str(self.value.get("kind")))
        return None

    @property
    def kind_label(self) -> str:
        return str(getattr(self.part, "label", "")) if isinstance(self.shape, Variant) else ""


def root(content: Plain) -> Node:
    return Node((), Part(Pack), content, _("落户办法"))


def node_at(content: Plain, path: Path) -> Node:
    """The place a path names; ``LookupError`` where there is none."""
    node = root(content)
    for step in path:
        node = stepped(node, step)
    return node


def path_from(address: str) -> Path:
    """``routes/0/gates`` as a path."""
    steps = [step for step in address.split("/") if step]
    return tuple(int(step) if step.isdecimal() and len(step) < 5 else step for step in steps)


def stepped(node: Node, step: str | int) -> Node:
    """One step down; ``LookupError`` where there is none."""
    if isinstance(node.shape, Many):
        values = node.value if isinstance(node.value, list) else []
        if not isinstance(step, int) or step >= len(values):
            raise LookupError(step)
        label = _("第 %(number)s 项") % {"number": step + 1}
        return Node((*node.path, step), node.shape.of, values[step], label)
    found = next((child for child in children(node) if child.path[-1] == step), None)
    if found is None:
        raise LookupError(step)
    return found


def children(node: Node) -> list[Node]:
    """The fields of a part, the rows of a list, the facts of an example."""
    value = node.value
    if isinstance(node.shape, Many):
        return [stepped(node, number) for number in range(len(value if isinstance(value, list) else []))]
    held: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    if isinstance(node.shape, FactTable):
        names = [name for name in FACTS if name in held]
        return [Node((*node.path, name), FACTS[name].shape, held[name], fact_label(name)) for name in names]
    if node.part is None:
        return []
    return [
        Node(
            (*node.path, one.name),
            shape,
            held.get(one.name),
            str(one.metadata["label"]) or one.name,
            str(one.metadata["hint"]),
            one.default,
        )
        for one, shape in shaped(node.part)
    ]


def unknown_names(node: Node) -> list[str]:
    """What stands in a part without belonging there, such as a misspelt name in an uploaded file."""
    if not isinstance(node.value, Mapping):
        return []
    known = {child.path[-1] for child in children(node)} | {"kind"}
    return [str(name) for name in node.value if name not in known]


def is_simple(shape: Shape) -> bool:
    """Whether one field of a form can hold it."""
    if isinstance(shape, Many):
        return isinstance(shape.of, Text | Number | Choice | FactName)
    return not isinstance(shape, Part | Variant | FactTable)


def fact_label(name: str) -> str:
    fact = FACTS[name]
    label = _("另一申请人的%(fact)s") % {"fact": fact.label} if name.startswith("second.") else str(fact.label)
    return f"{label}（{name}）"


# --- changes -------------------------------------------------------------------------------------------------------


def changed(content: Plain, path: Path, value: Any) -> Plain:
    """The draft with one place changed; None takes it away."""
    whole = deepcopy(content)
    if not path:
        return dict(value)
    holder: Any = whole
    for step, following in pairwise(path):
        if isinstance(holder, dict) and not isinstance(holder.get(step), dict | list):
            holder[step] = [] if isinstance(following, int) else {}
        holder = holder[step]
    last: Any = path[-1]
    if value is not None:
        holder[last] = value
    elif isinstance(holder, list):
        del holder[last]
    else:
        holder.pop(last, None)
    return whole


def with_values(content: Plain, path: Path, values: Plain) -> Plain:
    """The draft with the simple fields of a part as given; what is not given is taken away, parts below stay."""
    node = node_at(content, path)
    held: Plain = dict(node.value) if isinstance(node.value, Mapping) else {}
    kept = {"kind": held["kind"]} if isinstance(node.shape, Variant) and "kind" in held else {}
    for child in children(node):
        name = str(child.path[-1])
        if is_simple(child.shape):
            if name in values:
                kept[name] = values[name]
        elif name in held:
            kept[name] = held[name]
    return changed(content, path, kept)


def blank(shape: Shape, kind: str = "") -> Any:
    """What a new part begins with."""
    if isinstance(shape, Variant):
        return {"kind": kind}
    if isinstance(shape, Part | Table | FactTable):
        return {}
    if isinstance(shape, Many):
        return []
    return True if isinstance(shape, YesNo) else ""


def added(content: Plain, path: Path, kind: str = "") -> tuple[Plain, Path]:
    """The draft with a new part: at the end of a list, a fact of an example, or what was absent. And where it is."""
    node = node_at(content, path)
    if isinstance(node.shape, FactTable) and node.value is None:
        return changed(content, path, {}), path
    if node.kinds and kind not in node.kinds:
        raise LookupError(kind)
    if isinstance(node.shape, FactTable):
        place = (*path, kind)
        return changed(content, place, blank(FACTS[kind].shape)), place
    if isinstance(node.shape, Many):
        rows = list(node.value) if isinstance(node.value, list) else []
        return changed(content, path, [*rows, blank(node.shape.of, kind)]), (*path, len(rows))
    fresh = blank(node.shape, kind)
    if isinstance(node.shape, Variant) and isinstance(node.value, Mapping):  # another kind: what fits it too is kept
        known = {one.name for one, _shape in shaped(node.shape.registry()[kind])}
        fresh |= {name: value for name, value in node.value.items() if name in known}
    return changed(content, path, fresh), path


def moved(content: Plain, path: Path, by: int) -> tuple[Plain, Path]:
    """The draft with one row of a list further up or down, where it can go."""
    above, number = path[:-1], path[-1]
    rows = list(node_at(content, above).value or [])
    if not isinstance(number, int) or not 0 <= number + by < len(rows):
        return content, path
    rows.insert(number + by, rows.pop(number))
    return changed(content, above, rows), (*above, number + by)


# --- words ---------------------------------------------------------------------------------------------------------


def text_of(node: Node) -> str:
    """What stands in a simple field, in words."""
    value, shape = node.value, node.shape
    if value is None:
        value = "" if node.default is MISSING else json_ready(node.default)
    if value is None or value == "":
        return ""
    if isinstance(shape, Many) and isinstance(value, list):
        return "、".join(_one(shape.of, one) for one in value)
    if isinstance(shape, Table) and isinstance(value, Mapping):
        return "；".join(f"{name} = {one}" for name, one in value.items())
    return _one(shape, value)


def _one(shape: Shape, value: Any) -> str:
    if isinstance(shape, YesNo):
        return _("是") if value is True else _("否")
    if isinstance(shape, Choice):
        return str(shape.options.get(value, value))
    return fact_name(value) if isinstance(shape, FactName) else str(value)


def fact_name(value: Any) -> str:
    if value not in FACTS:
        return str(value)
    return fact_label(value).removesuffix(f"（{value}）")


def title_of(node: Node) -> str:
    """What a part is called: its name, else what it says in few words, else which one of the list it is."""
    held = node.value if isinstance(node.value, Mapping) else {}
    named = str(held.get("name") or held.get("title") or "")
    if named:
        return named
    said = [
        f"{child.label} {text_of(child)}"
        for child in children(node)
        if is_simple(child.shape) and held.get(str(child.path[-1])) not in (None, "", [])
    ]
    return "，".join([*filter(None, [node.kind_label]), *said[:PARTS_SHOWN]]) or node.label


def words_of(content: Plain, path: Path) -> str:
    """A path as an officer reads it: 通道“技能人才落户” › 申请条件 › 第 2 项."""
    node = root(content)
    said: list[str] = []
    for step in path:
        try:
            node = stepped(node, step)
        except LookupError:
            return " › ".join([*said, str(step)])
        if isinstance(step, int):
            said[-1:] = [f"{said[-1] if said else ''}“{title_of(node)}”"]
        else:
            said.append(node.label)
    return " › ".join(said) or node.label


def toml_of(content: Plain) -> str:
    """The draft as a TOML file, wrong or not; what is read again is the same draft."""
    return tomli_w.dumps(_given(content), multiline_strings=False)


def _given(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _given(one) for name, one in value.items() if one is not None}
    return [_given(one) for one in value if one is not None] if isinstance(value, list) else value


# --- two editions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two editions differ; empty before is new, empty after is gone."""

    place: str
    before: str
    after: str


def differences(before: Plain, after: Plain) -> list[Difference]:
    """What the second says otherwise than the first, in the order of the pack."""
    return list(_differences(root(before), root(after), ()))


def _differences(one: Node, other: Node, place: tuple[str, ...]) -> Iterator[Difference]:
    if is_simple(one.shape):
        if text_of(one) != text_of(other):
            yield Difference(" › ".join(place), text_of(one), text_of(other))
        return
    if one.value is None or other.value is None or one.kind_label != other.kind_label:
        if one.value != other.value:
            yield Difference(" › ".join(place), _said(one), _said(other))
        return
    left, right = _keyed(one), _keyed(other)
    for key in dict.fromkeys((*left, *right)):
        here, there = left.get(key), right.get(key)
        if here is not None and there is not None:
            label = _called(there) if isinstance(there.path[-1], int) else there.label
            yield from _differences(here, there, (*place, label))
        else:
            shown = here or there
            assert shown is not None
            yield Difference(" › ".join((*place, _called(shown))), _said(here), _said(there))


def _called(node: Node) -> str:
    return f"“{title_of(node)}”" if isinstance(node.path[-1], int) else node.label


def _keyed(node: Node) -> dict[str, Node]:
    """The parts below by what stays the same between editions: the code, the name, else the place in the list."""
    found: dict[str, Node] = {}
    for child in children(node):
        held = child.value if isinstance(child.value, Mapping) else {}
        key = str(child.path[-1])
        if isinstance(node.shape, Many):
            key = str(held.get("code") or held.get("name") or key)
        found[key if key not in found else str(child.path[-1])] = child
    return found


def _said(node: Node | None) -> str:
    """A whole part in a sentence."""
    if node is None or node.value is None:
        return ""
    if is_simple(node.shape):
        return text_of(node) or _("有")
    said = [f"{child.label}：{_said(child)}" for child in children(node) if child.value not in (None, "", [], {})]
    inner = "；".join(said)
    return f"{node.kind_label}（{inner}）" if node.kind_label else inner or _("有")
