"""Two at one second: a claim is on one notice, an objection and the end of a notice, one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connections, transaction

from foundation.accounts.states import Role
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.services import notice_close, notice_publish, objection_answer
from subsidies.notices.states import LineState
from tests.subsidies.builders import an_officer_of, another
from tests.subsidies.notices.builders import (
    a_notice,
    a_refusal,
    an_objection,
    day_after,
    moment,
    reviewed,
    stranger,
)
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps):
    """What each step gave, or the code of its refusal; all begin together."""
    barrier = Barrier(len(steps))

    def run(step):
        try:
            barrier.wait(20)
            return step()
        except Exception as refusal:  # noqa: BLE001 - the test looks at it
            return getattr(refusal, "code", repr(refusal))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_two_officers_publish_the_same_claims_and_they_are_shown_once():
    ids = [claim.pk for claim in reviewed(3)]
    officers = [an_officer_of(Role.OFFICER_REVIEW), stranger()]

    def publishing(officer):
        return lambda: notice_publish(claim_ids=ids, title="示例公示", actor=officer, at=NOW + timedelta(hours=1))

    given = at_once(*(publishing(one) for one in officers))
    assert sum(1 for one in given if one == "wrong_state") == 1
    assert PublicNotice.objects.count() == 1
    assert NoticeLine.objects.filter(state=LineState.SHOWN).count() == 3
    assert ClaimEvent.objects.filter(action="publish").count() == 3


def test_two_notices_at_once_get_two_numbers():
    groups = [[claim.pk for claim in reviewed(1)] for _n in range(2)]
    officer = an_officer_of(Role.OFFICER_REVIEW)

    def publishing(ids):
        return lambda: (
            notice_publish(claim_ids=ids, title="示例公示", actor=officer, at=NOW + timedelta(hours=1)).notice.number
        )

    assert sorted(at_once(*(publishing(ids) for ids in groups))) == ["G2026-0001", "G2026-0002"]


def test_an_objection_in_the_last_minute_and_two_closings_leave_every_claim_in_one_place():
    notice = a_notice(2)
    last_minute = moment(notice.ends_on, 23, 59)
    given = at_once(
        lambda: an_objection(notice, at=last_minute).state,
        lambda: notice_close(notice_id=notice.pk, at=day_after(notice)).state,
        lambda: notice_close(notice_id=notice.pk, at=day_after(notice)).state,
    )
    assert given[1:] == ["closed", "closed"]
    first, second = NoticeLine.objects.filter(notice=notice).order_by("serial").select_related("claim")
    assert (second.state, second.claim.state) == (LineState.PASSED, ClaimState.APPROVED)
    if given[0] == "open":
        assert (first.state, first.claim.state) == (LineState.DISPUTED, ClaimState.DISPUTED)
    else:
        assert given[0] == "too_late"
        assert (first.state, first.claim.state) == (LineState.PASSED, ClaimState.APPROVED)
        assert not Objection.objects.exists()
    assert ClaimEvent.objects.filter(action="approve", claim=second.claim).count() == 1


def test_two_people_object_to_one_line_at_once_and_it_is_disputed_once():
    notice = a_notice(1)
    at = moment(notice.published_on, 15)
    given = at_once(
        lambda: an_objection(notice, at=at).state,
        lambda: an_objection(notice, at=at, words="我也认识这个人，他没有参加过培训。").state,
    )
    assert given == ["open", "open"]
    assert ClaimEvent.objects.filter(action="dispute").count() == 1
    assert Objection.objects.count() == 2


def test_two_officers_answer_one_objection_and_one_answer_stands():
    objection = an_objection(a_notice(1))
    officers, refusal = [stranger(), another(Role.OFFICER_REVIEW)], a_refusal()

    def answering(officer, *, is_upheld):
        return lambda: (
            objection_answer(
                objection_id=objection.pk,
                is_upheld=is_upheld,
                answer="核实过了。",
                actor=officer,
                at=objection.made_at + timedelta(hours=1),
                refusal_id=refusal.pk if is_upheld else None,
            ).state
        )

    given = at_once(answering(officers[0], is_upheld=True), answering(officers[1], is_upheld=False))
    assert "answered" in given
    objection.refresh_from_db()
    claim = Claim.objects.get(notice_lines__objections=objection)
    assert claim.state == {"upheld": ClaimState.REFUSED, "dismissed": ClaimState.REVIEWED}[objection.state]
    assert ClaimEvent.objects.filter(action__in=["uphold_objection", "dismiss_objection"]).count() == 1


def test_an_objection_to_an_old_line_and_a_new_notice_of_the_claim_do_not_wait_for_each_other():
    """The objection holds the old notice and its line, and then wants the claim: so does publishing, in this order."""
    notice = a_notice(1)
    claim, line = Claim.objects.get(), NoticeLine.objects.get()
    officer, other = an_officer_of(Role.OFFICER_REVIEW), stranger()
    at = moment(notice.published_on, 15)
    for action, actor in (("hold", other), ("pass_review", officer)):
        reason = "核对" if action == "hold" else ""
        claim_move(claim_id=claim.pk, action=action, party=Party.REVIEW, actor=actor, at=at, reason=reason)
    has_line, goes_on = Event(), Event()

    def objecting():
        with transaction.atomic():
            PublicNotice.objects.select_for_update().get(pk=notice.pk)
            NoticeLine.objects.select_for_update().get(pk=line.pk)
            has_line.set()
            goes_on.wait(1.5)  # long enough for the other to have come to what it waits for
            return Claim.objects.select_for_update().get(pk=claim.pk).state

    def publishing():
        has_line.wait(10)
        return notice_publish(claim_ids=[claim.pk], title="再公示", actor=other, at=at).notice.state

    assert at_once(objecting, publishing) == [ClaimState.REVIEWED, "open"]
    assert sorted(NoticeLine.objects.values_list("state", flat=True)) == [LineState.REMOVED, LineState.SHOWN]
