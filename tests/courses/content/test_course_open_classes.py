"""父母课堂: written by schools or the bureau, let through by the bureau, seen by everybody."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.content.models import ParentClassIndexPage, ParentClassPage
from tests.courses.content.conftest import a_place
from tests.courses.content.test_course_versions import a_video
from tests.portal.people import signed_in

pytestmark = pytest.mark.django_db


def form(body, **fields):
    return nested_form_data(
        {
            "title": "宝宝吐奶怎么办",
            "summary": "新手爸妈看一看",
            "body": streamfield(body),
            "comments": inline_formset([]),
        }
        | fields
    )


TEXT = [("paragraph", rich_text("<p>拍嗝要轻。</p>"))]


def decide(browser, page):
    task = ParentClassPage.objects.get(pk=page.pk).current_workflow_task_state
    return browser.post(f"/cms/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"comment": ""})


def written(browser, parent, body=TEXT, **action):
    answer = browser.post(f"/cms/pages/add/content/parentclasspage/{parent.pk}/", form(body) | action)
    return answer, ParentClassPage.objects.order_by("-pk").first()


def test_a_school_writes_one_under_its_page_and_the_bureau_lets_it_through(place, officer, client):
    answer, page = written(place.browser, place.page, **{"action-submit": "1"})
    assert answer.status_code == 302
    assert client.get("/parents/").content.decode().count("宝宝吐奶怎么办") == 0
    decide(place.browser, page)
    assert not ParentClassPage.objects.get(pk=page.pk).live
    decide(signed_in(officer), page)
    assert "宝宝吐奶怎么办" in client.get("/parents/").content.decode()
    text = client.get(page.get_url()).content.decode()
    assert "拍嗝要轻。" in text
    assert "data-read-aloud" in text
    assert "宝宝吐奶怎么办" in client.get("/search/", {"q": "吐奶"}).content.decode().replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_the_bureau_writes_in_the_section_with_one_step(site, officer, client):
    section = ParentClassIndexPage.objects.get()
    bureau = signed_in(officer)
    _answer, page = written(bureau, section, **{"action-submit": "1"})
    assert [task.name for task in page.get_workflow().tasks] == ["人社局审核"]
    decide(bureau, page)
    assert "宝宝吐奶怎么办" in client.get("/parents/").content.decode()


def test_a_school_does_not_write_in_the_section_or_elsewhere(place):
    other = a_place(place.package)
    for parent in (ParentClassIndexPage.objects.get(), other.page):
        answer, page = written(place.browser, parent)
        assert answer.status_code in (302, 403)
        assert page is None


def test_a_video_plays_for_everybody_and_an_unready_or_foreign_one_is_refused(place, officer, client):
    unready = a_video(place, state="waiting", ready_at=None, rendition="", poster="")
    foreign = a_video(a_place(place.package))
    for video, sentence in ((unready, "还没有处理好"), (foreign, "不是本校的")):
        answer, page = written(place.browser, place.page, [("video", str(video.pk))], **{"action-submit": "1"})
        assert sentence in " ".join(str(message) for message in answer.context["messages"])
        assert page is None
    _answer, page = written(place.browser, place.page, [("video", str(a_video(place).pk))], **{"action-submit": "1"})
    decide(place.browser, page)
    decide(signed_in(officer), page)
    text = client.get(page.get_url()).content.decode()
    assert "<video controls" in text
    assert "/lesson-media/" in text


def test_nothing_empty_is_submitted(place):
    answer, page = written(place.browser, place.page, [], **{"action-submit": "1"})
    assert "还没有内容" in " ".join(str(message) for message in answer.context["messages"])
    assert page is None


def test_the_section_says_when_it_is_empty(site, client):
    assert "父母课堂正在准备" in client.get("/parents/").content.decode()
