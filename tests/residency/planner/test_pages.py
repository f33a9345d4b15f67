"""What she reads, what an officer at the counter reads, and who may open it."""

import pytest
import time_machine

from foundation.accounts.states import Role
from tests.certifications.applications.builders import HOME_SERVICE, INFANT_CARE
from tests.portal.people import person, signed_in
from tests.residency.planner.builders import HULI, a_class, a_person, cert, job, rules_loaded
from tests.subsidies.builders import a_figure, a_scheme
from tests.workers.builders import a_worker

pytestmark = pytest.mark.django_db
NOW = "2026-11-23T10:00:00+08:00"


@pytest.fixture(autouse=True)
def today():
    rules_loaded()
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def hers(*fills, district=HULI) -> str:
    worker = a_person(*fills, district=district)
    answer = signed_in(worker.user).get("/my/plan/")
    assert answer.status_code == 200
    return text_of(answer)


def test_the_page_says_where_she_is_and_what_comes_next():
    page = hers(cert(5, "2025-11-23"), job("2025-11-23", post="家政服务员"))
    assert "家政服务员 四级/中级工" in page
    assert "最早 2028年11月23日 能报。" in page
    assert "做这一行 1 年。" in page
    assert "其中有凭据的 1 年。" in page
    assert page.index("育婴员 五级/初级工") < page.index("家政服务员 四级/中级工")


def test_a_declared_level_is_shown_as_declared():
    page = hers(cert(5, "2020-11-01", sure=False))
    assert "本人填报，还没核实" in page
    assert "您填报过这一级的证书。核实以后就不用再考。" in page


def test_without_a_certificate_she_gets_the_way_in():
    a_class(HOME_SERVICE, 5)
    page = hers()
    assert "档案里还没有技能等级证书。" in page
    assert "在您住的区" in page
    assert "入门" in page


def test_at_the_top_of_an_occupation_no_higher_level_is_offered():
    page = hers(cert(3, "2022-11-01", INFANT_CARE))
    assert "这个职业的标准到这一级为止，没有更高的等级。" in page
    assert "育婴员 二级/技师" not in page


def test_the_cost_names_fee_subsidy_and_what_is_left():
    a_scheme()
    a_figure("example.training.amount.level4", 100_000)
    a_class(HOME_SERVICE, 4)
    page = hers(cert(5, "2018-11-01"))
    assert "第一个班学费 1,200 元。拿到证书后领补贴 1,000 元，算下来自己出 <strong>200 元</strong>。" in page
    assert "有官方文件" in page


def test_without_a_rule_in_force_the_subsidy_is_to_be_confirmed():
    a_class(HOME_SERVICE, 4)
    page = hers(cert(5, "2018-11-01"))
    assert "补贴：政策待确认，先按没有补贴打算。" in page
    assert "原来的规定到 2025年12月31日 为止，新的还没有公布。" in page.replace("2025年12月31日为", "2025年12月31日 为")


def test_the_demonstration_says_that_it_is_one():
    rules_loaded(with_demonstration=True)
    a_class(HOME_SERVICE, 4)
    page = hers(cert(5, "2018-11-01"))
    assert "演示项目不是真实政策。真实的补贴：政策待确认。" in page


def test_a_full_class_offers_the_waiting_list_and_no_class_the_finder():
    a_class(HOME_SERVICE, 4, seats=20, seats_taken=20)
    page = hers(cert(5, "2018-11-01"))
    assert "已满，可以候补" in page
    assert "现在没有正在报名的班。" in page
    assert "/courses/?occupation=4-10-01-02&amp;level=5" in page


def test_residency_is_a_self_estimate_and_no_promise():
    page = hers(cert(5, "2018-11-01"), job("2018-11-01", post="家政服务员"))
    assert "自测，非官方。能不能落户由公安机关决定，平台不作保证。" in page
    assert "上海" not in page
    assert "东莞" not in page


def test_hours_that_nobody_told_are_not_a_nought():
    page = hers(cert(3, "2018-11-01", "4-10-01-03"))
    assert "还没有公布学时。" in page
    assert "共 0 学时" not in page


def test_without_a_district_she_is_asked_for_it():
    assert "还不知道您住在哪个区" in hers(district="")


def test_an_account_that_nothing_has_proven_reads_no_plan():
    worker = a_worker()
    cert(5, "2018-11-01")(worker)
    page = text_of(signed_in(worker.user).get("/my/plan/"))
    assert "先完成实名，再看规划" in page
    assert "家政服务员" not in page


def test_the_worker_finds_the_plan_on_her_start_page():
    worker = a_person()
    assert 'href="/my/plan/"' in text_of(signed_in(worker.user).get("/my/"))


def test_an_officer_at_the_counter_opens_the_same_plan_masked():
    worker = a_person(cert(5, "2018-11-01"))
    client = signed_in(person(Role.OFFICER_INTAKE))
    page = text_of(client.get(f"/counter/plan/{worker.pk}/"))
    assert "家政服务员 四级/中级工" in page
    assert worker.masked_name in page
    assert worker.name not in page
    assert worker.id_number not in page
    assert "/my/" not in page
    assert f'href="/counter/plan/{worker.pk}/"' in text_of(client.get(f"/workers/{worker.pk}/"))


@pytest.mark.parametrize("role", [Role.WORKER, Role.SCHOOL_STAFF, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_nobody_else_opens_somebodys_plan(role):
    worker = a_person()
    assert signed_in(person(role)).get(f"/counter/plan/{worker.pk}/").status_code == 403


def test_an_officer_does_not_open_her_own_file_at_the_counter():
    officer = person(Role.OFFICER_INTAKE)
    worker = a_person()
    type(worker).objects.filter(pk=worker.pk).update(user=officer)
    assert signed_in(officer).get(f"/counter/plan/{worker.pk}/").status_code == 404
