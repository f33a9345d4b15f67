"""The kinds of import there are. Apps register theirs when they are ready."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from foundation.accounts.states import Role
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Kind

_KINDS: dict[str, Kind] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Make a kind known, as a decorator. Two kinds of one code are a mistake in the program."""
    present = _KINDS.get(kind.code)
    if present is not None and type(present) is not kind:
        raise ValueError(f"The import kind {kind.code!r} is registered twice.")
    _KINDS[kind.code] = kind()
    return kind


def unregister(kind: type[Kind]) -> None:
    """Forget a kind; for tests."""
    _KINDS.pop(kind.code, None)


def kind_named(code: str) -> Kind:
    """The kind of a code, or ``ImportRefusedError`` when no app knows it."""
    try:
        return _KINDS[code]
    except KeyError:
        raise ImportRefusedError("unknown_kind", _("没有这种导入。请从“批量导入”页面重新选择。")) from None


def kinds() -> list[Kind]:
    """Every kind, by code."""
    return [_KINDS[code] for code in sorted(_KINDS)]


def kinds_for(roles: Collection[Role]) -> list[Kind]:
    """The kinds that somebody with these roles may bring."""
    return [kind for kind in kinds() if kind.roles & set(roles)]
