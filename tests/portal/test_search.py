"""Search finds Chinese words wherever they stand in a sentence."""

import pytest
from django.test import Client

from portal.cms.base import site_base_load
from portal.cms.models import GuidePage, NewsIndexPage, NewsPage
from portal.search.chinese import filed, pieces
from portal.search.models import Synonym
from portal.search.selectors import marked, pages_found

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(base_policy):
    site_base_load()
    parent = NewsIndexPage.objects.get()

    def publish(title, body="", **fields):
        page = NewsPage(title=title, body=[("paragraph", f"<p>{body}</p>")], **fields)
        parent.add_child(instance=page)
        return page

    return publish


def found(text):
    results, _ = pages_found(text)
    return {page.title for page in results}


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("月子餐", " 月子 子餐 餐 "),
        ("考A级证", " 考 A 级证 证 "),
        ("plain", "plain"),
    ],
)
def test_runs_are_filed_as_pairs(text, index):
    assert filed(text) == index


def test_a_query_falls_into_its_chinese_and_other_parts():
    assert list(pieces("月嫂 2026，补贴！")) == [("月嫂", True), ("2026", False), ("补贴", True)]


def test_words_inside_sentences(news):
    news("筼筜湖边学做月子餐", body="用 Wagtail 排版的 2026 新课")
    news("无关的一页", body="别的内容")
    is_found = {
        "月子餐": True,  # in the middle of a sentence
        "筼筜湖": True,  # rare characters
        "做月": True,
        "餐": True,  # a single character
        "湖边学做 厨艺": False,  # both must be there
        "湖边 月子餐": True,
        "子月": False,  # not in this order
        "WAGTAIL": True,  # letters in any case
        "2026": True,
    }
    assert {query: "筼筜湖边学做月子餐" in found(query) for query in is_found} == is_found


def test_what_people_say_finds_what_the_rules_say(news):
    news("母婴护理员五级开班")
    assert "母婴护理员五级开班" in found("月嫂")
    Synonym.objects.all().delete()
    assert "母婴护理员五级开班" not in found("月嫂")


def test_drafts_are_not_found(news):
    news("未发布的月子餐课", live=False)
    assert found("月子餐课") == set()


def test_an_unpublished_page_leaves_the_index(news):
    page = news("先发布的收纳课")
    page.unpublish()
    assert found("收纳课") == set()


def test_odd_queries_are_answered_with_a_page(client: Client, news):
    odd = ["", "  ", "!!!", "'; DROP TABLE", "a & | ! ( <->", "%", "\x00", "好" * 400, "\\"]
    answers = {query: client.get("/search/", {"q": query}).status_code for query in odd}
    assert answers == dict.fromkeys(odd, 200)


def test_hits_are_marked_and_everything_else_is_escaped():
    assert marked("<b>月嫂</b>补贴", ["月嫂"]) == "&lt;b&gt;<mark>月嫂</mark>&lt;/b&gt;补贴"


def test_the_page_shows_marked_titles(client: Client, news):
    news("母婴护理员五级开班", body="母婴护理员要学新生儿护理")
    text = client.get("/search/", {"q": "月嫂"}).content.decode()
    assert "<mark>母婴护理员</mark>五级开班" in text


def test_a_search_takes_the_same_number_of_queries_for_one_hit_or_ten(client, news, django_assert_max_num_queries):
    for number in range(10):
        news(f"收纳整理第{number}课")
    client.get("/search/?q=收纳")
    with django_assert_max_num_queries(20):
        assert client.get("/search/?q=收纳").content.decode().count("<mark>收纳</mark>") >= 10


def test_a_guide_is_found_by_whatever_it_says(news):
    guides = set(GuidePage.objects.values_list("title", flat=True))
    said = ["居民身份证", "福建省备案", "就业补助资金管理办法", "民政局", "街道便民服务中心"]
    assert [query for query in said if not found(query) & guides] == []


def test_everyday_words_find_something_on_the_first_day(news):
    said = ["月嫂", "保姆", "育儿嫂", "护工", "社保卡", "身份证", "领钱"]
    assert [query for query in said if not found(query)] == []
