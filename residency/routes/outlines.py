"""A pack as people read it: each part with what it says, its article and how sure we are of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.policy.states import CHECKED_BY_PROVENANCE, Provenance
from residency.routes.drafting import Node, children, is_simple, text_of, title_of

# Said in places of their own, or by the heading.
NOT_ROWS = frozenset({"name", "title", "article", "provenance", "advice", "note"})


@dataclass(frozen=True, slots=True)
class Outline:
    """A part in words. ``verified`` is None where the part names no source of its own."""

    title: str
    kind: str
    address: str
    article: str
    source: str
    verified: bool | None
    note: str
    advice: str
    rows: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple["Outline", ...]], ...]


def outline(node: Node) -> Outline:
    """A part and everything below it."""
    held: Mapping[str, Any] = node.value if isinstance(node.value, Mapping) else {}
    mark = str(held.get("provenance") or "")
    below = [child for child in children(node) if not is_simple(child.shape) and child.value not in (None, [], {})]
    return Outline(
        title=title_of(node),
        kind=node.kind_label,
        address=node.address,
        article=str(held.get("article") or ""),
        source=str(Provenance(mark).label) if mark in Provenance.values else "",
        verified=(mark in CHECKED_BY_PROVENANCE) if mark else None,
        note=str(held.get("note") or ""),
        advice=str(held.get("advice") or ""),
        rows=tuple(_rows(node)),
        groups=tuple((child.label, _outlines(child)) for child in below),
    )


def _outlines(node: Node) -> tuple[Outline, ...]:
    return tuple(outline(child) for child in children(node)) if node.is_list else (outline(node),)


def _rows(node: Node) -> list[tuple[str, str]]:
    held = node.value if isinstance(node.value, Mapping) else {}
    return [
        (child.label, text_of(child))
        for child in children(node)
        if is_simple(child.shape) and child.key not in NOT_ROWS and held.get(child.key) not in (None, "", [], {})
    ]
