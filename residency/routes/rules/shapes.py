"""Plain data and back: each part of a pack says of every field what it is called and what may stand in it.

A part is a frozen dataclass whose fields carry a ``Shape``. The same shapes read a TOML file, what an officer typed and
what the database kept; they find every problem at once, each with its path and a sentence. Forms can be made from them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, cast

from django.utils.translation import gettext as _

from foundation.errors import DomainError
from foundation.policy.engine import Message


class Problem(NamedTuple):
    """Something wrong with a pack: where, and what to do about it."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}：{self.sentence}" if self.path else self.sentence


class PackError(DomainError):
    """A pack that cannot be read, with every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("pack_invalid", "；".join(str(problem) for problem in self.problems))


class Reading:
    """A place in the data that is being read, and the list all problems go to."""

    __slots__ = ("path", "problems")

    def __init__(self, path: str = "", problems: list[Problem] | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems

    def inside(self, name: str | int) -> "Reading":
        step = f"[{name}]" if isinstance(name, int) else f".{name}" if self.path else name
        return Reading(f"{self.path}{step}", self.problems)

    def problem(self, sentence: str) -> None:
        self.problems.append(Problem(self.path, sentence))


class Shape:
    """What may stand in a field. ``read`` notes what is wrong and gives None; ``plain`` is its opposite."""

    __slots__ = ()
    form = ""

    def read(self, value: Any, at: Reading) -> Any:
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Text(Shape):
    form = "text"

    def read(self, value: Any, at: Reading) -> str | None:
        if isinstance(value, str):
            return value
        at.problem(_("这里要填文字。"))
        return None


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A Decimal. A float never comes in: 0.1 is written "0.1" or 0.1 in TOML, which is read exactly."""

    form = "number"
    is_whole: bool = False

    def read(self, value: Any, at: Reading) -> Decimal | int | None:
        try:
            number = Decimal(value if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else "?")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite():
            at.problem(_("这里要填数字。"))
            return None
        if not self.is_whole:
            return number
        if number != number.to_integral_value():
            at.problem(_("这里要填整数。"))
            return None
        return int(number)


@dataclass(frozen=True, slots=True)
class YesNo(Shape):
    form = "yes"

    def read(self, value: Any, at: Reading) -> bool | None:
        if isinstance(value, bool):
            return value
        at.problem(_("这里只能填“是”（true）或“否”（false）。"))
        return None


