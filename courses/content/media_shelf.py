"""Where a run on a video works, and where the files it makes end up."""

import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File

from courses.content.models.media import lesson_storage
from foundation.storage import StoreAwayError


class Shelf:
    """The place of one run's files: ``renditions/<video>/<run>`` in the storage.

    ffmpeg needs folders. Where the storage is one, the run works in its place; where it is a bucket, in a folder of
    this machine, from which the finished files are saved.
    """

    def __init__(self, video_id: int, run: object) -> None:
        self._storage = lesson_storage()
        self._video = f"renditions/{video_id}"
        self.name = f"{self._video}/{run}"
        try:
            self.folder, self._is_in_place = Path(self._storage.path(self.name)), True
        except NotImplementedError:
            self.folder, self._is_in_place = Path(settings.LESSON_FILES_ROOT, self.name), False

    def clear(self) -> None:
        """An empty folder; what runs that were killed have left is removed."""
        with suppress(FileNotFoundError):
            for left in self.folder.parent.iterdir():
                shutil.rmtree(left, ignore_errors=True)
        if not self._is_in_place:
            for run in self._storage.listdir(self._video)[0]:
                self._empty(f"{self._video}/{run}")
        self.folder.mkdir(parents=True, mode=0o750)

    def source(self, name: str) -> Path:
        """What the school uploaded, as a file that a program can open."""
        if self._is_in_place:
            return Path(self._storage.path(name))
        copy = self.folder / "source"
        with self._storage.open(name) as kept, copy.open("xb") as file:
            shutil.copyfileobj(kept, file, 1 << 20)
        return copy

    def keep(self, path: Path) -> str:
        """The name in the storage of a file in the folder, which lies there from now on."""
        if self._is_in_place:
            path.chmod(0o640)
            return f"{self.name}/{path.name}"
        with path.open("rb") as file:
            return self._storage.save(f"{self.name}/{path.name}", File(file))

    def discard(self) -> None:
        """Remove what the run made: it did not come to its end, and no row names it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self._is_in_place:
            with suppress(StoreAwayError):  # then the next run does it
                self._empty(self.name)

    def leave(self) -> None:
        """Leave nothing behind on this machine but what belongs here."""
        if not self._is_in_place:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _empty(self, folder: str) -> None:
        for file in self._storage.listdir(folder)[1]:
            self._storage.delete(f"{folder}/{file}")
