"""Officers at their desks: the way in with two factors, a new rate that two people must make, the public's page."""

from datetime import timedelta

import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from foundation.audit.models import AuditEvent
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import (
    code_of_app,
    enter_staff,
    give_password,
    heading,
    keep_picture,
    password_of,
    press,
    wrong,
)

PARAMETER = "演示培训补贴：五级（初级工）标准"
DOCUMENT = "演示补贴办法（不是真实政策）"


def signed_in_events(user_name: str) -> int:
    return AuditEvent.objects.filter(action="accounts.user.signed_in", actor__username=user_name).count()


def test_an_officer_comes_in_only_with_her_second_factor(on_desktop: Page) -> None:
    page = on_desktop
    page.goto("/")
    page.get_by_role("link", name="工作人员登录").click()
    heading(page, "工作人员登录")
    keep_picture(page, "desk-sign-in")
    give_password(page, "policy", "not-her-password")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确。忘记密码请联系本单位的系统管理员。")
    expect(page.get_by_label("用户名")).to_have_value("policy")
    keep_picture(page, "desk-sign-in-error")
    give_password(page, "policy", password_of("policy"))
    heading(page, "第二步验证")
    keep_picture(page, "desk-second-factor")
    for path in ("/staff/", "/cms/", "/staff/audit/"):
        page.goto(path)
        heading(page, "工作人员登录")
    assert signed_in_events("policy") == 0
    page.goto("/staff/sign-in/")
    give_password(page, "policy", password_of("policy"))
    page.get_by_label("动态验证码").fill(wrong(code_of_app("policy")))
    press(page, "登录")
    expect(page.get_by_role("alert")).to_contain_text("动态验证码不对。请照着验证器应用上最新的 6 位数字再填一次。")
    expect(page.get_by_role("button", name="改用安全密钥")).to_have_count(0)  # she has none
    keep_picture(page, "desk-second-factor-error")
    page.get_by_label("动态验证码").fill(code_of_app("policy"))
    press(page, "登录")
    heading(page, "待办")
    keep_picture(page, "desk-home")
    assert signed_in_events("policy") == 1
    page.get_by_role("link", name="内容与政策管理").first.click()
    page.wait_for_url("**/cms/")
    keep_picture(page, "desk-cms")
    assert page.locator("html").get_attribute("lang") in {"zh-hans", "zh-Hans", "zh-CN"}


def rate_shown(page: Page) -> list[str]:
    """The rate of the lowest level as the public guide shows it, with its days."""
    page.goto("/guides/demonstration-training-subsidy/")
    figure = page.locator(".figure").filter(has_text="五级/初级工")
    return [figure.locator(".value").inner_text(), figure.locator(".source").inner_text()]


def test_a_new_rate_takes_two_officers_and_shows_on_its_day(visit):
    tomorrow = timezone.localdate() + timedelta(days=1)
    public, drafter, publisher = visit(PHONE), visit(DESKTOP), visit(DESKTOP)
    assert rate_shown(public)[0].startswith("700 元")

    enter_staff(drafter, "policy")
    drafter.get_by_role("link", name="内容与政策管理").first.click()
    drafter.get_by_role("button", name="政策管理").click()
    drafter.get_by_role("link", name="政策参数").click()
    drafter.get_by_role("textbox", name="搜索条件").fill("demonstration.training.amount.level5")
    drafter.get_by_role("link", name=PARAMETER, exact=True).click()
    drafter.get_by_role("link", name="起草新的数值").click()
    drafter.get_by_role("spinbutton", name="数值").fill("850")
    drafter.get_by_role("textbox", name="开始执行日期").fill(tomorrow.isoformat())
    drafter.get_by_role("combobox", name="依据文件").select_option(label=DOCUMENT)
    drafter.get_by_role("textbox", name="条款").fill("第三条")
    drafter.get_by_role("combobox", name="来源可靠程度").select_option(index=1)
    keep_picture(drafter, "policy-draft")
    press(drafter, "创建")
    heading(drafter, PARAMETER)
    expect(drafter.get_by_text("这是您起草的，请由另一位政策管理人员核对后发布。")).to_be_visible()
    expect(drafter.get_by_role("button", name="核对无误，发布")).to_have_count(0)
    keep_picture(drafter, "policy-own-draft")

    enter_staff(publisher, "policy2")
    expect(publisher.get_by_role("heading", name="有 1 件事等您处理")).to_be_visible()
    publisher.get_by_role("link", name="待发布的政策标准").click()
    publisher.get_by_role("link", name=PARAMETER, exact=True).click()
    expect(publisher.get_by_role("row", name="数值 700 元 850 元")).to_be_visible()
    keep_picture(publisher, "policy-publish")
    press(publisher, "核对无误，发布")
    expect(publisher.get_by_text("已发布，从执行日期起生效。")).to_be_visible()

    assert rate_shown(public)[0].startswith("700 元")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        value, source = rate_shown(public)
        assert value.startswith("850 元")
        assert "第三条" in source
        assert f"自{tomorrow.year}年{tomorrow.month}月{tomorrow.day}日起有效" in source
    keep_picture(public, "guide-new-rate")
