"""补正: she is reminded once before her days are over; afterwards it is seen, and nothing is taken from her."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.calendar.models import Clock
from foundation.calendar.states import ClockState
from foundation.policy.services import base_data_load
from foundation.sms.models import SmsMessage
from portal.staff.subsidy_duties import subsidy_duties
from subsidies.claims.base_loading import claims_base_load
from subsidies.claims.selectors.remedies import remedies_on
from subsidies.claims.services import appeal_make, appeal_withdraw, claim_resubmit
from subsidies.claims.services.reminding import corrections_remind
from subsidies.claims.states import ClaimState
from subsidies.claims.words import remedy_words
from subsidies.review.selectors.desk import corrections_overdue
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claim, an_officer_of
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def texts():
    return list(SmsMessage.objects.filter(template="claim_correct_soon").values_list("phone", flat=True))


def figures():
    base_data_load(on=TODAY)
    claims_base_load(on=TODAY)


def test_she_is_reminded_once_when_three_working_days_are_left():
    figures()
    claim = a_claim(ClaimState.RETURNED)
    assert (TODAY.isoformat(), claim.due_on.isoformat()) == ("2026-11-23", "2026-12-07")
    day = NOW.replace(year=2026, month=12, day=1)
    assert corrections_remind(at=day) == 0
    assert corrections_remind(at=day + timedelta(days=1)) == 1
    assert corrections_remind(at=day + timedelta(days=2)) == 0
    assert texts() == [claim.worker.phone]


def test_nobody_is_reminded_who_corrected_it_or_whose_days_are_over_or_without_a_figure():
    a_claim(ClaimState.RETURNED)
    before = NOW.replace(year=2026, month=12, day=4)
    assert corrections_remind(at=before) == 0
    figures()
    assert corrections_remind(at=NOW.replace(year=2026, month=12, day=8)) == 0
    claim = a_claim(ClaimState.RETURNED)
    claim_resubmit(claim_id=claim.pk, answer="补了", actor=claim.worker.user, at=NOW + timedelta(hours=1))
    assert corrections_remind(at=before) == 1
    assert claim.worker.phone not in texts()


def test_overdue_it_is_seen_by_her_and_at_the_desk_and_still_corrected(time_machine):
    claim, officer = a_claim(ClaimState.RETURNED), an_officer_of(Role.OFFICER_INTAKE)
    last, after = claim.due_on, NOW + timedelta(days=(claim.due_on - TODAY).days + 1)
    assert list(corrections_overdue(officer, on=last)) == []
    assert list(corrections_overdue(officer, on=after.date())) == [claim]
    assert list(corrections_overdue(claim.worker.user, on=after.date())) == []
    time_machine.move_to(after, tick=False)
    duties = subsidy_duties(officer, frozenset({Role.OFFICER_INTAKE}), on=after.date())
    duty = next(one for one in duties if str(one.label) == "逾期没有补正的补贴")
    desk = signed_in(officer)
    assert claim.number in desk.get(duty.url).content.decode()
    assert "平台不自动终止" in desk.get(reverse("review_claim", args=[claim.pk])).content.decode()
    hers = signed_in(claim.worker.user)
    assert "还可以补，请尽快" in hers.get(reverse("my_claim", args=[claim.pk])).content.decode()
    claim_resubmit(claim_id=claim.pk, answer="补了", actor=claim.worker.user, at=after)
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_an_appeal_is_counted_from_when_it_is_made_to_when_it_ends(time_machine):
    figures()
    claim = a_claim(ClaimState.REFUSED)
    appeal = appeal_make(claim_id=claim.pk, words="不对", actor=claim.worker.user, at=NOW)
    clock = Clock.objects.get(subject_type="claims.appeal", subject_id=appeal.pk)
    assert (clock.limit_working_days, clock.state) == (10, ClockState.RUNNING)
    time_machine.move_to(NOW + timedelta(days=30), tick=False)
    listed = signed_in(an_officer_of(Role.OFFICER_REVIEW)).get(reverse("review_appeals")).content.decode()
    assert "2026-12-07" in listed
    assert "已超期" in listed
    appeal_withdraw(appeal_id=appeal.pk, actor=claim.worker.user, at=NOW + timedelta(hours=1))
    clock.refresh_from_db()
    assert clock.state == ClockState.FINISHED


def test_without_a_figure_no_days_are_counted_and_no_limit_is_told():
    claim = a_claim(ClaimState.REFUSED)
    appeal_make(claim_id=claim.pk, words="不对", actor=claim.worker.user, at=NOW)
    assert not Clock.objects.filter(subject_type="claims.appeal").exists()
    assert remedy_words(remedies_on(TODAY)) == "还是不服的，可以依法申请行政复议，或者向法院起诉。"


def test_the_laws_limits_are_told_with_their_articles_where_she_is_refused():
    figures()
    claim = a_claim(ClaimState.REFUSED)
    page = signed_in(claim.worker.user).get(reverse("my_claim", args=[claim.pk])).content.decode()
    assert "60 天内申请行政复议，或者 6 个月内向法院起诉" in page
    for article in ("行政复议法（2023年修订）第二十条", "行政诉讼法第四十六条"):
        assert article in page