@dataclass(frozen=True, slots=True)
class Day(Shape):
    form = "day"

    def read(self, value: Any, at: Reading) -> date | None:
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            at.problem(_("日期要写成 2018-10-01 这样。"))
            return None


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of the listed words; ``options`` maps each to its label."""

    form = "choice"
    options: Mapping[str, Any]

    def read(self, value: Any, at: Reading) -> str | None:
        if isinstance(value, str) and value in self.options:
            return value
        at.problem(_("只能是：%(options)s。") % {"options": "、".join(self.options)})
        return None


@dataclass(frozen=True, slots=True)
class Many(Shape):
    """A list of one shape, kept as a tuple."""

    form = "many"
    of: Shape

    def read(self, value: Any, at: Reading) -> tuple[Any, ...] | None:
        if not isinstance(value, list | tuple):
            at.problem(_("这里要填列表。"))
            return None
        return tuple(self.of.read(one, at.inside(number)) for number, one in enumerate(value))

    def plain(self, value: Any) -> list[Any]:
        return [self.of.plain(one) for one in value]


@dataclass(frozen=True, slots=True)
class Table(Shape):
    """Names with a value each, kept as a tuple of pairs in the order written."""

    form = "table"
    of: Shape

    def read(self, value: Any, at: Reading) -> tuple[tuple[str, Any], ...] | None:
        if not isinstance(value, Mapping):
            at.problem(_("这里要填“名称 = 值”的表。"))
            return None
        return tuple((str(name), self.of.read(one, at.inside(str(name)))) for name, one in value.items())

    def plain(self, value: Any) -> dict[str, Any]:
        return {name: self.of.plain(one) for name, one in value}


@dataclass(frozen=True, slots=True)
class Part(Shape):
    """A nested part of one class."""

    form = "part"
    of: type

    def read(self, value: Any, at: Reading) -> Any:
        return part_read(self.of, value, at)

    def plain(self, value: Any) -> dict[str, Any]:
        return part_plain(value)


@dataclass(frozen=True, slots=True)
class Variant(Shape):
    """A nested part of one of several classes, told apart by ``kind``. Looked up late: parts may hold each other."""

    form = "variant"
    registry: Callable[[], Mapping[str, type]]

    def read(self, value: Any, at: Reading) -> Any:
        kinds = self.registry()
        kind = value.get("kind") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in kinds:
            at.inside("kind").problem(_("种类只能是：%(kinds)s。") % {"kinds": "、".join(kinds)})
            return None
        return part_read(kinds[kind], {name: one for name, one in value.items() if name != "kind"}, at)

    def plain(self, value: Any) -> dict[str, Any]:
        return {"kind": type(value).kind} | part_plain(value)


@dataclass(frozen=True, slots=True)
class Said(Shape):
    """A message of the engine, kept as its code and values."""

    form = "message"

    def read(self, value: Any, at: Reading) -> Message | None:
        if isinstance(value, list | tuple) and len(value) == 2:
            return Message(value[0], tuple((name, self._read(one)) for name, one in value[1]))
        at.problem(_("这里要填一句话的代码和数值。"))
        return None

    def plain(self, value: Message) -> list[Any]:
        return [value.code, [[name, self._plain(one)] for name, one in value.values]]

    def _read(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return Decimal(value["number"]) if "number" in value else date.fromisoformat(value["day"])
        return tuple(value) if isinstance(value, list) else value

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return {"number": str(value)}
        return {"day": value.isoformat()} if isinstance(value, date) else value


def part(shape: Shape, label: Any = "", *, default: Any = MISSING, hint: Any = "") -> Any:
    """A field of a part. Without a default it must be filled in."""
    metadata = {"shape": shape, "label": label, "hint": hint}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def shaped(of: type) -> Iterator[tuple[Field, Shape]]:
    """The fields of a part with their shapes."""
    for one in fields(of):
        if "shape" in one.metadata:
            yield one, one.metadata["shape"]


def part_read(of: type, value: Any, at: Reading) -> Any:
    """The part written in plain data; None when anything in it is wrong, and the problems say what."""
    if not isinstance(value, Mapping):
        at.problem(_("这里要填一组“名称 = 值”。"))
        return None
    before = len(at.problems)
    found: dict[str, Any] = {}
    known = {one.name: (one, shape) for one, shape in shaped(of)}
    for name in value:
        if name not in known:
            at.inside(str(name)).problem(_("没有这一项，请检查写法。"))
    for name, (one, shape) in known.items():
        if name in value and value[name] is not None:
            found[name] = shape.read(value[name], at.inside(name))
        elif one.default is MISSING:
            at.inside(name).problem(_("必须填写。"))
    if len(at.problems) > before:
        return None
    made = of(**found)
    for name, sentence in cast(Iterable[tuple[str, str]], getattr(made, "problems", tuple)()):
        (at.inside(name) if name else at).problem(sentence)
    return made


def part_plain(made: Any) -> dict[str, Any]:
    """The part as plain data with Decimals and days as they are; what equals its default is left out."""
    plain = {}
    for one, shape in shaped(type(made)):
        value = getattr(made, one.name)
        if value is None or (one.default is not MISSING and value == one.default):
            continue
        plain[one.name] = shape.plain(value)
    return plain


def json_ready(value: Any) -> Any:
    """Plain data that JSON can hold exactly: days and broken numbers as text, whole numbers as numbers."""
    if isinstance(value, Mapping):
        return {name: json_ready(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
