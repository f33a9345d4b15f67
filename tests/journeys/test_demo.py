"""The school of the demonstration has something to show at every stage, and loading it again changes nothing."""

from datetime import date

import pytest

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from certifications.plans.models import AssessmentPlan
from courses.classes.models import ClassRun, Enrolment
from courses.completion.models import Completion
from courses.content.models import CourseVersion, ParentClassPage, Video
from foundation.accounts.selectors import user_by_phone
from foundation.audit.models import AuditEvent
from portal.dashboards.models import PublicEdition
from portal.operations.services import base_load, demo_load
from portal.sign_in.demo import WORKER_PHONE
from subsidies.awards.models import AwardFiling

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_the_demonstration_has_a_class_at_every_stage_and_loads_once(monkeypatch, tmp_path, settings):
    monkeypatch.setattr("portal.sign_in.demo.demo_accounts_file", lambda: tmp_path / "accounts.json")
    monkeypatch.setattr("portal.journey.demo_media.shutil.which", lambda _name: None)
    published_before_the_year = []
    monkeypatch.setattr(
        "portal.operations.services.world_load",
        lambda *, on, size: published_before_the_year.append(PublicEdition.objects.exists()),
    )
    base_load(on=TODAY)
    demo_load(on=TODAY, with_year=True)
    assert published_before_the_year == [False]
    assert PublicEdition.objects.count() == 1
    states = sorted(ClassRun.objects.values_list("state", flat=True))
    assert states == ["closed", "filed", "open", "submitted"]
    hers = Enrolment.objects.get(worker__user=user_by_phone(WORKER_PHONE), class_run__state="open")
    assert hers.state == "confirmed"
    today = hers.class_run.sessions.order_by("starts_at").first()
    assert (today.starts_at.date(), today.teacher.user.username) == (TODAY, "teacher")
    outcomes = sorted(Completion.objects.values_list("outcome", flat=True))
    assert outcomes == ["completed"] * 6 + ["not_completed"]
    assert ParentClassPage.objects.live().count() == 1
    # Without ffmpeg there is no film, and the same hours are read.
    assert not Video.objects.exists()
    assert CourseVersion.objects.count() == 2
    plans = sorted(AssessmentPlan.objects.values_list("kind", "state"))
    assert plans == [("level", "final"), ("level", "open"), ("school_test", "final")]
    # Of the five with a portrait one failed; her own is the first.
    certificates = TrainingCertificate.objects.order_by("serial")
    assert certificates[0].worker.user == user_by_phone(WORKER_PHONE)
    assert (len(certificates), certificates.exclude(file="").count()) == (4, 4)
    assert sorted(LevelCertificate.objects.values_list("level", flat=True)) == [5, 5]
    # The employer filed for both: one has worked a year and her first part is claimed, the other waits for an officer.
    filings = AwardFiling.objects.order_by("pk", "instalments__number")
    assert list(filings.values_list("state", "instalments__state")) == [
        ("accepted", "claimed"),
        ("accepted", "waiting"),
        ("filed", None),
    ]
    events = AuditEvent.objects.filter(
        action__regex="^(classes|content|attendance|completion|schools|plans|scoring|certificates)[.]"
    ).count()
    demo_load(on=TODAY, with_year=True)
    assert len(published_before_the_year) == 1
    assert (
        AuditEvent.objects.filter(
            action__regex="^(classes|content|attendance|completion|schools|plans|scoring|certificates)[.]"
        ).count()
        == events
    )
