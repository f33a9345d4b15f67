"""A short film drawn by the machine, so that a demonstration has a real video to play."""

import shutil
import subprocess
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from courses.content import media_work
from courses.content.media_services import video_subtitle, video_upload
from courses.content.models import Video
from courses.schools.models import School
from foundation.accounts.models import User

TITLE = "怎样抱宝宝（演示）"
SECONDS = 60
SIZE = (480, 270)
SPOKEN = ("先洗手，再看看宝宝醒了没有。", "一只手托住头和颈。", "另一只手托住屁股。", "让宝宝贴着自己的身体。")
FONTS = Path("/usr/share/fonts")


def demo_film(school: School, *, actor: User, at: datetime, on: date) -> Video | None:
    """The film, ready to be put into a course; None where the machine has no ffmpeg."""
    known = Video.objects.filter(organisation=school.organisation, title=TITLE).first()
    if known is not None:
        return known if known.is_ready else None
    tool = shutil.which("ffmpeg")
    if tool is None:
        return None
    upload = SimpleUploadedFile("holding-a-baby.mp4", _drawn(tool))
    about: dict[str, Any] = {"organisation": school.organisation, "title": TITLE, "actor": actor, "at": at, "on": on}
    video, _is_new = video_upload(upload=upload, **about)
    if not media_work.video_process(video_id=video.pk, clock=lambda: at):
        return None
    video_subtitle(video_id=video.pk, data=_subtitles(), actor=actor, at=at, on=on)
    video.refresh_from_db()
    return video


def _drawn(tool: str) -> bytes:
    """A test picture that moves, a card with the title, a quiet tone."""
    with tempfile.TemporaryDirectory(prefix="qiaoshou-demo-") as folder:
        card, film = Path(folder) / "card.png", Path(folder) / "film.mp4"
        _card().save(card)
        width, height = SIZE
        picture = f"testsrc2=size={width}x{height}:rate=10:duration={SECONDS}"
        tone = f"sine=frequency=330:duration={SECONDS}"
        subprocess.run(  # noqa: S603 - our own words only
            [
                tool, "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi",
                "-i", tone, "-i", str(card), "-filter_complex", "[0][2]overlay=40:85,format=yuv420p",
                "-af", "volume=0.05", "-preset", "ultrafast", "-shortest", str(film),
            ],
            check=True,
        )  # fmt: skip
        return film.read_bytes()


def _card() -> Image.Image:
    picture = Image.new("RGB", (400, 100), "#14606e")
    pen = ImageDraw.Draw(picture)
    found = sorted(FONTS.rglob("*CJK*.tt*")) if FONTS.exists() else []
    font = ImageFont.truetype(str(found[0]), 36) if found else ImageFont.load_default()
    pen.text((30, 28), TITLE if found else "Qiaoshou", fill="#ffffff", font=font)
    return picture


def _subtitles() -> bytes:
    each = SECONDS // len(SPOKEN)
    lines = [
        f"{number}\n00:00:{start:02},000 --> 00:00:{start + each - 1:02},500\n{text}\n"
        for number, (start, text) in enumerate(zip(range(0, SECONDS, each), SPOKEN, strict=True), start=1)
    ]
    return "\n".join(lines).encode()
