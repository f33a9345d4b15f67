"""A school writes a course, somebody of the bureau lets the public see it; what is unready never gets there."""

import json
from datetime import date, timedelta

import pytest
from wagtail.models import Comment, PageLogEntry, Task, TaskState, WorkflowState

from courses.catalogue.states import PackageStatus
from courses.content.models import CoursePage, CourseVersion
from courses.schools.models import School, SchoolScope
from courses.schools.states import SchoolState
from foundation.accounts.states import Role
from foundation.database import period
from tests.courses.builders import a_package_version, school_staff
from tests.courses.content.conftest import a_draft, a_place, act, posted
from tests.portal.people import person, signed_in
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db
SUBMIT = {"action-submit": "1"}
PUBLISH = {"action-publish": "1"}


@pytest.fixture(autouse=True)
def today(time_machine):
    """The gates read the clock."""
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)


def fresh(page):
    return CoursePage.objects.get(pk=page.pk)


def task_of(page):
    return fresh(page).current_workflow_task_state


def decide(browser, page, action="approve", comment=""):
    return browser.post(f"/cms/pages/workflow/action/{page.pk}/{action}/{task_of(page).pk}/", {"comment": comment})


def submitted(place):
    page = a_draft(place)
    assert act(place, page, posted(place), **SUBMIT).status_code == 302
    return page


def at_the_bureau(place):
    page = submitted(place)
    assert decide(place.browser, page).status_code == 302
    return page


def published(place, officer):
    page = at_the_bureau(place)
    assert decide(signed_in(officer), page).status_code == 302
    return fresh(page)


def in_script(text):
    """How a script of the editor spells Chinese."""
    return json.dumps(text)[1:-1]


def nothing_is_public(page):
    return not fresh(page).live and not CourseVersion.objects.exists()


