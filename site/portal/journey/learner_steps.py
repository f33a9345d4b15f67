"""What the learners do: answer the school's question, open an account, study on the phone, pass the quizzes."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from courses.classes.models import Enrolment
from courses.classes.services.enrolment_texts import enrolment_of_token, link_token
from courses.classes.services.enrolments import enrolment_confirm, invitations_send
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.errors import StudyError
from courses.study.gate import BEATS, study_gate
from courses.study.models import PresenceQuestion, Viewing
from courses.study.selectors.quizzes import paper_of
from courses.study.services import presence_answer, viewing_start
from courses.study.services.quizzes import quiz_attempt_make, quiz_paper_open
from foundation.accounts.models import User
from foundation.accounts.selectors import user_by_phone
from foundation.accounts.services import phone_prove, worker_account_open
from portal.journey.clock import Clock
from portal.journey.state import Counts, Journey, JourneyError
from workers.models import Worker
from workers.services import identity_check_record, identity_check_request, identity_declare, link_confirm
from workers.states import CheckState, LinkState

BEAT_SECONDS = 30
# Five minutes: of a longer stretch the server counts nothing behind the question that falls into it.
BEATS_A_REQUEST = 10
LESSONS_A_DAY = 2
EVENING = 18
ASKED_AT_ONCE = 200


def people_of(journey: Journey) -> list[Enrolment]:
    """Everybody the roster brought, class by class, in the order of each."""
    rows = Enrolment.objects.filter(class_run__in=journey.runs).select_related("worker__user")
    return list(rows.order_by("class_run", "enrolled_at", "pk"))


def learners_confirm(journey: Journey) -> Counts:
    """Each one answers the question of the text message; whoever has no phone signs on paper."""
    clock, staff = journey.clock, journey.cast.staff
    journey.before(17, 12)
    asked = by_link = by_paper = 0
    while sent := invitations_send(at=clock.at, limit=ASKED_AT_ONCE):
        asked += sent
    for enrolment in people_of(journey):
        at = clock.forward(20)
        if enrolment.worker.phone:
            known = enrolment_of_token(link_token(enrolment.pk))
            assert known == enrolment.pk
            enrolment_confirm(enrolment_id=known, actor=None, at=at)
            by_link += 1
        else:
            enrolment_confirm(enrolment_id=enrolment.pk, actor=staff, at=at, note="纸质确认单，教务室档案柜")
            by_paper += 1
    return {"asked_by_sms": asked, "confirmed_by_link": by_link, "confirmed_on_paper": by_paper}


def accounts_open(journey: Journey) -> Counts:
    """Account by SMS, name and number declared, the register's answer; an officer confirms what waits for a person."""
    journey.before(16, 12)
    opened = kept = without = 0
    for enrolment in people_of(journey):
        worker = enrolment.worker
        if worker.user_id is not None:
            kept += 1
        elif _account(worker, journey):
            opened += 1
        else:
            without += 1
        journey.clock.forward(30)
    return {"accounts_opened": opened, "accounts_kept": kept, "without_account": without}


def _account(worker: Worker, journey: Journey) -> bool:
    """False for whoever has no phone, or one that somebody else signs in with."""
    at, phone = journey.clock.at, worker.contact_phone
    if not phone:
        return False
    user = user_by_phone(phone)
    if user is not None and Worker.objects.filter(user=user).exists():
        return False
    user = phone_prove(user=user or worker_account_open(phone=phone, at=at), phone=phone, at=at)
    # A rehearsal that was broken off may have left one.
    request = user.link_requests.filter(state__in=[LinkState.WAITING_CHECK, LinkState.WAITING_OFFICER]).first()
    if request is None:
        request = identity_declare(user=user, name=worker.name, id_number=worker.id_number, at=at).request
    elif request.worker_id != worker.pk:
        return False
    check_answered(worker, journey)
    if request is not None:
        request.refresh_from_db()
        if request.state == LinkState.WAITING_OFFICER:
            # Two people of the roster have one number: a person looks at the card.
            officer, reason = journey.cast.officer, "窗口核对身份证原件"
            identity_check_request(worker_id=worker.pk, actor=officer, at=at)
            check_answered(worker, journey)
            link_confirm(request_id=request.pk, reason=reason, actor=officer, at=at)
    worker.refresh_from_db()
    return worker.user_id == user.pk


def check_answered(worker: Worker, journey: Journey) -> None:
    """What the rehearsal register answers, as the exchange would record it."""
    for check in worker.checks.filter(state=CheckState.WAITING):
        reference = f"journey-{check.pk}"
        identity_check_record(check_id=check.pk, outcome="match", reference=reference, at=journey.clock.at)


@dataclass
class Learner:
    """One person who studies, and what her phone has reported."""

    enrolment: Enrolment
    user: User
    place: int
    reported_ms: int = 0
    requests: int = 0
    questions: int = 0
    quizzes: int = 0
    refusals: list[str] = field(default_factory=list)


