"""Objections: who may object until when, what happens to the claim and its money, and who answers."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import Clock
from foundation.calendar.states import ClockState
from foundation.sms.models import SmsMessage
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.ledger.models import Account
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import NoticeLine, Objection
from subsidies.notices.selectors import objections_to_answer
from subsidies.notices.services import (
    notice_close,
    notice_publish,
    objection_answer,
    objection_make,
    objection_take_out,
)
from subsidies.notices.services.objecting import ObjectionEntry
from subsidies.notices.states import LineState, ObjectionState
from tests.subsidies.builders import a_budget, a_claim, an_officer_of, another, working_for
from tests.subsidies.notices.builders import (
    WORDS,
    a_notice,
    a_refusal,
    an_objection,
    day_after,
    first_line,
    moment,
    stranger,
)
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"


def answer(objection, *, is_upheld=False, words="核对过原件，情况不属实。", actor=None, at=None, refusal_id=None):
    return objection_answer(
        objection_id=objection.pk,
        is_upheld=is_upheld,
        answer=words,
        actor=actor or stranger(),
        at=at or objection.made_at + timedelta(hours=1),
        refusal_id=refusal_id,
    )


def nothing_was_said(notice):
    line = first_line(notice)
    return (
        not Objection.objects.exists()
        and line.state == LineState.SHOWN
        and line.claim.state == ClaimState.PUBLISHED
        and not Clock.objects.filter(subject_type="notices.objection").exists()
        and not SmsMessage.objects.filter(template="claim_disputed").exists()
    )


def test_an_objection_takes_the_claim_out_of_the_notice_and_leaves_the_others():
    notice = a_notice(2)
    objection = an_objection(notice)
    line = first_line(notice)
    other = NoticeLine.objects.get(notice=notice, serial=2)
    assert (line.state, line.claim.state) == (LineState.DISPUTED, ClaimState.DISPUTED)
    assert (other.state, other.claim.state) == (LineState.SHOWN, ClaimState.PUBLISHED)
    assert (objection.state, objection.words, objection.name, objection.phone) == (ObjectionState.OPEN, WORDS, "", "")
    clock = Clock.objects.get(subject_type="notices.objection", subject_id=objection.pk)
    assert (clock.limit_working_days, clock.started_on) == (5, notice.published_on)
    assert objection.due_on == notice.ends_on
    told = SmsMessage.objects.get(template="claim_disputed")
    assert told.phone == line.claim.worker.phone
    assert WORDS not in told.text
    event = AuditEvent.objects.get(action="notices.objection.made")
    assert (event.actor_id, event.data) == (None, {"notice": notice.number, "line": 1})


def test_a_name_and_a_telephone_are_kept_encrypted():
    objection = an_objection(a_notice(), name="王小二", phone="199 0000 9999")
    objection.refresh_from_db()
    assert (objection.name, objection.phone) == ("王小二", "19900009999")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM notices_objection")
        stored = str(cursor.fetchone())
    assert "王小二" not in stored
    assert "19900009999" not in stored


def test_one_minute_before_the_end_is_in_time_and_one_minute_after_is_not():
    notice = a_notice()
    after = moment(notice.ends_on, 23, 59) + timedelta(minutes=1)
    with pytest.raises(NoticeError) as refusal:
        an_objection(notice, at=after)
    assert refusal.value.code == "too_late"
    assert notice.ends_on.isoformat() in refusal.value.message
    assert nothing_was_said(notice)
    assert an_objection(notice, at=moment(notice.ends_on, 23, 59)).state == ObjectionState.OPEN


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        ("words_missing", {"words": ""}),
        ("words_missing", {"words": "不对"}),
        ("words_long", {"words": "字" * 1001}),
        ("words_long", {"name": "字" * 31}),
        ("phone_invalid", {"phone": "12345"}),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_kept(code, entry):
    notice = a_notice()
    with pytest.raises(NoticeError) as refusal:
        an_objection(notice, **entry)
    assert refusal.value.code == code
    assert nothing_was_said(notice)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("file_empty", b""),
        ("file_kind", b"MZ" + b"0" * 200),
        ("file_unsafe", b"%PDF-1.4 /JavaScript startxref 9 %%EOF"),
        ("file_large", b"%PDF-" + b"0" * (10 * 1024 * 1024)),
    ],
)
def test_evidence_is_judged_by_its_content(code, content):
    notice = a_notice()
    entry, line = ObjectionEntry(words=WORDS), first_line(notice)
    paper = ContentFile(content, name="证据.pdf")
    with pytest.raises(NoticeError) as refusal:
        objection_make(line_id=line.pk, entry=entry, at=NOW + timedelta(hours=2), evidence=paper)
    assert refusal.value.code == code
    assert nothing_was_said(notice)


def test_evidence_is_kept_under_a_name_of_ours_and_dropped_when_the_objection_is_refused():
    notice = a_notice(2)
    storage = Objection._meta.get_field("evidence").storage
    line = first_line(notice)
    paper = ContentFile(PDF, name="../../证据.pdf")
    kept = objection_make(
        line_id=line.pk, entry=ObjectionEntry(words=WORDS), at=moment(notice.published_on, 15), evidence=paper
    )
    assert kept.evidence.name.startswith("notices/objections/")
    assert storage.open(kept.evidence.name).read() == PDF
    folder_before = _stored(storage)
    other = NoticeLine.objects.get(notice=notice, serial=2)
    with pytest.raises(NoticeError):
        objection_make(
            line_id=other.pk,
            entry=ObjectionEntry(words=WORDS),
            at=moment(notice.ends_on + timedelta(days=1)),
            evidence=ContentFile(PDF, name="证据.pdf"),
        )
    assert _stored(storage) == folder_before


def _stored(storage):
    found = []
    for folder in storage.listdir("notices/objections")[0]:
        found += storage.listdir(f"notices/objections/{folder}")[1]
    return sorted(found)


def test_sending_the_same_twice_gives_one_objection():
    notice = a_notice()
    first = an_objection(notice, at=moment(notice.published_on, 15))
    again = an_objection(notice, at=moment(notice.published_on, 15, 5))
    assert again.pk == first.pk
    assert Objection.objects.count() == 1


def test_a_second_person_may_object_to_the_same_line():
    notice = a_notice()
    an_objection(notice)
    second = an_objection(notice, words="我也认识这个人，他没有参加过培训。")
    assert Objection.objects.count() == 2
    assert second.line.claim.state == ClaimState.DISPUTED


def test_dismissed_the_claim_waits_for_a_new_notice_and_can_be_shown_again():
    notice = a_notice()
    objection = an_objection(notice, phone="19900009999")
    done = answer(objection)
    line = first_line(notice)
    assert (done.state, done.answered_by, done.answer) == (
        ObjectionState.DISMISSED,
        stranger(),
        "核对过原件，情况不属实。",
    )
    assert (line.state, line.claim.state) == (LineState.REMOVED, ClaimState.REVIEWED)
    assert Clock.objects.get(subject_type="notices.objection").state == ClockState.FINISHED
    told = SmsMessage.objects.get(template="subsidy_objection_answered")
    assert (told.phone, notice.number in told.text) == ("19900009999", True)
    again = notice_publish(
        claim_ids=[line.claim_id], title="补充公示", actor=stranger(), at=objection.made_at + timedelta(hours=2)
    )
    assert first_line(again.notice).claim.state == ClaimState.PUBLISHED


def test_upheld_the_claim_is_refused_for_a_reason_and_its_money_is_free_again():
    notice = a_notice()
    objection = an_objection(notice)
    before = Account.objects.get(kind="committed").balance_fen
    answer(objection, is_upheld=True, words="查实已领过。", refusal_id=a_refusal().pk)
    line = first_line(notice)
    assert (line.state, line.claim.state, line.claim.refusal) == (
        LineState.REMOVED,
        ClaimState.REFUSED,
        a_refusal(),
    )
    assert before - Account.objects.get(kind="committed").balance_fen == 70_000
    assert not SmsMessage.objects.filter(template="subsidy_objection_answered").exists()


def test_upheld_without_a_reason_of_the_list_is_refused():
    objection = an_objection(a_notice())
    with pytest.raises(NoticeError) as refusal:
        answer(objection, is_upheld=True)
    assert refusal.value.code == "refusal_missing"
    objection.refresh_from_db()
    assert objection.state == ObjectionState.OPEN


def test_with_two_objections_the_claim_waits_for_the_second_answer():
    notice = a_notice()
    first = an_objection(notice)
    second = an_objection(notice, words="我也认识这个人，他没有参加过培训。")
    answer(first)
    assert first_line(notice).claim.state == ClaimState.DISPUTED
    answer(second, at=second.made_at + timedelta(hours=2))
    assert first_line(notice).claim.state == ClaimState.REVIEWED


def test_once_one_is_upheld_the_other_is_still_answered_and_moves_nothing():
    notice = a_notice()
    first = an_objection(notice)
    second = an_objection(notice, words="我也认识这个人，他没有参加过培训。")
    answer(first, is_upheld=True, refusal_id=a_refusal().pk)
    answer(second, at=second.made_at + timedelta(hours=2))
    second.refresh_from_db()
    assert second.state == ObjectionState.DISMISSED
    assert first_line(notice).claim.state == ClaimState.REFUSED


def test_whoever_passed_or_reviewed_the_claim_does_not_answer():
    objection = an_objection(a_notice())
    reviewer = an_officer_of(Role.OFFICER_REVIEW)
    with pytest.raises(NoticeError) as refusal:
        answer(objection, actor=reviewer)
    assert refusal.value.code == "own_work"
    objection.refresh_from_db()
    assert (objection.state, first_line(objection.line.notice).claim.state) == ("open", ClaimState.DISPUTED)
    assert list(objections_to_answer(reviewer, on=NOW.date())) == []
    assert list(objections_to_answer(stranger(), on=NOW.date())) == [objection]
    with pytest.raises(IntegrityError, match="does not answer"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(
            state="dismissed", answer="没有问题", answered_by=reviewer, answered_at=NOW
        )


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_only_reviewers_answer(role):
    objection = an_objection(a_notice())
    with pytest.raises(PermissionDenied):
        answer(objection, actor=another(role))


def test_an_answer_is_given_once_and_needs_words():
    objection = an_objection(a_notice())
    with pytest.raises(NoticeError) as refusal:
        answer(objection, words="  ")
    assert refusal.value.code == "answer_missing"
    answer(objection)
    with pytest.raises(NoticeError) as refusal:
        answer(objection, is_upheld=True, refusal_id=a_refusal().pk)
    assert refusal.value.code == "answered"
    with pytest.raises(IntegrityError, match="stands as it was made"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(answer="别的话")


def test_words_and_papers_of_an_objection_are_not_changed_or_removed():
    objection = an_objection(a_notice())
    for act in (
        lambda rows: rows.update(words="别的话别的话别的话"),
        lambda rows: rows.update(evidence="别的"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError, match="stands as it was made"), transaction.atomic():
            act(Objection.objects.filter(pk=objection.pk))


def test_a_line_whose_claim_went_back_is_not_objected_to():
    notice = a_notice()
    claim = first_line(notice).claim
    claim_move(
        claim_id=claim.pk,
        action="hold",
        party=Party.REVIEW,
        actor=an_officer_of(Role.OFFICER_REVIEW),
        at=NOW + timedelta(hours=2),
        reason="核对",
    )
    with pytest.raises(NoticeError) as refusal:
        an_objection(notice)
    assert refusal.value.code == "not_shown"
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.INTAKE_PASSED


def test_whoever_passed_the_claim_before_a_return_does_not_answer():
    """The return and the new 初审 by others have wiped her from the claim's columns."""
    before = another(Role.OFFICER_REVIEW)
    claim = a_claim(ClaimState.INTAKE_PASSED)
    for action, party, actor in (
        ("return", Party.REVIEW, before),
        ("resubmit", Party.CLAIMANT, claim.worker.user),
        ("pass_intake", Party.INTAKE, an_officer_of(Role.OFFICER_INTAKE)),
        ("pass_review", Party.REVIEW, an_officer_of(Role.OFFICER_REVIEW)),
    ):
        reason = "请补" if action == "return" else ""
        if action == "pass_review":
            a_budget()
        claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=NOW, reason=reason)
    publisher = an_officer_of(Role.OFFICER_REVIEW)
    notice = notice_publish(claim_ids=[claim.pk], title="公示", actor=publisher, at=NOW + timedelta(hours=1)).notice
    objection = an_objection(notice)
    with pytest.raises(NoticeError) as refusal:
        answer(objection, actor=before)
    assert refusal.value.code == "own_work"
    assert list(objections_to_answer(before, on=NOW.date())) == []
    assert list(objections_to_answer(stranger(), on=NOW.date())) == [objection]


