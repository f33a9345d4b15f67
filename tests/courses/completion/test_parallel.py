"""Two clicks in one second close a class once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from courses.completion.models import ClassClose, Completion
from courses.completion.selectors import preview_of
from courses.completion.services import class_close, preview_digest
from foundation.sms.models import SmsMessage
from tests.courses.attendance.builders import STARTS, people, the_figures
from tests.courses.builders import a_class_run, school_staff
from tests.courses.completion.builders import a_practical_session, hold, study

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clicks_close_a_class_once():
    the_figures()
    run = a_class_run()
    everybody = people(run, 3)
    for she in everybody:
        study(she)
    hold(a_practical_session(run), everybody)
    staff, at = school_staff(run.school), STARTS + timedelta(days=1)
    seen, barrier = preview_digest(preview_of(run, at=at)), Barrier(4)

    def click(_n):
        try:
            barrier.wait(20)
            return class_close(class_run_id=run.pk, seen=seen, actor=staff, at=at).completed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(click, range(4))) == [3, 3, 3, 3]
    assert (ClassClose.objects.count(), Completion.objects.count()) == (1, 3)
    assert SmsMessage.objects.filter(template="class_completed").count() == 3
