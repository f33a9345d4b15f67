"""A school writes about itself in the editors' pages; the bureau reads it first, then the public."""

from playwright.sync_api import Page, expect

from portal.cms.models import SchoolPage
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import enter_staff, heading, keep_picture

OLD = "家务服务、母婴护理、育婴员培训，晚上和周末都有班（演示）。"
NEW = "十二月起新开母婴护理周末班，住得远的可以住校。"
REVIEW = "等待你的审查"


def choose(page: Page, action: str) -> None:
    """One of the actions below a page that is being edited."""
    page.get_by_role("button", name="更多动作").click()
    page.get_by_role("button", name=action, exact=True).click()


def open_from_review_list(page: Page, title: str) -> None:
    """From the desk to what waits for this person's review."""
    page.goto("/staff/")
    page.get_by_role("link", name="等待审核的页面").click()
    page.get_by_role("region", name=REVIEW).get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("textbox", name="摘要", exact=True)).to_have_value(NEW)


def public_page_says(page: Page, words: str, *, instead_of: str) -> None:
    page.reload()
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text(instead_of)).to_have_count(0)


def test_a_schools_words_reach_the_public_when_the_bureau_agrees(visit):
    school = SchoolPage.objects.get()
    public, desk, bureau = visit(PHONE), visit(DESKTOP), visit(DESKTOP)
    public.goto("/schools/")
    public.get_by_role("link", name=school.title).click()
    heading(public, school.title)
    public_page_says(public, OLD, instead_of=NEW)

    enter_staff(desk, "school")
    heading(desk, "待办")
    desk.get_by_role("link", name="本校页面").first.click()
    desk.get_by_role("button", name="页面").click()
    desk.get_by_role("link", name=school.title, exact=True).click()
    desk.get_by_role("button", name="动作").first.click()
    desk.get_by_role("link", name="编辑").first.click()
    desk.get_by_role("textbox", name="摘要", exact=True).fill(NEW)
    keep_picture(desk, "school-edit")
    choose(desk, f"提交给{school.title} → 人社局")
    expect(desk.get_by_text(f"页面 '{school.title}' 已经提交进行审核。")).to_be_visible()
    open_from_review_list(desk, school.title)
    choose(desk, "批准")
    expect(desk.get_by_text(f"页面 '{school.title}' 已被更新。")).to_be_visible()
    public_page_says(public, OLD, instead_of=NEW)  # the school alone changes nothing

    enter_staff(bureau, "intake")
    open_from_review_list(bureau, school.title)
    keep_picture(bureau, "bureau-review")
    choose(bureau, "批准并发布")
    expect(bureau.get_by_text(f"页面 '{school.title}' 已被更新。")).to_be_visible()
    public_page_says(public, NEW, instead_of=OLD)
