"""The pages: the desk with its marks, the assessor's phone, and what a worker reads of her own."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certifications.plans.models import PlanPart
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.models import PartScore, Rating, Result, ScoreAppeal
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.imports.models import ImportBatch
from tests.certifications.builders_scoring import (
    a_candidate,
    a_clerk,
    a_final_result,
    a_plan,
    a_result,
    a_room,
    a_score,
    judges_of,
    scoring_figures,
)
from tests.certifications.scoring.import_builders import sheet
from tests.portal.people import signed_in
from tests.workers.builders import a_worker, an_officer

pytestmark = pytest.mark.django_db
T, P = PartKind.THEORY, PartKind.PRACTICAL


@pytest.fixture(autouse=True)
def figures():
    scoring_figures()


def held_now(plan):
    """The parts of the plan as if they were going on."""
    now = timezone.now()
    PlanPart.objects.filter(plan=plan).update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    return plan


@pytest.fixture
def plan():
    return a_plan()


@pytest.fixture
def desk(plan):
    return signed_in(a_clerk(plan.organisation))


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_lists_its_own_plans_and_nobody_elses(plan, desk):
    other = a_plan()
    page = text_of(desk.get(reverse("scoring_plans")))
    assert plan.title in page
    assert other.title not in page
    assert desk.get(reverse("scoring_plan", args=[other.pk])).status_code == 404
    assert desk.get(reverse("scoring_publish", args=[other.pk])).status_code == 404


def test_the_table_shows_everybody_masked_and_costs_the_same_for_many(plan, desk, django_assert_max_num_queries):
    for _n in range(3):
        candidate = a_candidate(plan)
        a_score(candidate, T, "66.5")
    with django_assert_max_num_queries(30):
        page = text_of(desk.get(reverse("scoring_plan", args=[plan.pk])))
    assert page.count("66.5") == 3
    assert "李*" in page
    assert "李梅" not in page
    for _n in range(20):
        a_score(a_candidate(plan), T, "66.5")
    with django_assert_max_num_queries(30):
        text_of(desk.get(reverse("scoring_plan", args=[plan.pk])))


def test_the_table_can_be_narrowed_to_who_lacks_a_mark(plan, desk):
    one, other = a_candidate(plan), a_candidate(plan)
    for kind in (T, P):
        a_score(one, kind, 66)
    page = text_of(desk.get(reverse("scoring_plan", args=[plan.pk]), {"show": "missing"}))
    assert (one.ticket_number in page, other.ticket_number in page) == (False, True)


def test_marks_are_entered_by_hand_and_an_impossible_one_loses_nothing(plan, desk):
    one, other = a_candidate(plan), a_candidate(plan)
    url = reverse("scoring_enter", args=[plan.pk, T])
    answer = desk.post(url, {f"mark-{one.pk}": "77.5", f"mark-{other.pk}": "770"})
    assert answer.status_code == 422
    assert "77.5" in answer.content.decode()
    assert not PartScore.objects.exists()
    assert desk.post(url, {f"mark-{one.pk}": "77.5", f"mark-{other.pk}": "缺考"}).status_code == 302
    assert list(PartScore.objects.order_by("candidate").values_list("mark", "state")) == [
        (Decimal("77.5"), "marked"),
        (None, "absent"),
    ]


def test_a_score_sheet_is_uploaded_and_goes_to_the_pages_of_imports(plan, desk):
    she = a_candidate(plan)
    file = SimpleUploadedFile("成绩单.xlsx", sheet([["", she.worker.name, she.worker.id_number, 78, 81, ""]]))
    answer = desk.post(reverse("scoring_upload", args=[plan.pk]), {"file": file})
    assert answer.url == reverse("staff_import", args=[ImportBatch.objects.get(kind="scores").pk])


def test_the_preview_says_who_passes_and_publishes_exactly_that(plan, desk):
    she = a_candidate(plan)
    for kind in (T, P):
        a_score(she, kind, 78)
    url = reverse("scoring_publish", args=[plan.pk])
    page = text_of(desk.get(url))
    assert "1 人合格，0 人不合格" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert desk.post(url, {"seen": "0" * 16}).url == url
    assert not Result.objects.exists()
    assert desk.post(url, {"seen": seen}).url == reverse("scoring_plan", args=[plan.pk])
    assert Result.objects.get().outcome == "passed"


def test_a_mark_is_put_right_by_a_colleague_and_not_by_who_entered_it(plan, desk):
    she, clerk = a_candidate(plan), a_clerk(plan.organisation)
    first = a_score(she, T, 50, entered_by=clerk)
    url = reverse("scoring_remark", args=[she.pk, T])
    sent = {"mark": "60", "reason": "登分时抄错"}
    answer = signed_in(clerk).post(url, sent)
    assert answer.status_code == 422
    assert "没有经手过的同事" in answer.content.decode()
    assert desk.post(url, sent).status_code == 302
    page = text_of(desk.get(reverse("scoring_candidate", args=[she.pk])))
    assert "登分时抄错" in page
    assert PartScore.objects.get(replaces=first).mark == 60


def test_a_breach_is_recorded_with_its_reason(plan, desk):
    she = a_candidate(plan)
    assert desk.post(reverse("scoring_void", args=[she.pk, P]), {"reason": ""}).status_code == 422
    assert desk.post(reverse("scoring_void", args=[she.pk, P]), {"reason": "替考"}).status_code == 302
    assert PartScore.objects.get().state == "void"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_table_is_taken_away_for_a_purpose_on_record(plan, desk, kind):
    she = a_candidate(plan)
    a_score(she, T, "66.5")
    answer = desk.post(reverse("scoring_export", args=[plan.pk]), {"purpose": "存档", "format": kind})
    content = b"".join(answer.streaming_content)
    assert AuditEvent.objects.get(action="scoring.table.exported").reason == "存档"
    if kind == "csv":
        assert f"{she.ticket_number},李*,66.5 分,,," in content.decode("utf-8-sig")


def test_an_officer_reads_and_takes_back_and_changes_no_mark(plan):
    she = a_candidate(plan)
    a_result(she)
    officer = signed_in(an_officer(Role.OFFICER_REVIEW))
    assert she.ticket_number in text_of(officer.get(reverse("scoring_plan", args=[plan.pk])))
    assert officer.post(reverse("scoring_remark", args=[she.pk, T]), {"mark": "60", "reason": "x"}).status_code == 403


def test_the_rating_sheet_is_edited_at_the_desk():
    plan = a_plan(state=PlanState.ARRANGED)
    desk = signed_in(a_clerk(plan.organisation))
    url = reverse("scoring_sheet", args=[plan.pk, P])
    assert "家政服务员技能操作评分表" in text_of(desk.get(url))
    sent = {"title": "本校", "item-1": "步骤", "points-1": "60", "item-2": "效果", "points-2": "30"}
    answer = desk.post(url, sent)
    assert answer.status_code == 422
    assert "现在是 90 分" in answer.content.decode()
    assert desk.post(url, sent | {"points-2": "40"}).status_code == 302


# --- the assessor -----------------------------------------------------------------------------------------------------


@pytest.fixture
def room():
    plan = held_now(a_plan(state=PlanState.ARRANGED, parts=(P,)))
    return a_room(plan, [a_candidate(plan), a_candidate(plan)])


def sent(**fields):
    points = {f"points-{place}": value for place, value in enumerate(("10", "10", "35.5", "20", "10", "5"), start=1)}
    return {"key": str(uuid4()), "edition": "0", "note": ""} | points | fields


def test_an_assessor_rates_her_room_confirms_and_the_marks_are_written(room):
    judges = [signed_in(judge) for judge in judges_of(room)]
    people = [seat.candidate_id for seat in room.places.order_by("number")]
    for judge in judges:
        assert room.name in text_of(judge.get(reverse("assess_home")))
        page = text_of(judge.get(reverse("assess_rate", args=[room.pk, people[0]])))
        edition = page.split('name="edition" value="')[1].split('"')[0]
        assert judge.post(reverse("assess_rate", args=[room.pk, people[0]]), sent(edition=edition)).status_code == 302
        absent = {"key": str(uuid4()), "edition": edition, "absent": "1"}
        assert judge.post(reverse("assess_rate", args=[room.pk, people[1]]), absent).status_code == 302
        assert "90.5 分" in text_of(judge.get(reverse("assess_room", args=[room.pk])))
        judge.post(reverse("assess_confirm", args=[room.pk]))
    judges[0].post(reverse("assess_close", args=[room.pk]))
    assert list(PartScore.objects.order_by("candidate").values_list("mark", "state")) == [
        (Decimal("90.5"), "marked"),
        (None, "absent"),
    ]
    desk = signed_in(a_clerk(room.part.plan.organisation))
    assert "成绩已登记" in text_of(desk.get(reverse("scoring_room", args=[room.pk])))


def test_the_script_is_answered_in_its_own_way_and_sending_again_is_harmless(room):
    judge, candidate = signed_in(judges_of(room)[0]), room.places.first().candidate_id
    url, once = reverse("assess_rate", args=[room.pk, candidate]), sent()
    for _n in range(2):
        answer = judge.post(url, once, headers={"X-Rating-Script": "1"})
        assert answer.json()["url"] == f"{reverse('assess_room', args=[room.pk])}?saved={candidate}"
    assert Rating.objects.count() == 1
    page = text_of(judge.get(answer.json()["url"]))
    assert page.count("号位：已保存，90.5 分") == 1
    answer = judge.post(url, sent(**{"points-3": "41"}), headers={"X-Rating-Script": "1"})
    assert (answer.status_code, "0 到 40 分" in answer.json()["message"]) == (422, True)


def test_a_refused_rating_comes_back_with_what_she_had_typed(room):
    judge, candidate = signed_in(judges_of(room)[0]), room.places.first().candidate_id
    answer = judge.post(reverse("assess_rate", args=[room.pk, candidate]), sent(**{"points-3": ""}))
    assert answer.status_code == 422
    assert 'value="20"' in answer.content.decode()
    assert not Rating.objects.exists()


def test_another_room_does_not_exist_for_her(room):
    other = a_room(held_now(a_plan(state=PlanState.ARRANGED, parts=(P,))), [])
    judge = signed_in(judges_of(room)[0])
    assert judge.get(reverse("assess_room", args=[other.pk])).status_code == 404


# --- her own results --------------------------------------------------------------------------------------------------


def published_now(plan, days=3):
    plan.state, plan.published_at = PlanState.PUBLISHED, timezone.now()
    plan.appeal_until = timezone.localdate() + timedelta(days=days)
    plan.save()


def test_nothing_is_shown_before_publication(plan):
    she = a_result(a_candidate(plan)).candidate
    hers = signed_in(she.worker.user)
    assert "还没有成绩" in text_of(hers.get(reverse("my_results")))
    assert hers.get(reverse("my_result", args=[she.pk])).status_code == 404


def test_she_reads_each_part_with_what_was_needed_and_what_to_do(plan):
    she = a_result(a_candidate(plan), {T: "59.5"}).candidate
    published_now(plan)
    page = text_of(signed_in(she.worker.user).get(reverse("my_result", args=[she.pk])))
    for words in ("这次没有合格", "59.5 分", "要求 60 分", "还差 0.5 分", "可以补考", "复核理论知识"):
        assert words in page


def test_she_asks_once_and_reads_the_answer(plan):
    she = a_result(a_candidate(plan), {T: "59.5"}).candidate
    published_now(plan)
    hers = signed_in(she.worker.user)
    url = reverse("my_appeal", args=[she.pk, T])
    assert hers.post(url, {"words": ""}).status_code == 422
    assert hers.post(url, {"words": "第 12 题对的"}).status_code == 302
    asked = ScoreAppeal.objects.get()
    desk = signed_in(a_clerk(plan.organisation))
    assert she.ticket_number in text_of(desk.get(reverse("scoring_appeals")))
    address = reverse("scoring_appeal", args=[asked.pk])
    assert "第 12 题对的" in text_of(desk.get(address))
    assert desk.post(address, {"decision": "change", "mark": "", "answer": "漏加"}).status_code == 422
    assert desk.post(address, {"decision": "change", "mark": "61", "answer": "漏加了分"}).status_code == 302
    page = text_of(hers.get(reverse("my_result", args=[she.pk])))
    assert "恭喜您，合格了" in page
    assert "漏加了分" in page


def test_whoever_entered_the_mark_is_told_to_pass_the_appeal_on(plan):
    she = a_result(a_candidate(plan), {T: "59.5"}).candidate
    published_now(plan)
    signed_in(she.worker.user).post(reverse("my_appeal", args=[she.pk, T]), {"words": "请再看看"})
    asked = ScoreAppeal.objects.get()
    page = text_of(signed_in(asked.score.entered_by).get(reverse("scoring_appeal", args=[asked.pk])))
    assert "没有经手过的同事" in page
    assert "提交答复" not in page


def test_after_the_days_there_is_no_button(plan):
    she = a_result(a_candidate(plan), {T: "59.5"}).candidate
    published_now(plan, days=-1)
    hers = signed_in(she.worker.user)
    assert "复核理论知识" not in text_of(hers.get(reverse("my_result", args=[she.pk])))
    assert hers.post(reverse("my_appeal", args=[she.pk, T]), {"words": "请再看看"}).status_code == 422
    assert not ScoreAppeal.objects.exists()


def test_another_persons_result_does_not_exist_for_her():
    result = a_final_result()
    stranger = signed_in(a_worker().user)
    assert stranger.get(reverse("my_result", args=[result.candidate_id])).status_code == 404
    assert stranger.get(reverse("my_appeal", args=[result.candidate_id, T])).status_code == 404
