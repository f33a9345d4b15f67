"""Schools' people, tiny real videos made by ffmpeg, and questions."""

import subprocess
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.content import media_work
from courses.content.media_services import video_upload
from courses.content.media_states import QuestionKind
from courses.content.models import Question, QuestionBank, Video
from courses.content.question_services import QuestionDraft, bank_create, question_add
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
_numbers = count(1)

SRT = "1\n00:00:00,500 --> 00:00:01,500\n今天学抱宝宝。\n\n2\n00:00:01,600 --> 00:00:02,500\n先洗手。\n"


def a_school(name: str = "") -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(
        name=name or f"示例培训学校{n}", kind=OrganisationKind.SCHOOL, credit_code=f"5235020000000{n:05}"
    )


def a_keeper(school: Organisation, role: Role = Role.SCHOOL_STAFF, *, ends_on: date | None = None) -> User:
    user = User.objects.create(username=f"school-{next(_numbers)}", name="陈教务")
    Membership.objects.create(user=user, organisation=school, role=role, effective=period(date(2026, 1, 1), ends_on))
    return user


@cache
def film(
    *, seconds: float = 3, size: str = "640x360", sound: bool = True, ending: str = "mp4", pattern: str = "testsrc2"
) -> bytes:
    """A real video of some seconds; made once in a test run."""
    path = Path(mkdtemp(prefix="qiaoshou-film-")) / f"film.{ending}"
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"] if sound else []
    picture = ["-f", "lavfi", "-i", f"{pattern}=size={size}:rate=15:duration={seconds}"]
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *picture, *tone, "-pix_fmt", "yuv420p", "-shortest", path],
        check=True,
    )
    return path.read_bytes()


def an_upload(data: bytes | None = None, name: str = "第一课.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, film() if data is None else data)


def a_video(school: Organisation, *, data: bytes | None = None, title: str = "怎样抱宝宝") -> Video:
    """A video that was uploaded and waits."""
    video, _is_new = video_upload(
        organisation=school, title=title, upload=an_upload(data), actor=a_keeper(school), at=AT, on=ON
    )
    return video


def a_ready_video(school: Organisation, **about: object) -> Video:
    video = a_video(school, **about)  # type: ignore[arg-type]
    assert media_work.video_process(video_id=video.pk, clock=lambda: AT)
    video.refresh_from_db()
    return video


def a_draft(
    text: str = "给宝宝洗澡的水温是多少？",
    *,
    kind: QuestionKind = QuestionKind.SINGLE,
    options: tuple[str, ...] = ("28 ℃", "38 ℃", "48 ℃"),
    answers: tuple[int, ...] = (1,),
    explanation: str = "用手肘内侧试温。",
) -> QuestionDraft:
    return QuestionDraft(kind, text, options, answers, explanation)


def a_bank(school: Organisation, *, title: str = "母婴护理题库", questions: int = 0) -> QuestionBank:
    keeper = a_keeper(school)
    bank = bank_create(organisation=school, title=title, actor=keeper, at=AT, on=ON)
    for number in range(questions):
        question_add(bank_id=bank.pk, draft=a_draft(f"第 {number + 1} 题？"), actor=keeper, at=AT, on=ON)
    return bank


def a_question(bank: QuestionBank, draft: QuestionDraft | None = None) -> Question:
    return question_add(bank_id=bank.pk, draft=draft or a_draft(), actor=a_keeper(bank.organisation), at=AT, on=ON)
