"""Files with personal data: encrypted on the disk, plain only in the hands of whoever may open them."""

import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile, File

from foundation.crypto.cipher import decrypt_bytes, encrypt_bytes, renewed
from foundation.storage import WholeFileSystemStorage


class EncryptedFileSystemStorage(WholeFileSystemStorage):
    """A folder whose files are written under the newest of ``PRIVACY_KEYS`` and read under any of them.

    Files are held in memory while they are worked on: photographs, papers and spreadsheets, whose size the services
    limit, not videos. They have no web address.
    """

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        return super()._save(name, ContentFile(encrypt_bytes(content.read())))

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Encrypted files are replaced, not written into.")
        return ContentFile(decrypt_bytes(Path(self.path(name)).read_bytes()), name=name)

    def size(self, name: str) -> int:
        """The size of the plain content in bytes."""
        return int(self._open(name).size)

    def url(self, name: str | None) -> str:
        raise ValueError("Files with personal data have no web address.")

    def is_stale(self, name: str) -> bool:
        """Whether an older key than the newest wrote the file."""
        return renewed(Path(self.path(name)).read_bytes()) is not None

    def renew(self, name: str) -> bool:
        """Put the file under the newest key; False when it already is. Whoever reads meanwhile sees one or the other.

        Raises ``FileNotFoundError``, or ``InvalidToken`` when none of the configured keys opens it.
        """
        path = Path(self.path(name))
        token = renewed(path.read_bytes())
        if token is None:
            return False
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(path.stat().st_mode)
        os.replace(draft, path)
        return True
