"""When the database is away or a disk is full: 503, a sentence, and the form is still there."""

import errno

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from redis.exceptions import ConnectionError as AwayError

from foundation.storage import StoreAwayError
from portal.operations import cache as forgiving
from portal.operations.cache import ForgivingRedisCache
from portal.operations.outage import server_error


def answer_to(error, request):
    try:
        raise error
    except Exception:  # noqa: BLE001 - as Django's own handler does
        return server_error(request)


@pytest.mark.parametrize("error", [OperationalError("the connection is lost"), InterfaceError("closed")])
def test_a_page_asked_for_meanwhile_says_when_to_come_back(error):
    answer = answer_to(error, RequestFactory().get("/courses/"))
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "系统正在恢复，请稍等一会儿" in text
    assert "<form" not in text


def test_a_form_is_on_the_page_again_without_a_word_lost_and_nothing_of_it_is_code():
    request = RequestFactory().post("/my/district/?next=/my/", {"street": '<b>"鼓浪屿"</b>', "days": ["1", "2"]})
    text = answer_to(OperationalError("gone"), request).content.decode()
    assert 'action="/my/district/?next=/my/"' in text
    assert 'name="street" value="&lt;b&gt;&quot;鼓浪屿&quot;&lt;/b&gt;"' in text
    assert text.count('name="days"') == 2
    assert "再试一次" in text


def test_a_password_or_a_file_is_not_kept_and_the_page_says_so():
    request = RequestFactory().post("/staff/sign-in/", {"username": "intake", "password": "correct-horse"})
    text = answer_to(OperationalError("gone"), request).content.decode()
    assert "correct-horse" not in text
    assert "密码可能需要重新输入" in text
    assert "<form" not in text


def test_a_full_disk_is_told_as_such():
    answer = answer_to(OSError(errno.ENOSPC, "No space left on device"), RequestFactory().post("/my/photo/", {}))
    assert answer.status_code == 503
    assert "文件没有保存：服务器的存储空间满了" in answer.content.decode()


def test_a_store_of_files_that_is_away_is_told_as_such():
    answer = answer_to(StoreAwayError("refused by store.example"), RequestFactory().post("/my/photo/", {}))
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "文件暂时打不开，也保存不了" in text
    assert "store.example" not in text


def test_any_other_fault_is_still_a_fault_of_ours():
    for error in (ValueError("x"), OSError(errno.EACCES, "denied")):
        assert answer_to(error, RequestFactory().get("/")).status_code == 500


def test_the_site_uses_it():
    from portal import urls

    assert urls.handler500 == "portal.operations.outage.server_error"


@pytest.fixture
def cache(monkeypatch):
    """A cache whose Redis does not answer; counts how often it was asked."""
    made = ForgivingRedisCache("redis://127.0.0.1:1/0", {"KEY_PREFIX": "t"})
    asked = []

    class Gone:
        def __getattr__(self, name):
            def ask(*args, **fields):
                asked.append(name)
                raise AwayError("refused")

            return ask

    monkeypatch.setattr(ForgivingRedisCache, "_cache", Gone())
    monkeypatch.setattr(ForgivingRedisCache, "_rests_until", 0.0)
    made.asked = asked
    return made


def test_without_redis_the_cache_is_empty_lets_people_through_and_rests(cache):
    assert cache.get("a", "nothing") == "nothing"
    cache.set("a", 1)
    assert (cache.add("a", 0), cache.incr("a"), cache.get_many(["a"]), cache.delete("a")) == (True, 1, {}, False)
    assert cache.asked == ["get"]


def test_after_its_rest_it_is_asked_again(cache, monkeypatch):
    cache.get("a")
    monkeypatch.setattr(ForgivingRedisCache, "_rests_until", 0.0)
    cache.get("a")
    assert cache.asked == ["get", "get"]
    assert forgiving.REST_SECONDS < 5
