"""Work for the tasks of courses and of certifications."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from certifications.certificates.models import BatchItem, TrainingCertificate
from certifications.certificates.services.batches import batch_request
from certifications.certificates.services.files import certificate_file_bytes
from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PlanState
from certifications.talent.models import TalentRecord
from certifications.talent.services.registering import skills_follow
from courses.classes.models import Enrolment
from courses.classes.states import ClassState, EnrolmentSource, EnrolmentState
from courses.content.models import Video
from foundation.sms.models import SmsMessage
from tests.certifications.builders_scoring import a_candidate, a_plan, a_result
from tests.certifications.certificates.builders import ISSUED_ON, a_class_of, a_holder, staff_of
from tests.certifications.talent.test_register import a_line
from tests.courses.builders import a_class_run, an_enrolment
from tests.courses.builders_media import a_school as a_media_school
from tests.courses.builders_media import a_video, film
from tests.faults.cases import case
from tests.workers.builders import NOW, a_worker, an_id_number
from workers.signals import skill_lines_changed

MAKE = "certifications.certificates.tasks.batch_make"
VIDEO = "courses.content.tasks.video_process"


def certificates_are_there(batch_id: int) -> None:
    items = BatchItem.objects.filter(batch=batch_id)
    assert set(items.values_list("state", flat=True)) == {"issued"}
    assert set(items.values_list("batch__state", flat=True)) == {"done"}
    people = items.values_list("enrolment", flat=True)
    certificates = TrainingCertificate.objects.filter(enrolment__in=people)
    assert sorted(one.enrolment_id for one in certificates) == sorted(people)
    for one in certificates:
        assert one.file.name
        assert certificate_file_bytes(one).startswith(b"%PDF")


@case(MAKE, done=certificates_are_there, arguments=1, resumed_by="certifications.certificates.tasks.batches_resume")
def a_batch() -> tuple[int]:
    run, _people = a_class_of(2)
    return (batch_request(class_run_id=run.pk, issued_on=ISSUED_ON, actor=staff_of(run), at=NOW).pk,)


@case("certifications.certificates.tasks.batches_resume", done=certificates_are_there)
def a_lost_batch() -> tuple[int]:
    return a_batch()


def plan_is_final(plan_id: int) -> None:
    plan = AssessmentPlan.objects.get(pk=plan_id)
    assert plan.state == PlanState.FINAL
    assert plan.events.filter(action="finalise").count() == 1


@case("certifications.scoring.tasks.results_finalise_due", done=plan_is_final)
def a_published_plan() -> tuple[int]:
    plan = a_plan(state=PlanState.PUBLISHED)
    for _n in range(2):
        a_result(a_candidate(plan, a_person()))
    return (plan.pk,)


_born = iter(range(1, 10_000))


def a_person(**fields: Any) -> Any:
    """A worker with a number of her own, however many there are."""
    n = next(_born)
    born = NOW.date().replace(year=1972) + timedelta(days=n)
    return a_worker(verified=True, id_number=an_id_number(born=born, sequence=2 * (n % 400) + 2), **fields)


def is_registered(worker_id: int) -> None:
    record = TalentRecord.objects.get(worker=worker_id)
    assert (record.state, record.level) == ("registered", 5)
    assert list(record.events.values_list("action", flat=True)) == ["registered"]


@case("certifications.talent.tasks.talents_rebuild_all", done=is_registered)
def somebody_certified_before_there_was_a_register() -> tuple[int]:
    worker = a_holder(with_photo=False)
    skill_lines_changed.disconnect(dispatch_uid="talent.skills_follow")
    try:
        a_line(worker)
    finally:
        skill_lines_changed.connect(skills_follow, dispatch_uid="talent.skills_follow")
    return (worker.pk,)


def video_is_ready(video_id: int) -> None:
    video = Video.objects.get(pk=video_id)
    assert video.state == "ready", (video.state, video.failure)
    storage = video.rendition.storage
    assert storage.size(str(video.rendition)) > 1000
    folder = str(video.rendition).rsplit("/", 2)[0]
    assert len(storage.listdir(folder)[0]) == 1, "a run that was killed has left its folder"


@case(
    VIDEO,
    done=video_is_ready,
    arguments=1,
    resumed_by="courses.content.tasks.videos_resume",
    is_silent=True,
    journals=("content_videoevent",),
)
def a_film() -> tuple[int]:
    return (a_video(a_media_school(), data=film(seconds=1, size="160x120")).pk,)


@case(
    "courses.content.tasks.videos_resume",
    done=video_is_ready,
    resumed_by="courses.content.tasks.videos_resume",
    is_silent=True,
    journals=("content_videoevent",),
)
def a_lost_film() -> tuple[int]:
    return a_film()


def each_was_asked_once(run_id: int) -> None:
    people = Enrolment.objects.filter(class_run=run_id)
    assert people.filter(asked_at__isnull=False).count() == people.count() == 2
    for one in people:
        assert SmsMessage.objects.filter(dedupe_key=f"roster_confirm:{one.pk}:1").count() == 1


@case("courses.classes.tasks.invitations_send", done=each_was_asked_once)
def a_roster() -> tuple[int]:
    run = a_class_run(state=ClassState.DRAFT)
    for _n in range(2):
        an_enrolment(run, a_person(), state=EnrolmentState.INVITED, source=EnrolmentSource.ROSTER, confirmed_at=None)
    return (run.pk,)


def the_place_went_on(late_id: int, next_id: int) -> None:
    late, following = Enrolment.objects.get(pk=late_id), Enrolment.objects.get(pk=next_id)
    assert (late.state, late.end_reason, following.state) == ("withdrawn", "no_answer", "invited")
    assert late.class_run.seats_taken == 1
    assert late.events.filter(action="lapse").count() == 1


@case("courses.classes.tasks.places_lapse", done=the_place_went_on)
def a_place_kept_too_long() -> tuple[int, int]:
    run = a_class_run(state=ClassState.OPEN, seats=1, starts_on=NOW.date() + timedelta(days=14))
    given: dict[str, Any] = {"confirmed_at": None}
    late = an_enrolment(
        run, a_person(), state=EnrolmentState.INVITED, confirm_by=timezone.localdate() - timedelta(days=1), **given
    )
    following = an_enrolment(run, a_person(), state=EnrolmentState.WAITING, **given)
    return late.pk, following.pk
