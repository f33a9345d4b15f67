"""Files that are there wholly or not at all, and that a power cut after the commit does not take."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class DiskFullError(OSError):
    """There is no room for a file: it heals, so what wanted to write it is done again later."""


class StoreAwayError(Exception):
    """The store of files does not answer, or does not let us in. It heals, or is mended, and the work is done again.

    No ``OSError``: whoever takes one for a file that is lost or damaged would say of a whole store that it is lost.
    """


class WholeFileSystemStorage(FileSystemStorage):
    """Writes beside the place, brings it to the disk, and only then gives it its name.

    A row that names a file is committed after the file was saved, so whatever it names is whole. A disk that fills up
    or a process that is killed on the way leaves nothing under the name: at most a draft, which nothing names.
    """

    def _save(self, name: str, content: File) -> str:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{token_hex(8)}.draft")
        try:
            self._write(draft, content)
            while True:
                try:
                    os.link(draft, self.path(name))  # never over another file
                    break
                except FileExistsError:
                    name = self.get_available_name(name)
            _settle(Path(self.path(name)).parent)
        except OSError as error:
            if error.errno in FULL:
                raise DiskFullError(error.errno, error.strerror, str(place)) from error
            raise
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        return str(name).replace("\\", "/")

    def _write(self, draft: Path, content: File) -> None:
        with draft.open("xb") as file:
            for chunk in content.chunks():
                file.write(chunk.encode() if isinstance(chunk, str) else chunk)
            file.flush()
            if self.file_permissions_mode is not None:
                os.fchmod(file.fileno(), self.file_permissions_mode)
            os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Bring a folder's names to the disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
