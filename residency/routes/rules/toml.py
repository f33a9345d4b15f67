"""A pack as a TOML file that an officer can read, keep and upload again."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from residency.routes.rules.packs import Pack
from residency.routes.rules.shapes import json_ready, part_plain

SHORT = 100  # a small table is written on one line


def pack_toml(pack: Pack) -> str:
    """The pack as TOML; ``pack_from_toml`` makes the same pack of it."""
    return "\n".join(table(part_plain(pack), "")).strip() + "\n"


def table(data: Mapping[str, Any], path: str) -> Iterator[str]:
    """Values first, then the tables below: TOML reads everything after a heading as part of it."""
    below: list[tuple[str, Any]] = []
    for name, value in data.items():
        if is_table(value) and len(inline(value)) > SHORT:
            below.append((name, value))
        else:
            yield f"{key(name)} = {inline(value)}"
    for name, value in below:
        inner = f"{path}.{key(name)}" if path else key(name)
        for one in [value] if isinstance(value, Mapping) else value:
            yield ""
            yield f"[{inner}]" if isinstance(value, Mapping) else f"[[{inner}]]"
            yield from table(one, inner)


def is_table(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | date):
        return str(json_ready(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(name)} = {inline(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(one) for one in value) + "]"
    # A TOML basic string is written as a JSON string is, but for the delete character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else inline(name)
