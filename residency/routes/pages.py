"""What the pages of the desk share: who may do what, the parts of a draft, the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.states import Role
from foundation.requests import number_in, user_of
from residency.routes.drafting import (
    Node,
    Path,
    Plain,
    added,
    changed,
    children,
    is_simple,
    moved,
    node_at,
    path_from,
    root,
    stepped,
    text_of,
    title_of,
    unknown_names,
    with_values,
)
from residency.routes.models import RoutePack
from residency.routes.outlines import Outline, outline
from residency.routes.rules.facts import FactTable
from residency.routes.selectors import packs_to_read
from residency.routes.states import PACK_KEEPERS, PackState
from residency.routes.tables import STATE_TONES, days_text


def may_write(request: HttpRequest) -> bool:
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    return bool(roles & PACK_KEEPERS)


def desk_context(request: HttpRequest, row: RoutePack) -> dict[str, Any]:
    """What may be done with an edition."""
    writes, is_own = may_write(request), row.drafted_by_id == user_of(request).pk
    return {
        "is_draft": row.is_draft,
        "may_write": writes,
        "may_publish": writes and row.is_draft and not is_own,
        "is_own_draft": writes and row.is_draft and is_own,
        "is_retroactive": row.is_draft and row.effective.lower < timezone.localdate(),
        "tone": STATE_TONES[row.state],
        "state_label": PackState(row.state).label,
        "seen": row.digest,
    }


def pack_rows(row: RoutePack) -> list[dict[str, Any]]:
    """How an edition came to be."""
    rows = [
        (_("城市"), f"{row.content.get('city_name', '')}（{row.city_code}）"),
        (_("代码"), row.code),
        (_("版本"), row.edition),
        (_("执行期间"), days_text(row.effective)),
        (_("起草人"), row.drafted_by or _("随平台提供")),
        (_("起草时间"), f"{timezone.localtime(row.drafted_at):%Y-%m-%d %H:%M}"),
        (_("发布人"), row.published_by or ""),
        (_("发布时间"), f"{timezone.localtime(row.published_at):%Y-%m-%d %H:%M}" if row.published_at else ""),
    ]
    return [{"label": label, "value": str(value)} for label, value in rows if value]


@dataclass(frozen=True, slots=True)
class Heads:
    """A pack as its page shows it: the document it rests on, and its routes."""

    whole: Outline
    document: Outline | None
    routes: tuple[Outline, ...]


def pack_heads(row: RoutePack) -> Heads:
    whole = root(row.content)
    document = stepped(whole, "document")
    routes = stepped(whole, "routes")
    return Heads(
        outline(Node((), whole.shape, _own(row.content), "")),
        outline(document) if isinstance(document.value, Mapping) else None,
        tuple(outline(one) for one in children(routes)),
    )


def _own(content: Plain) -> Plain:
    return {name: value for name, value in content.items() if not isinstance(value, list | dict)}


def source_of(request: HttpRequest) -> RoutePack | None:
    """The edition a new draft begins from."""
    number = number_in(request.GET.get("from", ""))
    return packs_to_read(user_of(request), on=timezone.localdate()).filter(pk=number or 0).first()


# --- the editor ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A part below the one that is edited: its title, where it is, whether it can go up, down or away."""

    address: str
    title: str
    kind: str
    detail: str
    is_first: bool = False
    is_last: bool = False
    may_go: bool = True
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below a part under one name: a list, or a single part that may be absent."""

    address: str
    label: str
    is_list: bool
    is_needed: bool
    kinds: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    is_fact: bool = False

    @property
    def may_add(self) -> bool:
        return self.is_list or not self.rows or bool(self.kinds)


@dataclass(frozen=True, slots=True)
class PartsBelow:
    """Everything below a part, and what stands there without belonging."""

    groups: tuple[Below, ...]
    strange: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    plain_facts: tuple[Row, ...] = ()


def parts_below(node: Node) -> PartsBelow:
    """The parts of an edited part that have pages of their own."""
    groups = tuple(_below(child) for child in children(node) if not is_simple(child.shape))
    strange = tuple(unknown_names(node))
    if not isinstance(node.shape, FactTable):
        return PartsBelow(groups, strange)
    groups = tuple(replace(one, is_fact=True) for one in groups)
    facts = tuple((name, str(label)) for name, label in node.kinds.items())
    plain = tuple(
        Row(child.address, child.label, "", text_of(child), is_plain=True)
        for child in children(node)
        if is_simple(child.shape)
    )
    return PartsBelow(groups, strange, facts, plain)


def _below(child: Node) -> Below:
    kinds = tuple((kind, str(label)) for kind, label in child.kinds.items())
    if isinstance(child.shape, FactTable):
        kinds = ()
    if child.is_list:
        held = children(child)
        rows = tuple(
            Row(one.address, title_of(one), one.kind_label, _detail(one), number == 0, number == len(held) - 1)
            for number, one in enumerate(held)
        )
        return Below(child.address, child.label, child.is_list, child.is_needed, kinds, rows)
    rows = ()
    if child.value is not None:
        single = Row(child.address, title_of(child), child.kind_label, _detail(child), may_go=not child.is_needed)
        rows = (single,)
    return Below(child.address, child.label, child.is_list, child.is_needed, kinds, rows)


def _detail(node: Node) -> str:
    held = node.value if isinstance(node.value, Mapping) else {}
    code = str(held.get("code") or "")
    count = sum(len(value) for value in held.values() if isinstance(value, list))
    return "，".join(filter(None, [code, _("%(count)d 项") % {"count": count} if count else ""]))


def acted(content: Plain, path: Path, values: Plain, posted: Mapping[str, Any]) -> tuple[Plain, Path]:
    """The draft after a button of the editor: the fields kept first, then what the button says; and where to go on."""
    act, _colon, address = str(posted.get("do", "save")).partition(":")
    content = with_values(content, path, values)
    if act == "save":
        return content, path
    place = path_from(address)
    if place[: len(path)] != path or (len(place) <= len(path) and act != "add"):
        raise LookupError(address)
    if act == "add":
        content, made = added(content, place, str(posted.get(f"kind:{address}", "")))
        is_plain = is_simple(node_at(content, made).shape) or node_at(content, made).is_list
        return content, path if is_plain else made
    node_at(content, place)
    if act == "remove":
        return changed(content, place, None), path
    if act in {"up", "down"}:
        return moved(content, place, -1 if act == "up" else 1)[0], path
    raise LookupError(act)


def crumbs_of(row: RoutePack, path: Path) -> list[tuple[str, str]]:
    """The parts around the one that is edited, the outermost first: address and title."""
    node, found = root(row.content), [("", _("基本内容"))]
    for step in path:
        node = stepped(node, step)
        if not node.is_list:
            found.append((node.address, title_of(node) if isinstance(step, int) else node.label))
    return found
