"""The data dictionary: every table of ours, from the models and the migrations. One page for each floor.

python deploy/local/data_dictionary.py             write docs/reference/data-dictionary/ anew
python deploy/local/data_dictionary.py --check     exit 1 when the pages are out of date
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs/reference/data-dictionary"
COMMAND = "make dictionary"
FLOORS = {
    "workers": "the person's file",
    "courses": "schools, courses, classes, study, attendance",
    "certifications": "assessment, scores, certificates, the skill record",
    "subsidies": "schemes, claims, review, payment, ledger",
    "residency": "routes, estimates, evidence for other desks",
    "foundation": "accounts, audit, outbox, privacy, policy, calendar, imports",
    "exchange": "messages from and to other systems",
    "portal": "pages, dashboards, sign-in, operations",
}
UNITS = {"fen": "fen, a hundredth of a yuan", "ms": "milliseconds", "bytes": "bytes", "seconds": "seconds"}
LOOKUPS = {
    "exact": "=", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "in": "in", "regex": "matches", "contains": "contains",
    "contained_by": "within", "startswith": "begins with", "day": "day =", "len": "length =",
}  # fmt: skip


def main() -> int:
    wanted = pages()
    if sys.argv[1:] == ["--check"]:
        there = {path.name: path.read_text("utf-8") for path in OUT.glob("*.md")}
        stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
        for name in stale:
            print(f"{(OUT / name).relative_to(ROOT)} is out of date. Write the data dictionary anew: {COMMAND}")
        return 1 if stale else 0
    OUT.mkdir(parents=True, exist_ok=True)
    for path in OUT.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (OUT / name).write_text(text, "utf-8")
    return 0


def pages() -> dict[str, str]:
    """The text of every page by its file name; the same each time for the same code."""
    from django.utils import translation

    with translation.override("zh-hans"):
        found = {f"{floor}.md": _page(floor) for floor in FLOORS if _models(floor)}
        found["README.md"] = _front()
    return found


@cache
def _models(floor: str) -> list[Any]:
    """The models of a floor, app by app, in the order in which the apps define them."""
    from django.apps import apps

    return [
        model
        for config in sorted(apps.get_app_configs(), key=lambda config: config.name)
        if config.name.split(".")[0] == floor
        for model in config.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    ]


@cache
def rules() -> Any:
    from database_rules import rules_of_migrations

    return rules_of_migrations({model._meta.app_label for floor in FLOORS for model in _models(floor)})


def _front() -> str:
    from django.apps import apps

    ours = {model for floor in FLOORS for model in _models(floor)}
    others: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model not in ours and not model._meta.proxy and model._meta.managed:
            others.setdefault(model._meta.app_label, []).append(f"`{model._meta.db_table}`")
    rows = [
        f"| [{floor}]({floor}.md) | {len(_models(floor))} | {FLOORS[floor]} |" for floor in FLOORS if _models(floor)
    ]
    encrypted = sum(1 for model in ours for one in model._meta.local_concrete_fields if _is_encrypted(one))
    guarded = sum(1 for model in ours if rules().triggers.get(model._meta.db_table))
    columns = sum(len(model._meta.local_concrete_fields) for model in ours)
    return "\n".join(
        [
            "# Data dictionary",
            "",
            f"Made from the models and migrations by `{COMMAND}`; `make check` fails when it is out of date. Change a",
            "model's docstring, a field's `help_text` or a constraint's name, never these pages.",
            "",
            f"{len(ours)} tables, {guarded} of them with triggers; {columns} columns, {encrypted} of them encrypted.",
            "",
            "| floor | tables | what it holds |",
            "| --- | --- | --- |",
            *rows,
            "",
            *READING,
            "",
            "## Tables of the libraries",
            "",
            *(f"- {label}: {', '.join(sorted(tables))}" for label, tables in sorted(others.items())),
            "",
        ]
    )


READING = [
    "## How to read it",
    "",
    "- A section is a table; the words under its name say what a row is. Words in Chinese are those of the screens.",
    "- **null**: whether the column may be empty in the sense of the database. Text that is not known is `''`.",
    "- **encrypted**: the database sees only a token; the roles that may see the plain value of some rows are named. A",
    "  *keyed hash* stands beside it where the value has to be found or be unique.",
    "  [Personal data](../../explanation/personal-data.md).",
    "- **plain, because**: a column that is named like personal data and is not encrypted, with the reason.",
    "- **rows are only added**: a trigger refuses every change and every removal.",
    "- **deferred**: a trigger that looks at the end of the transaction.",
    "- Amounts are whole fen. Days are dates without a time; moments are stored in UTC. A range of days includes its",
    "  first day and, as PostgreSQL writes it, not the day it names as its end.",
]


def _page(floor: str) -> str:
    lines = [f"# {floor}: {FLOORS[floor]}", "", f"[How to read it](README.md). Made by `{COMMAND}`; do not edit.", ""]
    app = ""
    for model in _models(floor):
        if model._meta.app_label != app:
            app = model._meta.app_label
            lines += [f"## {app}", ""]
        lines += _table(model)
    return "\n".join(lines)


def _table(model: Any) -> list[str]:
    options = model._meta
    table = options.db_table
    triggers = rules().triggers.get(table, {})
    lines = [f"### {options.label}", "", f"`{table}`. {_meaning(model)}", ""]
    if f"{table}_append_only" in triggers:
        lines += ["Rows are only added.", ""]
    if table in rules().partitions:
        lines += [f"Cut into one partition for each month of `{rules().partitions[table]}`.", ""]
    lines += ["| column | type | null | what it holds |", "| --- | --- | --- | --- |"]
    lines += [_row(one) for one in options.local_concrete_fields]
    held = [*_constraints(model), *_triggers(table)]
    return [*lines, "", *(["Held by the database:", "", *held, ""] if held else [])]


def _meaning(model: Any) -> str:
    if model._meta.auto_created:
        ends = [f"`{one.related_model._meta.label}`" for one in model._meta.local_fields if one.is_relation]
        return f"Which {ends[0]} goes with which {ends[1]}."
    words = inspect.cleandoc(model.__doc__ or "")
    if words.startswith(f"{model.__name__}("):
        raise SystemExit(f"{model._meta.label} has no docstring: say there what a row is.")
    return " ".join(words.replace("``", "`").split())


def _row(one: Any) -> str:
    from django.db import connection

    null = "yes" if one.null else ""
    cells = (f"`{one.column}`", _escaped(one.db_type(connection)), null, "; ".join(_notes(one)))
    return f"| {' | '.join(cells)} |"


def _notes(one: Any) -> Iterator[str]:
    """What a column holds: its name on the screens, where it leads, what it may say, who may read it."""
    from django.db.models import FileField

    if (words := str(one.verbose_name)) != one.name.replace("_", " ") and not words.isascii():
        yield _escaped(words)
    if one.primary_key and not one.is_relation:
        yield "key"
    if one.is_relation:
        kind = "one row for each " if one.one_to_one else "→ "
        yield f"{kind}`{one.related_model._meta.label}`"
    if one.unique and not one.primary_key and not one.one_to_one:
        yield "unique"
    yield from _privacy(one)
    if one.choices:
        yield "one of " + ", ".join(_escaped(f"`{value}` {label}".strip()) for value, label in one.flatchoices)
    if isinstance(one, FileField):
        yield "name of a file in storage"
    if unit := UNITS.get(one.name.rsplit("_", 1)[-1]):
        yield unit
    if one.help_text:
        yield _escaped(str(one.help_text)).rstrip("。.")


def _is_encrypted(one: Any) -> bool:
    from foundation.crypto.fields import EncryptedTextField

    return isinstance(one, EncryptedTextField)


def _privacy(one: Any) -> Iterator[str]:
    from foundation.crypto.fields import BlindIndexField
    from foundation.privacy.registry import roles_that_may_see
    from tests.foundation.test_personal_fields import ALLOWED

    if _is_encrypted(one):
        yield "**encrypted**"
    if isinstance(one, BlindIndexField):
        yield f"keyed hash of `{one.source}` ({one.kind})"
    if roles := roles_that_may_see(one.model, one.name):
        yield f"in plain, for a purpose, to {', '.join(sorted(roles))}"
    if reason := ALLOWED.get(f"{one.model._meta.label}.{one.name}"):
        yield f"plain, because: {_escaped(reason)}"


def _constraints(model: Any) -> Iterator[str]:
    for names in sorted(model._meta.unique_together):
        yield f"- unique: {_list(names)}"
    for one in model._meta.constraints:
        yield f"- `{one.name}`: {_rule(one)}"
    for name in sorted(rules().constraints.get(model._meta.db_table, ())):
        yield f"- `{name}`: a check written in the migration"


def _rule(one: Any) -> str:
    from django.contrib.postgres.constraints import ExclusionConstraint
    from django.db.models import CheckConstraint

    if isinstance(one, CheckConstraint):
        return _condition(one.condition)
    if isinstance(one, ExclusionConstraint):
        said = "never two rows with " + ", ".join(f"{_value(term)} {mark}" for term, mark in one.expressions)
    else:
        said = f"unique: {_list(one.fields) or ', '.join(_value(term) for term in one.expressions)}"
    if one.condition is not None:
        said += f", where {_condition(one.condition)}"
    return said + (", at the end of the transaction" if getattr(one, "deferrable", None) else "")


def _condition(tree: Any) -> str:
    """A condition as one would say it."""
    from django.db.models import Q

    if not isinstance(tree, Q):
        return _leaf(*tree) if isinstance(tree, tuple) else _value(tree)
    parts = [_condition(child) for child in tree.children]
    several = len(parts) > 1
    if several:
        nested = [isinstance(child, Q) and not child.negated and len(child.children) > 1 for child in tree.children]
        parts = [f"({part})" if is_nested else part for part, is_nested in zip(parts, nested, strict=True)]
    said = f" {'or' if tree.connector == Q.OR else 'and'} ".join(parts)
    return f"not ({said})" if tree.negated else said


def _leaf(path: str, value: Any) -> str:
    *names, last = path.split("__")
    if last in {"isnull", "isempty"}:
        word = {"isnull": "null", "isempty": "empty"}[last]
        return f"`{'.'.join(names)}` is {word}" if value else f"`{'.'.join(names)}` is not {word}"
    if last in LOOKUPS and names:
        return f"`{'.'.join(names)}` {LOOKUPS[last]} {_value(value)}"
    return f"`{path.replace('__', '.')}` = {_value(value)}"


def _value(value: Any) -> str:
    from django.db.models import F

    if isinstance(value, F):
        return f"`{value.name}`"
    if isinstance(value, list | tuple | set | frozenset):
        told = [_value(one) for one in value]
        return ", ".join(sorted(told) if isinstance(value, set | frozenset) else told)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return f"`{_escaped(str(getattr(value, 'value', value)))}`" if value != "" else "`''`"
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = re.sub(r"F\((\w+)\)", r"\1", str(value))  # of a sum of columns
    return f"`{_escaped(plain)}`"


def _list(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _triggers(table: str) -> Iterator[str]:
    for name, one in sorted(rules().triggers.get(table, {}).items()):
        if one.function == f"{table}_is_append_only":
            continue  # said above the columns
        said = f"- trigger `{name}`, {one.when}{', deferred' if one.is_deferred else ''}"
        refusals = [f"“{_escaped(words)}”" for words in rules().refusals.get(one.function, [])]
        yield f"{said}: refuses with {', '.join(refusals)}" if refusals else said


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    import django

    django.setup()
    sys.exit(main())
