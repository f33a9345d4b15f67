"""A worker at her lesson, and the figures of the platform: only what matters is passed in."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from courses.content.states import LessonKind
from courses.study.messages import message_read
from courses.study.services import beats_record, viewing_start
from foundation.policy.states import Unit
from tests.courses.builders import a_class_run, a_course_version, an_enrolment
from tests.foundation.policy_builders import a_parameter, a_published_version

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIGURES = {
    "study.day.max": (6, Unit.CREDITED_HOUR),
    "study.credited_hour": (45, Unit.MINUTE),
    "study.speed.max": (100, Unit.PERCENT),
    "study.gap.max": (600, Unit.SECOND),
    "study.presence.interval": (600, Unit.MINUTE),  # so rarely that a test meets none unless it asks for them
    "study.presence.answer": (180, Unit.SECOND),
}


def the_platforms_figures(**changes):
    """The six figures from 2020 on; a figure changed to None is not set."""
    for code, (value, unit) in FIGURES.items():
        told = changes.get(code.replace(".", "_"), value)
        if told is not None:
            a_published_version(a_parameter(code, unit=unit, meaning=code), told, date(2020, 1, 1))


def a_video(minutes=20, **fields):
    return {
        "kind": LessonKind.VIDEO,
        "title": "新生儿洗澡",
        "seconds": minutes * 60,
        "credited_minutes": minutes,
    } | fields


def a_learner(*lessons, worker=None, **version):
    """An enrolment in an open class of a course with these lessons."""
    rows = [row | {"title": f"{row['title']}{n}"} for n, row in enumerate(lessons or (a_video(),), start=1)]
    return an_enrolment(a_class_run(a_course_version(lessons=rows, **version)), worker)


def lesson_of(enrolment, position=1):
    return enrolment.class_run.course_version.lessons.get(position=position)


class Phone:
    """A phone that plays a lesson and reports beats of its own making, honest or not."""

    def __init__(self, enrolment, position=1, at=BEGIN, device="手机"):
        self.enrolment = enrolment
        self.opened = viewing_start(
            worker=enrolment.worker,
            enrolment_id=enrolment.pk,
            lesson_id=lesson_of(enrolment, position).pk,
            at=at,
            device=device,
        )
        self.sequence = 0

    def body(self, *played, number=None, speed=100, token=None):
        """One beat for each list of stretches in seconds."""
        beats = []
        for pieces in played:
            self.sequence += 1
            beats.append(
                {
                    "n": self.sequence if number is None else number,
                    "played": [[int(start * 1000), int(end * 1000)] for start, end in pieces],
                    "speed": speed,
                }
            )
        return json.dumps({"token": token or self.opened.token, "beats": beats}).encode()

    def send(self, body, after):
        """The answer to a request that arrives so many seconds after the beginning."""
        return beats_record(messages=[message_read(body)], at=BEGIN + timedelta(seconds=after))[0]

    def play(self, start, end, after, **changes):
        """One beat with one stretch."""
        return self.send(self.body([(start, end)], **changes), after)


def seconds(answer):
    """What an answer says, in seconds: accepted, and refused by reason."""
    return answer.accepted_ms // 1000, {share.reason: share.ms // 1000 for share in answer.refused}


def mark(body):
    return int.from_bytes(blake2b(body, digest_size=8).digest(), signed=True)
