"""Whether the files that the database names are there and whole, and the keys at hand open what is encrypted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import models

from foundation.privacy.rotation import rotations

# Where a row keeps the SHA-256 of its file's plain content.
DIGESTS = {
    "certificates.trainingcertificate.file": "file_digest",
    "content.video.source": "sha256",
    "imports.importbatch.file": "sha256",
    "payments.bankreturn.file": "sha256",
}
CHUNK = 1 << 20
BATCH = 1000


@dataclass(frozen=True)
class Fault:
    """One file or row that cannot be used: ``missing``, ``unreadable``, ``empty`` or ``other_content``."""

    place: str
    key: Any
    code: str


@dataclass
class FilesCheck:
    """One walk over every file that any row names; ``faults()`` yields as it finds."""

    files: int = 0
    compared: int = 0
    bytes: int = 0

    def faults(self) -> Iterator[Fault]:
        for one in file_fields():
            place = f"{one.model._meta.label_lower}.{one.name}"
            digest = DIGESTS.get(place)
            rows = one.model._default_manager.exclude(**{one.name: ""}).exclude(**{f"{one.name}__isnull": True})
            wanted = ["pk", one.name, *([digest] if digest else [])]
            for row in rows.order_by("pk").values_list(*wanted).iterator(chunk_size=BATCH):
                code = self._fault(one, row[1], row[2] if digest else "")
                if code:
                    yield Fault(place, row[0], code)

    def _fault(self, one: models.FileField, name: str, digest: str) -> str:
        self.files += 1
        found, size = sha256(), 0
        try:
            with one.storage.open(name) as file:
                while block := file.read(CHUNK):
                    found.update(block)
                    size += len(block)
        except FileNotFoundError:
            return "missing"
        except (OSError, InvalidToken):
            return "unreadable"
        self.bytes += size
        if digest:
            self.compared += 1
            return "" if found.hexdigest() == digest else "other_content"
        return "" if size else "empty"


def file_fields() -> list[models.FileField]:
    """Every column that names a file."""
    return [
        one
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for one in model._meta.local_fields
        if isinstance(one, models.FileField)
    ]


@dataclass
class KeysCheck:
    """One walk over every encrypted column, opening each value."""

    rows: int = 0
    stale: int = 0
    faults: list[Fault] = field(default_factory=list)

    def run(self) -> None:
        for table in rotations():
            table.run(batch=BATCH, is_dry_run=True)
            self.rows += table.read
            self.stale += table.renewed
            self.faults += [Fault(table.table, key, code) for key, code in table.failed.items()]
