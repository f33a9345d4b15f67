"""Tables that grow without end, cut into months so that old months can be set aside whole.

In a migration, right after the table is created and before its indexes and triggers::

    partition_by_month("privacy_accessrecord", "at"),
    ...                                          # indexes, constraints, append_only(...)
    first_partitions("privacy_accessrecord"),

Afterwards ``partitions_ensure`` makes the coming months in time. What comes too early lands in the default partition
and is moved when its month is made, so no row is ever refused.
"""

from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.special import RunPython, RunSQL
from django.utils import timezone

_COLUMN = """
SELECT a.attname FROM pg_partitioned_table p
  JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
 WHERE p.partrelid = %s::regclass
"""
_PARTITIONED = """
SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND p.partstrat = 'r' ORDER BY c.relname
"""
_UNGUARDED = """
SELECT child.relname, t.tgfoid::regproc::text FROM pg_trigger t
  JOIN pg_inherits i ON i.inhparent = t.tgrelid JOIN pg_class child ON child.oid = i.inhrelid
 WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal AND (t.tgtype & 32) <> 0
   AND NOT EXISTS (SELECT FROM pg_trigger own WHERE own.tgrelid = child.oid AND own.tgfoid = t.tgfoid
                      AND (own.tgtype & 32) <> 0)
"""


def partition_by_month(table: str, column: str) -> RunSQL:
    """A migration operation that makes an empty table a partitioned one; its key becomes (id, column).

    Undoing the migration drops the table with all its partitions, so the reverse has nothing to do here.
    """
    return RunSQL(
        sql=f"""
        ALTER SEQUENCE {table}_id_seq RENAME TO {table}_plain_id_seq;
        ALTER TABLE {table} RENAME TO {table}_plain;
        CREATE TABLE {table} (
            LIKE {table}_plain INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS
        ) PARTITION BY RANGE ({column});
        DROP TABLE {table}_plain;
        ALTER TABLE {table} ADD PRIMARY KEY (id, {column});
        CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
        """,
        reverse_sql=RunSQL.noop,
    )


def first_partitions(table: str, months_ahead: int = 2) -> RunPython:
    """A migration operation that makes this month's partition and the next ones."""

    def forwards(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        partitions_ensure(table, on=timezone.localdate(), months_ahead=months_ahead)

    return RunPython(forwards, RunPython.noop)


def partitioned_tables() -> list[str]:
    """Every table of ours that is cut by range."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONED)
        return [name for (name,) in cursor.fetchall()]


@transaction.atomic
def partitions_ensure(table: str, *, on: date, months_ahead: int = 2) -> list[str]:
    """Make the partitions of the day's month and of the months after it that are missing; gives their names.

    Months of rows that wait in the default partition are made too, and the rows moved. Every partition refuses
    TRUNCATE where its parent does: such triggers are not inherited.
    """
    made = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"partitions of {table}"])
        cursor.execute(_COLUMN, [table])
        (column,) = cursor.fetchone()
        cursor.execute(
            f"SELECT DISTINCT date_trunc('month', {column} AT TIME ZONE %s)::date FROM {table}_default",  # noqa: S608
            [settings.TIME_ZONE],
        )
        waiting = {month for (month,) in cursor.fetchall()}
        for month in sorted(waiting | {_month(on, ahead) for ahead in range(months_ahead + 1)}):
            name = f"{table}_{month:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() == (None,):
                _make(name, table, column, month, month in waiting)
                made.append(name)
        cursor.execute(_UNGUARDED, [table])
        for child, function in cursor.fetchall():
            cursor.execute(
                f"CREATE TRIGGER {child}_never_emptied BEFORE TRUNCATE ON {child}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    return made


def _month(on: date, ahead: int) -> date:
    """The first day of the month so many months after the day's."""
    months = on.year * 12 + on.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _make(name: str, table: str, column: str, month: date, rows_wait: bool) -> None:
    """One month's partition, with the rows that wait for it in the default partition."""
    first, after = (f"'{day.isoformat()} 00:00:00 {settings.TIME_ZONE}'" for day in (month, _month(month, 1)))
    bounds = f"FOR VALUES FROM ({first}) TO ({after})"
    with connection.cursor() as cursor:
        if not rows_wait:
            cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} {bounds}")
            return
        theirs = f"{column} >= {first} AND {column} < {after}"
        cursor.execute(
            f"""
            LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;
            CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
            INSERT INTO {name} SELECT * FROM {table}_default WHERE {theirs};
            ALTER TABLE {table}_default DISABLE TRIGGER USER;
            DELETE FROM {table}_default WHERE {theirs};
            ALTER TABLE {table}_default ENABLE TRIGGER USER;
            ALTER TABLE {table} ATTACH PARTITION {name} {bounds};
            """  # noqa: S608
        )
