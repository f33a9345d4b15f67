"""Brings personal data under the newest keys, a batch at a time, beside people at work."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from foundation.crypto.cipher import blind_index, reencrypt
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from foundation.crypto.storage import EncryptedStorage

Row = tuple[Any, ...]
Stale = dict[Any, tuple[Row, Row]]


@dataclass
class TableRotation:
    """One table: what its columns are, and how far the rotation came."""

    table: str
    key: models.Field
    texts: list[EncryptedTextField]
    indexes: list[BlindIndexField]
    read: int = 0
    renewed: int = 0

    def __post_init__(self) -> None:
        self.failed: dict[Any, str] = {}

    def run(
        self, *, batch: int, is_dry_run: bool = False, progress: Callable[["TableRotation"], None] = lambda table: None
    ) -> None:
        """Walk the table by key. A row that cannot be renewed is left as it is and named in ``failed``.

        Rows already under the newest keys are only read, so a run that was broken off can simply be started again.
        """
        for stale in self._pages(batch):
            if stale and not is_dry_run:
                self._renew(stale)
            else:
                self.renewed += len(stale)
            progress(self)

    def _pages(self, batch: int) -> Iterator[Stale]:
        """Per batch, the rows that an older key wrote, by key, as they are and as they should be. Nothing is locked."""
        last = None
        while rows := self._rows(last, batch):
            self.read += len(rows)
            yield {row[0]: (row, fresh) for row in rows if (fresh := self._renewed(row)) is not None}
            last = rows[-1][0]

    def _rows(self, after: Any, batch: int) -> list[Row]:
        where = f"WHERE {_quoted(self.key.column)} > %s" if after is not None else ""
        order = f"ORDER BY {_quoted(self.key.column)} LIMIT %s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self._columns} FROM {_quoted(self.table)} {where} {order}",  # noqa: S608
                [after, batch] if after is not None else [batch],
            )
            return list(cursor.fetchall())

    @property
    def _columns(self) -> str:
        return ", ".join(_quoted(field.column) for field in (self.key, *self.texts, *self.indexes))

    def _renewed(self, row: Row) -> Row | None:
        """The row under the newest keys; None when it is already, or cannot be read."""
        key, tokens, indexes = row[0], row[1 : len(self.texts) + 1], row[len(self.texts) + 1 :]
        values: dict[str, str] = {}
        is_stale = False
        written: list[bytes | None] = []
        try:
            for field, token in zip(self.texts, tokens, strict=True):
                values[field.name], fresh = reencrypt(token) if token else ("", None)
                written.append(fresh or (bytes(token) if token is not None else None))
                is_stale = is_stale or fresh is not None
        except InvalidToken:
            self.failed[key] = "unreadable"
            return None
        for index, stored in zip(self.indexes, indexes, strict=True):
            value = values[index.source]
            now = blind_index(index.kind, value) if value else None
            written.append(now)
            is_stale = is_stale or now != (bytes(stored) if stored is not None else None)
        return (key, *written) if is_stale else None

    def _renew(self, stale: Stale) -> None:
        """Write a batch in one transaction; if the database refuses it, row by row, so that one row stops no other."""
        try:
            with transaction.atomic():
                self.renewed += self._write(stale)
        except IntegrityError as error:
            if len(stale) == 1:
                self.failed[next(iter(stale))] = _constraint(error)
                return
            for key, row in stale.items():
                self._renew({key: row})

    def _write(self, stale: Stale) -> int:
        """Lock the rows in the order of their keys; whichever changed meanwhile is worked out again."""
        name, key = _quoted(self.table), _quoted(self.key.column)
        kind = (self.key.rel_db_type(connection) or "").split("(")[0]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self._columns} FROM {name} WHERE {key} = ANY(%s::{kind}[]) ORDER BY {key} FOR UPDATE",  # noqa: S608
                [list(stale)],
            )
            rows = []
            for row in cursor.fetchall():
                before, after = stale[row[0]]
                fresh = after if row == before else self._renewed(row)
                if fresh is not None:
                    rows.append(fresh)
            if not rows:
                return 0
            fields = (*self.texts, *self.indexes)
            sets = ", ".join(f"{_quoted(field.column)} = new.c{n}" for n, field in enumerate(fields))
            arrays = ", ".join(["%s::bytea[]"] * len(fields))
            names = ", ".join(f"c{n}" for n in range(len(fields)))
            # Histories with encrypted columns let only these columns be rewritten, and only under this setting.
            cursor.execute("SELECT set_config('foundation.rotating_keys', 'on', true)")
            cursor.execute(
                f"UPDATE {name} old SET {sets} FROM unnest(%s::{kind}[], {arrays}) new (id, {names})"  # noqa: S608
                f" WHERE old.{key} = new.id",
                [list(column) for column in zip(*rows, strict=True)],
            )
        return len(rows)


def rotations(among: Iterable[type[models.Model]] | None = None) -> list[TableRotation]:
    """One for every table with an encrypted column or a blind index."""
    found = []
    for model in apps.get_models(include_auto_created=True) if among is None else among:
        if model._meta.proxy or not model._meta.managed:
            continue
        fields = model._meta.local_concrete_fields
        texts = [field for field in fields if isinstance(field, EncryptedTextField)]
        indexes = [field for field in fields if isinstance(field, BlindIndexField)]
        if texts or indexes:
            found.append(TableRotation(model._meta.db_table, model._meta.pk, texts, indexes))
    return found


class FileRotation:
    """The files of one field in an encrypted storage: each is brought under the newest key by itself."""

    def __init__(self, field: models.FileField, storage: EncryptedStorage) -> None:
        self.field = field
        self.storage = storage
        self.table = f"{field.model._meta.db_table}.{field.column}"
        self.read = 0
        self.renewed = 0
        self.failed: dict[object, str] = {}

    def run(self, *, batch: int, is_dry_run: bool, progress: Callable[["FileRotation"], None]) -> None:
        """Renew every file that an older key wrote; a file that is gone or that no key opens is named and left."""
        rows = self.field.model._default_manager.exclude(**{self.field.name: ""}).values_list("pk", self.field.name)
        for key, name in rows.order_by("pk").iterator(chunk_size=batch):
            self.read += 1
            try:
                is_stale = self.storage.is_stale(name) if is_dry_run else self.storage.renew(name)
            except FileNotFoundError:
                self.failed[key] = "file_missing"
            except InvalidToken:
                self.failed[key] = "unreadable"
            else:
                self.renewed += is_stale
            if self.read % batch == 0:
                progress(self)


def file_rotations() -> list[FileRotation]:
    """One for every field whose files lie in an encrypted storage."""
    return [
        FileRotation(field, field.storage)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.FileField) and isinstance(field.storage, EncryptedStorage)
    ]


def left_behind() -> list[str]:
    """What a rotation cannot bring along, in words: tables that keep an index and not the text it was made of.

    A model says so by ``left_by_key_rotation``; what it names has to be brought anew by whoever gave it.
    """
    asked = (getattr(model, "left_by_key_rotation", None) for model in apps.get_models())
    return [words for ask in asked if ask is not None for words in ask()]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused, never the values."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "refused"
