"""Which videos and question banks somebody may see, choose and change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.content.media_states import UNFINISHED, VideoState
from courses.content.models import Question, QuestionBank, Video
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role

# Whoever works with a school's media, and whoever looks into every school's.
MEDIA_WRITERS = frozenset({Role.SCHOOL_STAFF})
MEDIA_OVERSEERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR})
MEDIA_READERS = MEDIA_WRITERS | {Role.TEACHER} | MEDIA_OVERSEERS
# Several times longer than the longest step that says nothing.
SILENCE = timedelta(minutes=2)


def media_organisation_of(user: User, *, on: date) -> Organisation | None:
    """The school whose videos and questions the user keeps, if any."""
    member = memberships_of(user, on=on).filter(role__in=MEDIA_WRITERS).select_related("organisation").order_by("pk")
    found = member.first()
    return found.organisation if found else None


def keeps_media_of(user: User, organisation_id: int, *, on: date) -> bool:
    """Whether the user may change an organisation's videos and questions."""
    return memberships_of(user, on=on).filter(role__in=MEDIA_WRITERS, organisation=organisation_id).exists()


def _scope(user: User, on: date) -> Q:
    held = list(memberships_of(user, on=on).filter(role__in=MEDIA_READERS).values_list("role", "organisation"))
    if any(role in MEDIA_OVERSEERS for role, _organisation in held):
        return Q()
    return Q(organisation__in=[organisation for _role, organisation in held])


def videos_visible_to(user: User, *, on: date) -> QuerySet[Video]:
    """The videos of the user's school; all for who oversees schools."""
    return Video.objects.filter(_scope(user, on)).select_related("organisation", "uploaded_by")


def videos_to_choose(user: User, *, on: date) -> QuerySet[Video]:
    """The videos the user may put into a course now."""
    return videos_visible_to(user, on=on).filter(state=VideoState.READY, is_offered=True)


def videos_silent(*, at: datetime) -> QuerySet[Video]:
    """Videos nobody works on although somebody should: the task was lost, or its process was killed."""
    return Video.objects.filter(state__in=UNFINISHED, heartbeat_at__lt=at - SILENCE).order_by("heartbeat_at")


def banks_visible_to(user: User, *, on: date) -> QuerySet[QuestionBank]:
    """The question banks of the user's school, with how many questions are in use; all for who oversees schools."""
    count = Count("questions", filter=Q(questions__is_active=True))
    return QuestionBank.objects.filter(_scope(user, on)).select_related("organisation").annotate(questions_in_use=count)


def banks_to_choose(user: User, *, on: date) -> QuerySet[QuestionBank]:
    """The question banks the user may put into a course now: those with a question."""
    asked = Question.objects.filter(bank=OuterRef("pk"), is_active=True)
    return banks_visible_to(user, on=on).filter(Exists(asked), is_offered=True)


def questions_in_use(bank: QuestionBank | int) -> QuerySet[Question]:
    """The questions a bank asks now, in the order they were written."""
    return Question.objects.filter(bank=bank, is_active=True).order_by("pk")


def question_ids_now(bank: QuestionBank | int) -> list[int]:
    """The pool a course version keeps when it is published: from then on its quizzes draw from these ids alone."""
    return list(questions_in_use(bank).values_list("pk", flat=True))


def questions_by_ids(ids: Iterable[int]) -> list[Question]:
    """The questions of a pool or of a paper, retired ones too, as they were written; in the order of their ids."""
    return list(Question.objects.filter(pk__in=list(ids)).order_by("pk"))


def foreign_media(
    organisation: Organisation, *, video_ids: Iterable[int] = (), bank_ids: Iterable[int] = ()
) -> tuple[set[int], set[int]]:
    """The videos and banks among these that are not the organisation's: a form can name any number."""
    videos, banks = set(video_ids), set(bank_ids)
    own_videos = Video.objects.filter(pk__in=videos, organisation=organisation).values_list("pk", flat=True)
    own_banks = QuestionBank.objects.filter(pk__in=banks, organisation=organisation).values_list("pk", flat=True)
    return videos - set(own_videos), banks - set(own_banks)