def sentences(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_school_then_bureau_then_the_public(place, officer, client):
    page = submitted(place)
    assert task_of(page).task.name.endswith("校内审核")
    assert decide(place.browser, page).status_code == 302
    assert task_of(page).task.name == "人社局审核"
    assert nothing_is_public(page)
    assert decide(signed_in(officer), page).status_code == 302
    page = fresh(page)
    assert page.live is True
    version = CourseVersion.objects.get(page=page)
    assert (version.number, version.published_by, version.fee_fen, version.school) == (1, officer, 120000, place.school)
    assert [(lesson.title, lesson.unit.code, lesson.credited_minutes) for lesson in version.lessons.all()] == [
        ("给宝宝洗澡", "yy-03", 180)
    ]
    assert "母婴护理员五级班" in client.get(page.get_url()).content.decode()


def test_a_school_can_submit_and_never_publish(place):
    page = a_draft(place)
    assert not page.permissions_for_user(place.academic).can_publish()
    act(place, page, posted(place), **PUBLISH)
    assert nothing_is_public(page)


def test_the_bureau_comments_on_a_field_and_sends_the_course_back(place, officer):
    page = at_the_bureau(place)
    bureau = signed_in(officer)
    data = posted(place) | {
        "comments-TOTAL_FORMS": "1",
        "comments-0-contentpath": "fee_fen",
        "comments-0-text": "学费请与备案价一致",
        "comments-0-position": "",
        "comments-0-id": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "1000",
    }
    assert act(bureau, page, data).status_code == 302
    assert Comment.objects.get(page=page).text == "学费请与备案价一致"
    assert decide(bureau, page, "reject", "请看批注").status_code == 302
    assert fresh(page).current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert TaskState.objects.latest("pk").comment == "请看批注"
    assert in_script("学费请与备案价一致") in place.browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert nothing_is_public(page)
    comments = {name: value for name, value in data.items() if name.startswith("comments")}
    comments |= {"comments-INITIAL_FORMS": "1", "comments-0-id": str(Comment.objects.get().pk)}
    assert act(place, page, posted(place, fee_fen="1000") | comments, **SUBMIT).status_code == 302
    assert decide(bureau, page).status_code == 302
    assert CourseVersion.objects.get(page=page).fee_fen == 100000


def outside_scope(place):
    SchoolScope.objects.filter(school=place.school).delete()


def scope_over(place):
    SchoolScope.objects.update(effective=period(date(2020, 1, 1), TODAY - timedelta(days=1)))


def scope_of_another_level(place):
    SchoolScope.objects.update(level=4)


def scope_to_come(place):
    SchoolScope.objects.update(effective=period(TODAY + timedelta(days=1)))


def licence_over(place):
    School.objects.update(licensed=period(date(2020, 1, 1), TODAY - timedelta(days=1)))


def suspended(place):
    School.objects.update(state=SchoolState.SUSPENDED)


def closed(place):
    School.objects.update(state=SchoolState.CLOSED)


def package_retired(place):
    place.package.status = PackageStatus.RETIRED
    place.package.save()


OBSTACLES = [
    (outside_scope, "不在本校的培训范围内"),
    (scope_over, "不在本校的培训范围内"),
    (scope_of_another_level, "不在本校的培训范围内"),
    (scope_to_come, "不在本校的培训范围内"),
    (licence_over, "不在办学许可证有效期内"),
    (suspended, "已被暂停开班"),
    (closed, "已退出培训机构名录"),
    (package_retired, "今天不能再用"),
]


@pytest.mark.parametrize(("obstacle", "sentence"), OBSTACLES)
def test_submission_is_refused_with_the_reason_and_keeps_what_was_typed(place, obstacle, sentence):
    page = a_draft(place)
    obstacle(place)
    answer = act(place, page, posted(place, summary="刚刚改的一句话"), **SUBMIT)
    assert answer.status_code == 200
    assert sentence in sentences(answer)
    assert "刚刚改的一句话" in answer.content.decode()
    assert task_of(page) is None
    assert nothing_is_public(page)


@pytest.mark.parametrize(("obstacle", "sentence"), OBSTACLES)
def test_the_schools_own_approval_is_refused_too(place, obstacle, sentence):
    page = submitted(place)
    obstacle(place)
    answer = decide(place.browser, page)
    assert answer.status_code == 302
    assert sentence in sentences(place.browser.get("/cms/"))
    assert (task_of(page).task.name.endswith("校内审核"), task_of(page).status) == (True, TaskState.STATUS_IN_PROGRESS)


@pytest.mark.parametrize(("obstacle", "sentence"), OBSTACLES)
def test_the_bureaus_approval_is_refused_and_stays_open(place, officer, obstacle, sentence):
    page = at_the_bureau(place)
    obstacle(place)
    bureau = signed_in(officer)
    assert decide(bureau, page).status_code == 302
    assert sentence in sentences(bureau.get("/cms/"))
    assert (task_of(page).task.name, task_of(page).status) == ("人社局审核", TaskState.STATUS_IN_PROGRESS)
    assert nothing_is_public(page)


@pytest.mark.parametrize(("obstacle", "sentence"), OBSTACLES)
def test_the_bureau_cannot_publish_past_the_checks_from_the_editor(place, officer, obstacle, sentence):
    page = a_draft(place)
    obstacle(place)
    answer = act(signed_in(officer), page, posted(place), **PUBLISH)
    assert answer.status_code == 200
    assert sentence in sentences(answer)
    assert nothing_is_public(page)


def test_nor_in_bulk(place, officer):
    page = a_draft(place)
    suspended(place)
    bureau = signed_in(officer)
    answer = bureau.post(f"/cms/bulk/wagtailcore/page/publish/?id={page.pk}", {})
    assert answer.status_code == 302
    assert "已被暂停开班" in sentences(bureau.get("/cms/"))
    assert nothing_is_public(page)


def test_approval_inside_the_editor_is_refused_too(place, officer):
    page = at_the_bureau(place)
    suspended(place)
    answer = act(
        signed_in(officer),
        page,
        posted(place),
        **{"action-workflow-action": "1", "workflow-action-name": "approve", "workflow-action-extra-data": "{}"},
    )
    assert answer.status_code == 200
    assert "已被暂停开班" in sentences(answer)
    assert nothing_is_public(page)


def test_a_refusal_in_a_dialogue_leads_back_to_the_page(place, officer):
    page = at_the_bureau(place)
    suspended(place)
    answer = signed_in(officer).post(
        f"/cms/pages/workflow/action/{page.pk}/approve/{task_of(page).pk}/",
        {"comment": ""},
        headers={"x-requested-with": "XMLHttpRequest", "referer": f"http://testserver/cms/pages/{page.pk}/edit/"},
    )
    assert answer.json() == {"step": "success", "redirect": f"http://testserver/cms/pages/{page.pk}/edit/"}
    assert nothing_is_public(page)


def test_a_course_without_lessons_is_not_submitted(place):
    page = a_draft(place, lessons=[])
    answer = act(place, page, posted(place, lessons=[]), **SUBMIT)
    assert "课程还没有课时" in sentences(answer)
    assert task_of(page) is None


def test_the_editor_lists_what_is_missing_before_anybody_submits(place):
    page = a_draft(place, lessons=[])
    assert "课程还没有课时" in place.browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    act(place, page, posted(place))
    assert "检查通过，可以提交审核" in place.browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()


def test_packages_outside_the_scope_are_not_offered_and_not_taken(place):
    other = a_package_version(work_type="整理收纳师")
    text = place.browser.get(f"/cms/pages/add/content/coursepage/{place.page.pk}/").content.decode()
    assert str(place.package) in text
    assert str(other) not in text
    answer = place.browser.post(
        f"/cms/pages/add/content/coursepage/{place.page.pk}/", posted(place, lessons=[], package_version=other.pk)
    )
    assert answer.status_code == 200
    assert not CoursePage.objects.exists()


def test_lessons_name_units_of_the_package_and_no_others(place):
    page = a_draft(place)
    text = place.browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert in_script("单元yy-03") in text
    lesson = {"kind": "practical", "title": "别处的课", "unit": "zz-99", "hours": "4", "content": ""}
    answer = act(place, page, posted(place, lessons=[lesson]))
    assert answer.status_code == 200
    assert "zz-99" not in str(fresh(page).get_latest_revision_as_object().lessons.raw_data)


def test_the_address_is_short_and_every_course_has_its_own(place):
    first, second = a_draft(place), a_draft(place)
    assert (first.slug, second.slug) == ("course", "course-2")


def test_another_school_neither_edits_nor_sees_the_draft(place, client):
    page = a_draft(place)
    other = a_place(place.package)
    for address in (
        f"/cms/pages/{page.pk}/edit/",
        f"/cms/pages/{page.pk}/view_draft/",
        f"/cms/pages/{page.pk}/history/",
    ):
        assert other.browser.get(address).status_code in (302, 403), address
    before = fresh(page).latest_revision_id
    answer = act(other, page, posted(other, title="改名"), **SUBMIT)
    assert answer.status_code in (302, 403)
    assert fresh(page).latest_revision_id == before
    assert page.title not in other.browser.get(f"/cms/pages/{place.page.pk}/").content.decode()
    assert client.get(page.get_url()).status_code == 404
    add = other.browser.post(f"/cms/pages/add/content/coursepage/{place.page.pk}/", posted(other, lessons=[]))
    assert add.status_code in (302, 403)
    assert CoursePage.objects.count() == 1


def test_another_school_cannot_decide(place):
    page = submitted(place)
    other = a_place(place.package)
    assert decide(other.browser, page).status_code in (302, 403)
    assert task_of(page).status == TaskState.STATUS_IN_PROGRESS


def test_the_school_previews_its_draft(place):
    page = a_draft(place)
    answer = place.browser.get(f"/cms/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    assert "母婴护理员五级班" in answer.content.decode()
    preview = place.browser.post(
        f"/cms/pages/add/content/coursepage/{place.page.pk}/preview/", posted(place, lessons=[])
    )
    assert preview.json() == {"is_valid": True, "is_available": True}
    assert place.browser.get(f"/cms/pages/add/content/coursepage/{place.page.pk}/preview/").status_code == 200


def test_a_published_course_is_not_deleted_moved_or_doubled_elsewhere(place, officer):
    page = published(place, officer)
    other = a_place(place.package)
    admin = signed_in(person(Role.ADMINISTRATOR))
    admin.post(f"/cms/pages/{page.pk}/delete/", {"confirm_site_name": page.title})
    assert "不能删除" in sentences(admin.get("/cms/"))
    admin.post(f"/cms/pages/{page.pk}/move/{other.page.pk}/confirm/", {"new_parent_page": other.page.pk})
    assert "不能移到别处" in sentences(admin.get("/cms/"))
    admin.post(
        f"/cms/pages/{page.pk}/copy/",
        {"new_title": "复制", "new_slug": "copy", "new_parent_page": other.page.pk, "alias": "on"},
    )
    assert "只能在本校页面下复制" in sentences(admin.get("/cms/"))
    admin.post(f"/cms/bulk/wagtailcore/page/delete/?id={page.pk}", {})
    assert "不能删除" in sentences(admin.get("/cms/"))
    assert CoursePage.objects.child_of(place.page).get() == page
    assert not CoursePage.objects.child_of(other.page).exists()


def test_the_moderation_log_names_who_did_what(place, officer):
    page = published(place, officer)
    entries = PageLogEntry.objects.filter(page=page).values_list("action", "user__username")
    assert ("wagtail.workflow.start", place.academic.username) in entries
    assert ("wagtail.publish", officer.username) in entries


def test_a_colleague_goes_on_where_the_first_stopped(place):
    page = a_draft(place)
    colleague = signed_in(school_staff(place.school))
    assert act(colleague, page, posted(place, title="同事改的名")).status_code == 302
    assert fresh(page).get_latest_revision_as_object().title == "同事改的名"


def test_there_is_one_bureau_step_for_every_school(place):
    a_place(place.package)
    assert Task.objects.filter(name="人社局审核").count() == 1


def test_while_the_bureau_decides_the_school_cannot_change_the_course(place):
    page = at_the_bureau(place)
    before = fresh(page).latest_revision_id
    answer = act(place, page, posted(place, title="偷偷改"))
    assert answer.status_code == 200
    assert "偷偷改" not in fresh(page).get_latest_revision_as_object().title
    assert fresh(page).latest_revision_id == before
