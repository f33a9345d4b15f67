"""What must hold whatever happened: the books, the chain of events, the files, and how many rows there are."""

from collections.abc import Mapping
from contextlib import suppress
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

_TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 ORDER BY 1
"""
# What a server or a library keeps for itself.
UNCOUNTED = {"django_session", "django_migrations"}


def row_counts() -> dict[str, int]:
    """The rows of every table."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall() if name not in UNCOUNTED]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))
        return dict(cursor.fetchall())


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """By how much each table that changed has grown."""
    return {name: after[name] - before[name] for name in after if after[name] != before.get(name, 0)}


def _said(command: str) -> str:
    said = StringIO()
    with suppress(SystemExit, CommandError):  # what was said tells
        call_command(command, stdout=said, stderr=said)
    return said.getvalue()


def holds() -> None:
    """Ledger, chain of events and files, each by the command a city runs."""
    for command, well in (("ledger_verify", "台账相符"), ("audit_verify", "链条完整"), ("files_verify", "文件完好")):
        said = _said(command)
        assert well in said, said