def lessons_study(journey: Journey) -> Counts:
    """The online lessons over several evenings: two a day, by beats over the real address, then the quizzes."""
    plan, people = journey.plan, people_of(journey)
    lessons = list(journey.version.lessons.order_by("position"))
    online = [lesson for lesson in lessons if lesson.kind != LessonKind.PRACTICAL]
    learners = [
        Learner(one, one.worker.user, place) for place, one in enumerate(people, start=1) if one.worker.user is not None
    ]
    for learner in learners:
        mine = online[:1] if plan.stops(learner.place) else online
        for day, batch in enumerate(_by(mine, LESSONS_A_DAY)):
            journey.clock.put(plan.opens_on + timedelta(days=day), EVENING)
            for lesson in batch:
                _study(learner, lesson, journey)
    _later_told(journey, learners)
    for message, times in sorted(Counter(message for one in learners for message in one.refusals).items()):
        journey.note(f"{times} 次没有打开课时：{message}")
    journey.facts["reported_by_phones"] = sum(one.reported_ms for one in learners)
    return {
        "learners": len(learners),
        "requests": sum(one.requests for one in learners),
        "presence_answers": sum(one.questions for one in learners),
        "quizzes_passed": sum(one.quizzes for one in learners),
    }


def _later_told(journey: Journey, learners: list[Learner]) -> None:
    """Say who studied on a later day already, in a rehearsal before this one: no hour is counted backwards."""
    workers = [learner.enrolment.worker_id for learner in learners]
    later = Viewing.objects.filter(worker__in=workers, started_at__date__gt=journey.last_day)
    people = later.values("worker").distinct().count()
    if people:
        journey.note(
            f"{people} 人在更晚的日期已经学过（以前的演练），服务器不倒着计时，他们的线上学习不计入。"
            "请用更晚的 --on，或换一个数据库。"
        )


def _by(rows: list[Lesson], size: int) -> Iterator[list[Lesson]]:
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _study(learner: Learner, lesson: Lesson, journey: Journey) -> None:
    """Watch a lesson to its end and pass its quiz. What the server refuses to open is left."""
    clock = journey.clock
    try:
        if lesson.kind != LessonKind.QUIZ:
            _watch(learner, lesson, journey)
        if lesson.kind == LessonKind.QUIZ or lesson.needs_check:
            clock.forward(120)
            _quiz(learner, lesson, clock)
    except StudyError as refusal:
        learner.refusals.append(refusal.message)


def _watch(learner: Learner, lesson: Lesson, journey: Journey) -> None:
    clock = journey.clock
    opened = viewing_start(
        worker=learner.enrolment.worker,
        enrolment_id=learner.enrolment.pk,
        lesson_id=lesson.pk,
        at=clock.forward(10),
        device="演练手机",
    )
    beats: list[dict[str, Any]] = []
    number = 0
    length = opened.progress.length_ms
    for start in range(0, length, BEAT_SECONDS * 1000):
        end = min(start + BEAT_SECONDS * 1000, length)
        number += 1
        clock.forward((end - start) / 1000)
        beats.append({"n": number, "played": [[start, end]], "speed": 100})
        if len(beats) == BEATS_A_REQUEST or end == length:
            _send(learner, opened.token, beats, clock)
            sent, beats = beats, []
    if learner.place % journey.plan.repeats_every == 0:
        # A phone that lost the answer and counts on: the same stretches come again with new numbers.
        again = [one | {"n": number + place} for place, one in enumerate(sent, start=1)]
        clock.forward(5)
        _send(learner, opened.token, again, clock)


def _send(learner: Learner, token: str, beats: list[dict[str, Any]], clock: Clock) -> None:
    """One request over the address the phones use; a question in the answer is answered as its owner would."""
    status, answer = beats_post({"token": token, "beats": beats})
    if status != 200:
        raise JourneyError(f"学习记录没有收下：{status} {answer.get('message', '')}")
    learner.requests += 1
    learner.reported_ms += sum(end - start for beat in beats for start, end in beat["played"])
    question = answer["question"]
    if question:
        learner.questions += 1
        clock.forward(15)
        right = PresenceQuestion.objects.get(pk=question["id"]).right
        worker = learner.enrolment.worker
        presence_answer(worker=worker, question_id=question["id"], choice=right, at=clock.at)


def _nothing_else(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise JourneyError(f"没有这个地址：{environ['PATH_INFO']}")


_gate = study_gate(_nothing_else)


def beats_post(content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What the server answers to a request with beats: status and content."""
    body = json.dumps(content).encode()
    statuses: list[str] = []
    environ = {
        "PATH_INFO": BEATS,
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    pieces = _gate(environ, lambda status, _headers: statuses.append(status))
    return int(statuses[0].split()[0]), json.loads(b"".join(pieces))


def _quiz(learner: Learner, lesson: Lesson, clock: Clock) -> None:
    paper = quiz_paper_open(enrolment=learner.enrolment, lesson=lesson, at=clock.at)
    answers = {question.id: question.correct for question in paper_of(paper).questions}
    attempt = quiz_attempt_make(paper_id=paper.pk, answers=answers, actor=learner.user, at=clock.forward(90))
    learner.quizzes += attempt.is_passed
