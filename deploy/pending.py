"""What the migrations that are not yet applied would do to a site that goes on running meanwhile.

    deploy/start pending

One line for each operation worth a look, and the worst of them as the status: 0 the code of before works on and does
not notice; 1 the list could not be made; 3 somebody has to look (SQL and Python of ours, checks, locks); 4 it takes
away, renames or asks for something, of which the code of before knows nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HARMLESS, LOOK, BREAKS = 0, 3, 4
WORDS = {LOOK: "look  ", BREAKS: "breaks"}
WHY = {
    "RemoveField": (BREAKS, "takes a column away"),
    "DeleteModel": (BREAKS, "takes a table away"),
    "RenameField": (BREAKS, "renames a column"),
    "RenameModel": (BREAKS, "renames a table"),
    "AlterModelTable": (BREAKS, "renames a table"),
    "AlterField": (LOOK, "changes a column: harmless when it becomes wider, or only its words change"),
    "AddConstraint": (LOOK, "the code of before may write what is forbidden now; reads the whole table under a lock"),
    "AlterUniqueTogether": (LOOK, "the code of before may write what is forbidden now"),
    "AddIndex": (LOOK, "locks out writers while it is made; AddIndexConcurrently does not"),
    "RunSQL": (LOOK, "SQL of ours"),
    "RunPython": (LOOK, "Python of ours"),
}


def judged(operation: Any, fresh: set[str]) -> Iterator[tuple[int, str]]:
    """How an operation meets the code of before; ``fresh`` are the tables of this very list, which it does not know."""
    kind = type(operation).__name__
    if kind == "SeparateDatabaseAndState":
        for inner in operation.database_operations:
            yield from judged(inner, fresh)
        return
    model = (getattr(operation, "model_name", "") or getattr(operation, "name", "") or "").lower()
    if kind == "CreateModel":
        fresh.add(model)
        return
    if model in fresh:
        return
    told = f"{kind} {model}".strip()
    if kind == "AddField":
        field = operation.field
        if not (field.null or field.many_to_many or field.generated or field.has_db_default()):
            yield BREAKS, f"{told} {operation.name}: asks for a value that the code of before does not give"
    elif kind in WHY:
        degree, why = WHY[kind]
        part = next(
            (getattr(operation, name) for name in ("constraint", "index") if hasattr(operation, name)), operation
        )
        name = getattr(part, "name", getattr(part, "old_name", "")) or ""
        yield degree, f"{told} {'' if name.lower() == model else name}".strip() + f": {why}"
    elif not operation.reduces_to_sql:
        return
    elif kind not in {"RemoveConstraint", "RemoveIndex", "AlterModelOptions", "AlterModelManagers", "RenameIndex"}:
        yield LOOK, f"{told}: a kind this list does not know"


def findings(plan: list[tuple[Any, bool]]) -> list[tuple[int, str]]:
    """What is worth a look in the migrations of a plan, in their order."""
    found, fresh = [], dict[str, set[str]]()
    for migration, _backwards in plan:
        tables = fresh.setdefault(migration.app_label, set())
        for operation in migration.operations:
            found += [
                (degree, f"{migration.app_label}.{migration.name}: {words}")
                for degree, words in judged(operation, tables)
            ]
    return found


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(root), str(root / "site")]
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        print("An empty database: nothing runs on it yet.")
        return HARMLESS
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found = findings(plan)
    print(f"{len(plan)} migrations to apply: {', '.join(f'{one.app_label}.{one.name}' for one, _back in plan) or '-'}")
    for degree, words in found:
        print(f"{WORDS[degree]} {words}")
    return max((degree for degree, _words in found), default=HARMLESS)


if __name__ == "__main__":
    sys.exit(main())
