"""Officers at their desks: the way in with two factors, a new rate that two people must make, the public's page."""

from playwright.sync_api import Page, expect

from foundation.audit.models import AuditEvent
from tests.e2e.journeys import (
    code_of_app,
    give_password,
    heading,
    keep_picture,
    password_of,
    press,
    wrong,
)


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
