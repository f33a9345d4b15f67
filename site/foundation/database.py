"""What PostgreSQL holds for us: tables that only grow, and periods that never overlap."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.migrations.operations.special import RunSQL
from django.db.models import Q


def append_only(table: str) -> RunSQL:
    """A migration operation after which the rows of a table can be added and read, never changed or removed."""
    return RunSQL(
        sql=f"""
        CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of {table} cannot be changed or removed'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only();
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only();
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_never_emptied ON {table};
        DROP TRIGGER {table}_append_only ON {table};
        DROP FUNCTION {table}_is_append_only();
        """,
    )


def period(starts_on: date | None, ends_on: date | None = None) -> DateRange:
    """The days from the first to the last, both included; an absent end is open, and so is the calendar's last day."""
    return DateRange(starts_on, None if ends_on == date.max else ends_on, "[]")


def day_after(day: date | None) -> date | None:
    """The day on which a period ends that holds this one as its last; none where no day comes after."""
    return day + timedelta(days=1) if day and day < date.max else None


def not_ended(on: date, field: str = "effective") -> Q:
    """Rows whose dated range has days left, or begins later. An open end is none."""
    return Q(**{f"{field}__upper_inf": True}) | Q(**{f"{field}__endswith__gt": on})


def in_force(on: date, field: str = "effective") -> Q:
    """Rows whose dated range holds the day."""
    return Q(**{f"{field}__contains": on})