def test_whoever_works_for_the_place_does_not_answer():
    objection = an_objection(a_notice())
    place = objection.line.claim.level_certificate.body.organisation
    officer = working_for(another(Role.OFFICER_REVIEW), place, role=Role.BODY_STAFF)
    with pytest.raises(NoticeError) as refusal:
        answer(objection, actor=officer)
    assert refusal.value.code == "own_work"
    assert list(objections_to_answer(officer, on=NOW.date())) == []


def dismissed_and_shown_again():
    """A claim in its second notice: an objection in the first was dismissed."""
    objection = an_objection(a_notice())
    answer(objection)
    at = objection.made_at + timedelta(hours=2)
    return notice_publish(claim_ids=[objection.line.claim_id], title="补充公示", actor=stranger(), at=at).notice


def test_what_was_dismissed_and_is_said_again_takes_the_claim_out_no_more():
    notice = dismissed_and_shown_again()
    again = an_objection(notice, at=moment(notice.published_on, 18))
    line = first_line(notice)
    assert (line.state, line.claim.state) == (LineState.SHOWN, ClaimState.PUBLISHED)
    assert list(objections_to_answer(stranger(), on=NOW.date())) == [again]
    answer(again)
    notice_close(notice_id=notice.pk, at=day_after(notice))
    line.refresh_from_db()
    assert (line.state, line.claim.state) == (LineState.PASSED, ClaimState.APPROVED)


