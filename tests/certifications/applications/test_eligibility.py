"""The conditions of application, case by case: an officer reads the table and says whether she would decide so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from certifications.applications.models import ConditionEdition
from certifications.applications.selectors import conditions_on, eligibility_of
from certifications.applications.words import answer_words
from foundation.database import period
from foundation.policy.engine import from_json, reproduce, to_json
from tests.certifications.applications.builders import (
    CODE,
    ELDERLY_CARE,
    HOME_SERVICE,
    INFANT_CARE,
    NURSERY,
    a_certificate,
    a_diploma,
    a_job,
    an_occupation,
    base_loaded,
    insured,
    somebody,
)
from workers.models import Worker
from workers.states import SkillState

pytestmark = pytest.mark.django_db
Fill = Callable[[Worker], object]
ON = "2026-11-24"


@pytest.fixture(autouse=True)
def conditions():
    base_loaded()


def decided(worker: Worker, occupation: str, level: int, on: str = ON, work_type: str = ""):
    row = an_occupation(occupation)
    kind = row.work_types.get(name=work_type) if work_type else None
    return eligibility_of(worker, occupation=row, work_type=kind, level=level, on=date.fromisoformat(on))


def months(first: str, count: int) -> list[str]:
    year, month = (int(part) for part in first.split("-"))
    return [f"{(year * 12 + month - 1 + n) // 12}-{(year * 12 + month - 1 + n) % 12 + 1:02d}" for n in range(count)]


def both(*fills: Fill) -> Fill:
    return lambda worker: [fill(worker) for fill in fills]


def job(*days: str, **more) -> Fill:
    return lambda worker: a_job(worker, *days, **more)


def cert(level: int, issued: str, **more) -> Fill:
    return lambda worker: a_certificate(worker, level, issued, **more)


def diploma(level: str, last: str, **more) -> Fill:
    return lambda worker: a_diploma(worker, level, last, **more)


def nothing(_worker: Worker) -> None:
    """An empty file."""


# What the file holds · occupation · level · on the day · outcome · first day on which time alone makes it yes
CASES = {
    # 育婴员 2019, 五级: a year in the trade, or an apprenticeship
    "五级：还差一天满一年": (job("2025-11-24"), INFANT_CARE, 5, "2026-11-23", "no", "2026-11-24"),
    "五级：当天满一年": (job("2025-11-24"), INFANT_CARE, 5, "2026-11-24", "yes", "2026-11-24"),
    "五级：满一年后": (job("2025-11-24"), INFANT_CARE, 5, "2026-11-25", "yes", "2026-11-25"),
    "五级：没有工作过，从今天做起要一年": (nothing, INFANT_CARE, 5, ON, "no", "2027-11-24"),
    "五级：本人填报的一年，要人核对": (job("2025-01-01", sure=False), INFANT_CARE, 5, ON, "undecided", ON),
    "五级：填报的也不够，不用核对就不符合": (job("2026-05-24", sure=False), INFANT_CARE, 5, ON, "no", "2027-05-24"),
    "五级：已离职的半年加现在的半年": (
        both(job("2024-01-01", "2024-06-30"), job("2026-05-24", employer="示例托育园")), INFANT_CARE, 5, ON, "yes", ON,
    ),
    "五级：两份同时的工作只算一次": (
        both(job("2026-03-01", "2026-10-31"), job("2026-03-01", "2026-10-31", employer="示例托育园")),
        INFANT_CARE, 5, ON, "no", "2027-03-24",
    ),
    "五级：中间断开的，断开的不算": (
        both(job("2023-01-01", "2023-06-30"), job("2024-01-01", "2024-05-31", employer="示例托育园")),
        INFANT_CARE, 5, ON, "no", "2026-12-24",
    ),
    "五级：一整年的合同，算满一年": (job("2024-01-01", "2024-12-31"), INFANT_CARE, 5, ON, "yes", ON),
    "五级：合同少一天，不满一年": (job("2024-01-01", "2024-12-30"), INFANT_CARE, 5, ON, "no", "2026-11-25"),
    "五级：相关职业也算": (job("2025-01-01", post="母婴护理员"), INFANT_CARE, 5, ON, "yes", ON),
    "五级：别的职业不算": (job("2020-01-01", post="养老护理员"), INFANT_CARE, 5, ON, "no", "2027-11-24"),
    "五级：看不出是什么岗位，要人核对": (job("2020-01-01", post="后勤"), INFANT_CARE, 5, ON, "undecided", ON),
    "五级：岗位写育儿嫂，认得出": (job("2025-01-01", post="高级育儿嫂"), INFANT_CARE, 5, ON, "yes", ON),
    "五级：填报的工作有社保缴费，算数": (
        both(
            job("2025-06-01", post="育婴员", code=CODE, sure=False),
            lambda worker: insured(worker, *months("2025-06", 12)),
        ), INFANT_CARE, 5, ON, "yes", ON,
    ),
    "五级：社保只有十一个月，其余要人核对": (
        both(
            job("2025-06-01", post="育婴员", code=CODE, sure=False),
            lambda worker: insured(worker, *months("2025-06", 11)),
        ), INFANT_CARE, 5, ON, "undecided", ON,
    ),
    "五级：别的单位缴的社保不证明这份工作": (
        both(
            job("2025-06-01", post="育婴员", sure=False),
            lambda worker: insured(worker, *months("2025-06", 12)),
        ), INFANT_CARE, 5, ON, "undecided", ON,
    ),
    # 四级: 五级 and four years, six years, or a diploma in the field
    "四级：五级证书后四年，差一天": (
        both(cert(5, "2022-11-25"), job("2018-01-01", "2018-12-31"), job("2022-11-25", employer="示例托育园")),
        INFANT_CARE, 4, ON, "no", "2026-11-25",
    ),
    "四级：五级证书后四年，当天": (
        both(cert(5, "2022-11-24"), job("2022-11-24")), INFANT_CARE, 4, ON, "yes", ON,
    ),
    "四级：取证以前的工作不算“取证后”": (
        both(cert(5, "2025-11-24"), job("2021-11-24")), INFANT_CARE, 4, ON, "no", "2027-11-24",
    ),
    "四级：没有证书，六年当天": (job("2020-11-24"), INFANT_CARE, 4, ON, "yes", ON),
    "四级：没有证书，六年差一天": (job("2020-11-25"), INFANT_CARE, 4, ON, "no", "2026-11-25"),
    "四级：中专学前教育毕业": (diploma("vocational", "2020-06-30"), INFANT_CARE, 4, ON, "yes", ON),
    "四级：中专毕业是本人填报的，要人核对": (
        diploma("vocational", "2020-06-30", sure=False), INFANT_CARE, 4, ON, "undecided", ON,
    ),
    "四级：中专读的是会计，专业对不对口由人判断": (
        diploma("vocational", "2020-06-30", major="会计"), INFANT_CARE, 4, ON, "undecided", ON,
    ),
    "四级：普通高中不是职业学校": (diploma("senior", "2020-06-30"), INFANT_CARE, 4, ON, "no", "2032-11-24"),
    "四级：应届毕业生，明年六月毕业": (diploma("vocational", "2027-06-30"), INFANT_CARE, 4, ON, "yes", ON),
    "四级：后年才毕业，不算应届": (diploma("vocational", "2028-06-30"), INFANT_CARE, 4, ON, "no", "2032-11-24"),
    "四级：填报的五级证书，要人核对": (
        both(cert(5, "2020-01-01", sure=False), job("2021-11-24")), INFANT_CARE, 4, ON, "undecided", ON,
    ),
    "四级：被撤销的五级证书不算": (
        both(cert(5, "2020-01-01", state=SkillState.REVOKED), job("2021-11-24")),
        INFANT_CARE, 4, ON, "no", "2027-11-24",
    ),
    "四级：家政服务员五级证书也算": (
        both(cert(5, "2022-11-24", name="家政服务员", code=HOME_SERVICE), job("2022-11-24")),
        INFANT_CARE, 4, ON, "yes", ON,
    ),
    "四级：别的职业的五级证书不算": (
        both(cert(5, "2022-11-24", name="养老护理员", code=ELDERLY_CARE), job("2022-11-24")),
        INFANT_CARE, 4, ON, "no", "2028-11-24",
    ),
    # 三级
    "三级：四级证书后五年": (both(cert(4, "2021-11-24"), job("2021-11-24")), INFANT_CARE, 3, ON, "yes", ON),
    "三级：四级证书加高职毕业": (
        both(cert(4, "2026-01-01"), diploma("college", "2020-06-30", major="护理")), INFANT_CARE, 3, ON, "yes", ON,
    ),
    "三级：四级证书加大专学前教育，两年": (
        both(cert(4, "2024-11-24"), job("2024-11-24"), diploma("vocational", "2020-06-30", major="护理")),
        INFANT_CARE, 3, ON, "undecided", ON,
    ),
    "三级：只有五级证书，等不来": (both(cert(5, "2010-01-01"), job("2010-01-01")), INFANT_CARE, 3, ON, "no", None),
    # 养老护理员 2019: two years
    "养老四级：五级后两年，当天": (
        both(cert(5, "2024-11-24", name="养老护理员"), job("2024-11-24", post="养老护理员")),
        ELDERLY_CARE, 4, ON, "yes", ON,
    ),
    "养老四级：五级后两年，差一天": (
        both(cert(5, "2024-11-25", name="养老护理员"), job("2024-11-25", post="养老护理员")),
        ELDERLY_CARE, 4, ON, "no", "2026-11-25",
    ),
    # The general conditions, two editions: 家政服务员 has none of its own
    "通用 2023：年满 16 周岁就可以报五级": (nothing, HOME_SERVICE, 5, ON, "yes", ON),
    "通用 2018：同一个人在 2023 年要有一年工作": (nothing, HOME_SERVICE, 5, "2023-12-31", "no", "2024-12-31"),
    "通用 2023 年版施行第一天": (nothing, HOME_SERVICE, 5, "2024-01-01", "yes", "2024-01-01"),
    "通用 2018：五级后四年": (
        both(cert(5, "2019-12-31", code=HOME_SERVICE), job("2019-12-31", post="月嫂")),
        HOME_SERVICE, 4, "2023-12-31", "yes", "2023-12-31",
    ),
    "通用 2023：五级后三年就够": (
        both(cert(5, "2023-11-24", code=HOME_SERVICE), job("2023-11-24", post="月嫂")), HOME_SERVICE, 4, ON, "yes", ON,
    ),
    "通用 2023：二级要三级后五年": (
        both(cert(3, "2022-11-24", code=HOME_SERVICE), job("2022-11-24", post="家政服务员")),
        HOME_SERVICE, 2, ON, "no", "2027-11-24",
    ),
    "保育师二级：三级后四年": (
        both(cert(3, "2022-11-24", name="保育师"), job("2022-11-24", post="保育员")), NURSERY, 2, ON, "yes", ON,
    ),
    # Levels that the standard does not have
    "育婴员没有二级": (both(cert(3, "2010-01-01"), job("2010-01-01")), INFANT_CARE, 2, ON, "no", None),
    "家政服务员没有一级": (nothing, HOME_SERVICE, 1, ON, "no", None),
}  # fmt: skip


@pytest.mark.parametrize(("fill", "occupation", "level", "on", "outcome", "earliest"), CASES.values(), ids=CASES.keys())
def test_who_may_be_assessed(fill, occupation, level, on, outcome, earliest):
    worker = somebody()
    fill(worker)
    found = decided(worker, occupation, level, on)
    assert (found.decision.outcome.value, found.earliest_on and found.earliest_on.isoformat()) == (outcome, earliest)


@pytest.mark.parametrize(("born", "outcome"), [("2010-11-25", "no"), ("2010-11-24", "yes"), ("2010-11-23", "yes")])
def test_sixteen_is_old_enough_on_the_birthday(born, outcome):
    worker = somebody(born=date.fromisoformat(born))
    found = decided(worker, HOME_SERVICE, 5)
    assert found.decision.outcome.value == outcome
    assert found.earliest_on == max(date.fromisoformat(ON), date(2026, 11, int(born[-2:])))


def test_work_before_sixteen_does_not_count():
    worker = somebody(born=date(2009, 11, 24))
    a_job(worker, "2024-11-24")
    found = decided(worker, INFANT_CARE, 5)
    assert found.decision.outcome.value == "yes"
    assert decided(worker, INFANT_CARE, 5, "2026-11-23").decision.outcome.value == "no"


def test_she_reads_how_long_and_until_when():
    worker = somebody()
    a_job(worker, "2021-06-30")
    found = decided(worker, INFANT_CARE, 4)
    assert answer_words(found.decision).summary == "工作要满 6 年，还差 8 个月，到 2027-06-30 满足"
    assert found.is_assumed is False
    without = decided(somebody(), INFANT_CARE, 5)
    assert "现在开始做这一行，到 2027-11-24 满足" in answer_words(without.decision).summary
    assert without.is_assumed is True


def test_a_level_that_does_not_exist_is_refused_in_words():
    answer = answer_words(decided(somebody(), INFANT_CARE, 2).decision)
    assert (answer.verdict, answer.summary) == ("no", "这个职业没有这个等级，请选择其他等级。")


def test_a_decision_is_worked_out_again_from_what_was_stored():
    worker = somebody()
    a_job(worker, "2021-06-30")
    stored = to_json(decided(worker, INFANT_CARE, 4).decision)
    assert worker.id_number not in stored
    assert worker.name not in stored
    assert reproduce(stored).outcome == from_json(stored).outcome
    assert answer_words(from_json(stored)) == answer_words(decided(worker, INFANT_CARE, 4).decision)


def test_conditions_that_nobody_compared_are_shown_as_unverified():
    conditions = conditions_on(an_occupation(INFANT_CARE), 5, on=date(2026, 11, 24))
    assert conditions is not None
    assert [route.verified for route in conditions.routes] == [False, False]
    assert answer_words(decided(somebody(), INFANT_CARE, 5).decision).is_verified is False


def test_when_an_occupations_own_conditions_ended_a_person_decides():
    """No older edition slips in, and the general one does not either."""
    occupation = an_occupation(INFANT_CARE)
    edition = ConditionEdition.objects.get(base_key="infant-care-2019")
    edition.effective = period(date(2019, 1, 1), date(2026, 11, 23))
    edition.save(update_fields=["effective"])
    worker = somebody()
    a_job(worker, "2001-01-01")
    assert conditions_on(occupation, 5, on=date(2026, 11, 24)) is None
    found = decided(worker, INFANT_CARE, 5)
    assert (found.decision.outcome.value, found.earliest_on) == ("undecided", None)
    assert answer_words(found.decision).summary == "申报条件还没有发布，由工作人员核对。"
    assert decided(worker, INFANT_CARE, 5, "2026-11-23").decision.outcome.value == "yes"


def test_the_general_conditions_answer_until_an_occupations_own_begin():
    found = conditions_on(an_occupation(INFANT_CARE), 5, on=date(2018, 6, 1))
    assert found is not None
    assert found.title == "通用申报条件（2018 年编制技术规程）"
    assert conditions_on(an_occupation(INFANT_CARE), 5, on=date(2017, 12, 31)) is None


def test_time_goes_on_by_the_day():
    """Whatever day is named as the first, the day before is not enough and the day itself is."""
    worker = somebody()
    a_certificate(worker, 5, "2023-02-28")
    a_job(worker, "2020-01-31", "2021-03-15")
    a_job(worker, "2023-03-31", employer="示例托育园")
    first = decided(worker, INFANT_CARE, 4).earliest_on
    assert first == date(2027, 3, 31)
    assert decided(worker, INFANT_CARE, 4, (first - timedelta(days=1)).isoformat()).decision.outcome.value == "no"
    assert decided(worker, INFANT_CARE, 4, first.isoformat()).decision.outcome.value == "yes"
