"""The work on a video, from taking it to putting its renditions in place. Safe to run twice, and after a SIGKILL."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime

from courses.content.errors import ContentError
from courses.content.media_services import Claim, Made, video_beat, video_fail, video_finish, video_take
from courses.content.media_shelf import Shelf
from courses.content.transcoding import video_probe, video_transcode
from foundation.storage import StoreAwayError

BEAT_SECONDS = 2
# With less than this ffmpeg fails in ways that look like a damaged video.
LITTLE_BYTES = 16 * 1024 * 1024


class ClaimLostError(Exception):
    """Another run has taken the video: this one stops and touches nothing more."""


def video_process(*, video_id: int, clock: Callable[[], datetime]) -> bool:
    """Make a video's renditions; false when there was nothing to do or another run has taken the video.

    What a run makes lies in a folder of its own, so that two runs never write the same file; the row names the folder
    of the run that finished, and the others are removed.
    """
    claim = video_take(video_id=video_id, at=clock())
    if claim is None:
        return False
    shelf = Shelf(video_id, claim.run)
    try:
        return _work(claim, shelf, clock)
    finally:
        shelf.leave()


def _work(claim: Claim, shelf: Shelf, clock: Callable[[], datetime]) -> bool:
    try:
        shelf.clear()
        made = _made(claim, shelf, clock)
        is_done = video_finish(claim=claim, made=made, at=clock())
    except ClaimLostError:
        is_done = False
    except ContentError as error:
        if shutil.disk_usage(shelf.folder).free < LITTLE_BYTES:  # no fault of the file: tried again when there is room
            shelf.discard()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(shelf.folder)) from error
        video_fail(claim=claim, sentence=error.message, at=clock())
        is_done = False
    except (OSError, StoreAwayError):
        shelf.discard()  # a full disk must not stay full of what is not finished
        raise
    if not is_done:
        shelf.discard()
    return is_done


def _made(claim: Claim, shelf: Shelf, clock: Callable[[], datetime]) -> Made:
    source = shelf.source(claim.source)
    probe = video_probe(source)
    last = 0.0

    def beat(seconds: float) -> None:
        nonlocal last
        if time.monotonic() - last < BEAT_SECONDS:
            return
        last = time.monotonic()
        progress = int(seconds * 100 / probe.seconds) if probe.seconds else 0
        if not video_beat(claim=claim, progress=progress, at=clock()):
            raise ClaimLostError

    rendition = video_transcode(source, shelf.folder, probe, beat)
    return Made(
        rendition=shelf.keep(rendition.video),
        audio=shelf.keep(rendition.audio) if rendition.audio else "",
        poster=shelf.keep(rendition.poster),
        probe=rendition.probe,
    )
