"""The school of the demonstration has something to show at every stage, and loading it again changes nothing."""

from datetime import date

import pytest

from courses.classes.models import ClassRun, Enrolment
from courses.completion.models import Completion
from courses.content.models import CourseVersion, ParentClassPage, Video
from foundation.accounts.selectors import user_by_phone
from foundation.audit.models import AuditEvent
from portal.operations.services import base_load, demo_load
from portal.sign_in.demo import WORKER_PHONE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_the_demonstration_has_a_class_at_every_stage_and_loads_once(monkeypatch, tmp_path, settings):
    monkeypatch.setattr("portal.sign_in.demo.demo_accounts_file", lambda: tmp_path / "accounts.json")
    monkeypatch.setattr("portal.journey.demo_media.shutil.which", lambda _name: None)
    base_load(on=TODAY)
    demo_load(on=TODAY)
    states = sorted(ClassRun.objects.values_list("state", flat=True))
    assert states == ["closed", "filed", "open", "submitted"]
    hers = Enrolment.objects.get(worker__user=user_by_phone(WORKER_PHONE))
    assert (hers.state, hers.class_run.state) == ("confirmed", "open")
    today = hers.class_run.sessions.order_by("starts_at").first()
    assert (today.starts_at.date(), today.teacher.user.username) == (TODAY, "teacher")
    outcomes = sorted(Completion.objects.values_list("outcome", flat=True))
    assert outcomes == ["completed"] * 5 + ["not_completed"]
    assert ParentClassPage.objects.live().count() == 1
    # Without ffmpeg there is no film, and the same hours are read.
    assert not Video.objects.exists()
    assert CourseVersion.objects.count() == 2
    events = AuditEvent.objects.filter(action__regex="^(classes|content|attendance|completion|schools)[.]").count()
    demo_load(on=TODAY)
    assert (
        AuditEvent.objects.filter(action__regex="^(classes|content|attendance|completion|schools)[.]").count() == events
    )
