"""Files with personal data: encrypted wherever they lie, plain only in the hands of whoever may open them."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from foundation.crypto.cipher import decrypt_bytes, encrypt_bytes, renewed
from foundation.storage import WholeFileSystemStorage


class EncryptedStorage(Storage):
    """What is kept lies under the newest of ``PRIVACY_KEYS`` and is read under any of them; to be put before a storage.

    Files are held in memory while they are worked on: photographs, papers and spreadsheets, whose size the services
    limit, not videos. They have no web address.
    """

    def token(self, name: str) -> bytes:
        """The file as it lies in the storage; ``FileNotFoundError`` when it is not there."""
        raise NotImplementedError

    def put_token(self, name: str, token: bytes) -> None:
        """Put another token under the name. Whoever reads meanwhile sees one or the other."""
        raise NotImplementedError

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        below: Any = super()
        return str(below._save(name, ContentFile(encrypt_bytes(content.read()))))

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Encrypted files are replaced, not written into.")
        return ContentFile(decrypt_bytes(self.token(name)), name=name)

    def size(self, name: str) -> int:
        """The size of the plain content in bytes."""
        return int(self._open(name).size)

    def url(self, name: str | None) -> str:
        raise ValueError("Files with personal data have no web address.")

    def is_stale(self, name: str) -> bool:
        """Whether an older key than the newest wrote the file."""
        return renewed(self.token(name)) is not None

    def renew(self, name: str) -> bool:
        """Put the file under the newest key; False when it already is. Whoever reads meanwhile sees one or the other.

        Raises ``FileNotFoundError``, or ``InvalidToken`` when none of the configured keys opens it.
        """
        token = renewed(self.token(name))
        if token is None:
            return False
        self.put_token(name, token)
        return True


class EncryptedFileSystemStorage(EncryptedStorage, WholeFileSystemStorage):
    """A folder of encrypted files."""

    def token(self, name: str) -> bytes:
        return Path(self.path(name)).read_bytes()

    def put_token(self, name: str, token: bytes) -> None:
        path = Path(self.path(name))
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(path.stat().st_mode)
        os.replace(draft, path)
