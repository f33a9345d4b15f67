"""Thousands of rows into one table by COPY: several times faster than ``bulk_create``, which plans every value.

Personal data is encrypted and indexed as the fields do it. Defaults of the model are not applied: every column that has
no default in the database is named. What the database forbids is refused as ever.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from django.db.models.fields.json import JSONField
from psycopg import sql

from foundation.crypto.cipher import blind_index, encrypt
from foundation.crypto.fields import BlindIndexField, EncryptedTextField

Row = dict[str, Any]


def _plain(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _encrypted(name: str) -> Callable[[Row], Any]:
    return lambda row: encrypt(row[name]) if row[name] else b""


def _indexed(source: str, kind: str) -> Callable[[Row], Any]:
    return lambda row: blind_index(kind, row[source]) if row[source] else None


def _json(name: str, field: JSONField) -> Callable[[Row], Any]:
    return lambda row: json.dumps(row[name], ensure_ascii=False, cls=field.encoder)


def _columns(model: type[Model], names: Sequence[str]) -> list[tuple[str, Callable[[Row], Any]]]:
    """Each column with the way to its value; the blind index of an encrypted field comes with the field."""
    columns: list[tuple[str, Callable[[Row], Any]]] = []
    for field in model._meta.local_concrete_fields:
        column = field.column or field.attname
        if isinstance(field, BlindIndexField):
            if field.source in names:
                columns.append((column, _indexed(field.source, field.kind)))
            continue
        name = field.attname if isinstance(field, ForeignKey) else field.name
        if name not in names:
            continue
        if isinstance(field, JSONField):
            value = _json(name, field)
        else:
            value = _encrypted(name) if isinstance(field, EncryptedTextField) else _plain(name)
        columns.append((column, value))
    known = {field.attname for field in model._meta.local_concrete_fields} | {f.name for f in model._meta.local_fields}
    if unknown := set(names) - known:
        raise ValueError(f"{model._meta.label} has no {', '.join(sorted(unknown))}.")
    return columns


@transaction.atomic
def rows_copy(model: type[Model], rows: Sequence[Row]) -> list[int]:
    """Add the rows, all with the same keys (field names, ``_id`` for links), and give their numbers in their order.

    Raises Django's errors of the database, as a save would, and then nothing was added.
    """
    if not rows:
        return []
    columns = _columns(model, list(rows[0]))
    table, key = model._meta.db_table, model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key.column, len(rows)]
        )
        numbers = [number for (number,) in cursor.fetchall()]
        named: list[sql.Composable] = [
            sql.Identifier(str(key.column)),
            *(sql.Identifier(column) for column, _v in columns),
        ]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(named))
        values: Iterable[Callable[[Row], Any]] = [value for _column, value in columns]
        with connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
            for number, row in zip(numbers, rows, strict=True):
                copy.write_row([number, *(value(row) for value in values)])
    return numbers