def test_an_officer_takes_the_claim_out_because_of_it():
    notice = dismissed_and_shown_again()
    again = an_objection(notice, at=moment(notice.published_on, 18))
    with pytest.raises(NoticeError) as refusal:
        objection_take_out(objection_id=again.pk, actor=an_officer_of(Role.OFFICER_REVIEW), at=again.made_at)
    assert refusal.value.code == "own_work"
    objection_take_out(objection_id=again.pk, actor=stranger(), at=again.made_at)
    line = first_line(notice)
    assert (line.state, line.claim.state) == (LineState.DISPUTED, ClaimState.DISPUTED)
    with pytest.raises(NoticeError) as refusal:
        objection_take_out(objection_id=again.pk, actor=stranger(), at=again.made_at)
    assert refusal.value.code == "not_shown"
    answer(again)
    assert first_line(notice).claim.state == ClaimState.REVIEWED


@pytest.mark.parametrize("is_upheld", [True, False])
def test_a_claim_shown_to_the_end_is_not_paid_before_the_objection_is_answered(is_upheld):
    notice = dismissed_and_shown_again()
    again = an_objection(notice, at=moment(notice.ends_on, 18))
    notice_close(notice_id=notice.pk, at=day_after(notice))
    assert first_line(notice).claim.state == ClaimState.PUBLISHED
    answer(again, is_upheld=is_upheld, refusal_id=a_refusal().pk if is_upheld else None, at=day_after(notice))
    line = first_line(notice)
    expected = (LineState.REMOVED, ClaimState.REFUSED) if is_upheld else (LineState.PASSED, ClaimState.APPROVED)
    assert (line.state, line.claim.state) == expected


def test_a_claim_with_an_objection_to_answer_is_not_shown_anew():
    notice = dismissed_and_shown_again()
    an_objection(notice, at=moment(notice.published_on, 18))
    claim, at = first_line(notice).claim, moment(notice.published_on, 19)
    for action, actor in (("hold", stranger()), ("pass_review", an_officer_of(Role.OFFICER_REVIEW))):
        reason = "核对" if action == "hold" else ""
        claim_move(claim_id=claim.pk, action=action, party=Party.REVIEW, actor=actor, at=at, reason=reason)
    with pytest.raises(NoticeError) as refusal:
        notice_publish(claim_ids=[claim.pk], title="第三次", actor=another(Role.OFFICER_REVIEW), at=at)
    assert refusal.value.code == "nothing_to_show"
