"""Her self-estimate: what her file answers, what she is asked, what she keeps and takes away again."""

from datetime import date

import pytest

from foundation.audit.models import AuditEvent
from foundation.database import period
from residency.routes.models import KnownAnswers, RoutePack, SavedEstimate
from residency.routes.rules.facts import Applicant, Spell
from residency.routes.selectors import answers_of, applicant_of, estimates_for, known_of
from residency.routes.selectors.applicants import runs
from residency.routes.services import answers_forget, answers_save
from tests.portal.people import signed_in
from tests.residency.routes.builders import NOW, TODAY, a_published
from tests.workers.builders import a_worker
from workers.models import Employment, InsuredMonth, SkillRecordEntry

pytestmark = pytest.mark.django_db
SAID = "这是自测，不是官方结果"


@pytest.fixture(autouse=True)
def _the_day(monkeypatch):
    monkeypatch.setattr("residency.routes.worker_views.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def worker():
    return a_worker(verified=True)


@pytest.fixture
def phone(worker):
    return signed_in(worker.user)


def read(response):
    return " ".join(response.content.decode().split())


def a_certificate(worker, level=4, *, kind="level_certificate", standing="guaranteed"):
    confirmed = NOW if standing == "guaranteed" else None
    return SkillRecordEntry.objects.create(
        worker=worker,
        kind=kind,
        title="家政服务员",
        occupation_code="4-10-01-06",
        level=level,
        issued_on=date(2020, 6, 30),
        standing=standing,
        source="示例",
        confirmed_at=confirmed,
        recorded_at=NOW,
        reference=f"test:{level}{kind}{standing}",
    )


def a_job(worker, *, contract="labour", last=None):
    return Employment.objects.create(
        worker=worker,
        employer_name="厦门示例家政",
        post="家政服务员",
        contract_kind=contract,
        source="示例",
        entered_at=NOW,
        effective=period(date(2021, 3, 1), last),
    )


def insured(worker, *months, late=False, kind="pension"):
    for month in months:
        InsuredMonth.objects.create(
            worker=worker, month=month, kind=kind, is_back_paid=late, source="示例", recorded_at=NOW
        )


# --- what the file says ---------------------------------------------------------------------------------------------


def test_an_empty_file_says_nothing_but_the_birthday(worker):
    assert set(applicant_of(worker, on=TODAY)) == {"birth_on"}


def test_certificates_somebody_stands_for_count_with_their_kind_of_paper(worker):
    a_certificate(worker)
    a_certificate(worker, 3, kind="old_qualification")
    a_certificate(worker, 2, standing="declared")
    known = known_of(worker, on=TODAY)
    papers = {(one.kind, one.paper) for one in known.applicant["certificates"]}
    assert papers == {("level4", "level"), ("level3", "qualification")}
    assert known.unconfirmed == ("家政服务员",)
    assert known.source_of("certificates") == "file"


def test_a_running_labour_contract_is_one_and_a_past_one_leaves_it_open(worker):
    job = a_job(worker, last=date(2025, 12, 31))
    assert "has_contract" not in applicant_of(worker, on=TODAY)
    Employment.objects.filter(pk=job.pk).update(effective=period(date(2021, 3, 1)))
    known = applicant_of(worker, on=TODAY)
    assert known["has_contract"] is True
    assert known["contracts"] == (Spell(first=date(2021, 3, 1), employer="厦门示例家政"),)
    assert known["employer_years"] == 5


def test_insured_months_keep_what_was_paid_late_apart_and_other_kinds_unknown(worker):
    insured(worker, date(2024, 12, 1), date(2025, 1, 1), date(2025, 3, 1))
    insured(worker, date(2025, 2, 1), late=True)
    known = applicant_of(worker, on=TODAY)
    assert [(one.first, one.last, one.manner) for one in known["pension"]] == [
        (date(2025, 2, 1), date(2025, 2, 1), "late"),
        (date(2024, 12, 1), date(2025, 1, 1), "on_time"),
        (date(2025, 3, 1), date(2025, 3, 1), "on_time"),
    ]
    assert "medical" not in known
    assert runs([]) == []


def test_the_file_goes_before_an_answer_and_an_answer_stands_where_it_is_silent(worker):
    said = Applicant({"has_contract": False, "has_licence": True})
    answers_save(worker=worker, answers=said, actor=worker.user, at=NOW)
    assert applicant_of(worker, on=TODAY)["has_contract"] is False
    a_job(worker)
    known = known_of(worker, on=TODAY)
    assert known.applicant["has_contract"] is True
    assert known.applicant["has_licence"] is True
    assert known.source_of("has_licence") == "said"


# --- the page -------------------------------------------------------------------------------------------------------


def test_unknown_facts_are_neither_yes_nor_no_and_are_asked(worker, phone):
    made = a_published()
    assert [one.outcome for one in estimates_for(worker, on=TODAY)[0].estimates] == ["unknown", "unknown"]
    page = read(phone.get("/my/residency/"))
    for text in ("（自测，非官方）", SAID, "厦门市公安机关决定", "还有 3 个问题", "还缺信息，算不出来"):
        assert text in page
    page = read(phone.get(f"/my/residency/{made.pk}/skill/"))
    for text in (
        "（自测，非官方）",
        SAID,
        "还不知道",
        "四级及以上证书",
        "第一条",
        "待核实",
        "还不知道：技能等级证书、有劳动合同。",
    ):
        assert text in page


def test_every_line_says_what_counts_what_is_missing_and_what_would_change_it(worker, phone):
    made = a_published()
    a_certificate(worker, 5)
    a_job(worker)
    page = read(phone.get(f"/my/residency/{made.pk}/skill/"))
    assert "现在还不符合" in page
    assert "取得四级/中级工证书" in page
    assert "结果变成“看起来都符合”" in page
    assert "档案里的" in page


def test_points_show_their_sum_the_line_and_the_earliest_day(worker, phone):
    made = a_published()
    insured(worker, *(date(year, month, 1) for year in (2023, 2024, 2025) for month in range(1, 13)))
    page = read(phone.get(f"/my/residency/{made.pk}/points/"))
    assert "12 分" in page
    assert "要 20 分" in page
    assert "最早什么时候" in page


def test_after_the_last_edition_the_page_says_so_and_estimates_nothing(worker, phone, monkeypatch):
    a_published(until="2026-12-31")
    monkeypatch.setattr("residency.routes.worker_views.timezone.localdate", lambda *_args: date(2027, 1, 1))
    page = read(phone.get("/my/residency/"))
    assert "政策待确认" in page
    assert "技能落户" not in page


def test_another_citys_pack_is_never_hers(worker, phone):
    made = a_published(city_code="310000", city_name="上海市", title="上海的办法", is_reference=True)
    assert "上海的办法" not in read(phone.get("/my/residency/"))
    assert phone.get(f"/my/residency/{made.pk}/skill/").status_code == 404


# --- her answers ----------------------------------------------------------------------------------------------------


def test_one_group_is_asked_at_a_time_and_not_sure_is_an_answer(worker, phone):
    a_published()
    assert phone.get("/my/residency/questions/")["Location"] == "/my/residency/questions/skills/"
    answer = phone.post("/my/residency/questions/skills/", {"certificates": "unsure", "certificates-rows": "1"})
    assert answer["Location"] == "/my/residency/questions/work/"
    answer = phone.post("/my/residency/questions/work/", {"has_contract": "yes"})
    assert answer["Location"] == "/my/residency/questions/insurance/"
    rows = {"pension-rows": "1", "pension-0-first": "2019年3月", "pension-0-last": "", "pension": "some"}
    assert phone.post("/my/residency/questions/insurance/", rows)["Location"] == "/my/residency/"
    said = answers_of(worker)
    assert said.unsure == {"certificates"}
    assert dict(said.facts) == {"has_contract": True, "pension": (Spell(first=date(2019, 3, 1)),)}
    assert "该问的都问过了" in read(phone.get("/my/residency/"))


def test_what_she_left_open_stays_open(worker, phone):
    a_published()
    phone.post("/my/residency/questions/work/", {})
    assert KnownAnswers.objects.exists() is False
    assert "还有 3 个问题" in read(phone.get("/my/residency/"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pension": "some"}, "选了“有”，请在下面填一填"),
        ({"pension": "none", "pension-0-first": "2019年3月"}, "选了“没有”，下面又填了内容"),
        ({"pension": "some", "pension-0-first": "去年"}, "请写成“2019年3月”这样"),
        ({"pension": "some", "pension-0-first": "2027-03"}, "这个时间在今天以后"),
        ({"pension": "some", "pension-0-first": "2020.5", "pension-0-last": "201903"}, "结束的时间早于开始的时间"),
        ({"pension": "some", "pension-0-last": "2019年3月"}, "请填写时间"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_typed_is_lost(worker, phone, typed, said):
    a_published()
    page = phone.post("/my/residency/questions/insurance/", {"pension-rows": "1"} | typed)
    assert page.status_code == 422
    assert said in read(page)
    for name, value in typed.items():
        if "-" in name:
            assert f'value="{value}"' in read(page)
    assert KnownAnswers.objects.exists() is False


def test_another_row_is_asked_for_without_losing_a_word_and_without_a_scolding(worker, phone):
    a_published()
    typed = {"pension": "some", "pension-rows": "1", "pension-0-first": "二零一九年", "more": "pension"}
    page = phone.post("/my/residency/questions/insurance/", typed)
    assert page.status_code == 200
    text = read(page)
    assert 'value="二零一九年"' in text
    assert 'name="pension-1-first"' in text
    assert "请写成" not in text
    assert KnownAnswers.objects.exists() is False


def test_her_answers_are_hers_to_delete_one_by_one_or_all(worker, phone):
    said = Applicant({"has_contract": True, "has_licence": False})
    answers_save(worker=worker, answers=said, actor=worker.user, at=NOW, unsure=["permit"])
    assert "劳动合同" in read(phone.get("/my/residency/answers/"))
    phone.post("/my/residency/answers/", {"name": "has_contract"})
    assert dict(answers_of(worker).facts) == {"has_licence": False}
    phone.post("/my/residency/answers/", {})
    assert KnownAnswers.objects.exists() is False
    answers_forget(worker=worker, actor=worker.user)


def test_answers_are_encrypted_and_never_stand_in_the_trail(worker):
    answers_save(worker=worker, answers=Applicant({"has_licence": True}), actor=worker.user, at=NOW)
    event = AuditEvent.objects.get(action="routes.answers.saved")
    assert "has_licence" not in str(event.data)
    assert "has_licence" in KnownAnswers.objects.get().content


# --- what she keeps -------------------------------------------------------------------------------------------------


def test_an_estimate_is_kept_once_shown_as_it_was_and_removed_for_good(worker, phone):
    made = a_published()
    where = phone.post(f"/my/residency/{made.pk}/skill/keep/")["Location"]
    phone.post(f"/my/residency/{made.pk}/skill/keep/")
    row = SavedEstimate.objects.get()
    a_certificate(worker)
    page = read(phone.get(where))
    for text in ("（自测，非官方）", "示例落户办法", "还缺信息，算不出来", "四级及以上证书"):
        assert text in page
    assert "您保存的自测" in read(phone.get("/my/residency/"))
    phone.post(f"/my/residency/kept/{row.pk}/remove/")
    assert SavedEstimate.objects.exists() is False
    assert phone.get(where).status_code == 404


def test_nobody_reads_or_removes_what_another_kept(worker, phone):
    made = a_published()
    phone.post(f"/my/residency/{made.pk}/skill/keep/")
    row = SavedEstimate.objects.get()
    other = signed_in(a_worker(name="陈静", verified=True).user)
    assert other.get(f"/my/residency/kept/{row.pk}/").status_code == 404
    other.post(f"/my/residency/kept/{row.pk}/remove/")
    assert SavedEstimate.objects.filter(pk=row.pk).exists()


def test_without_a_proven_file_there_is_no_estimate():
    stranger = signed_in(a_worker().user)
    assert stranger.get("/my/residency/")["Location"] == "/my/"
    assert stranger.get("/my/residency/answers/").status_code == 404
    assert RoutePack.objects.exists() is False
