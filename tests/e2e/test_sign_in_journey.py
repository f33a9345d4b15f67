"""A new visitor on a small phone: from the home page to a page of her own, and back out."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of, user_by_phone
from foundation.accounts.states import Role
from foundation.sms.models import SmsMessage
from foundation.sms.templates import SIGN_IN_CODE
from tests.e2e.conftest import PHONE
from tests.e2e.journeys import ask_for_code, code_of_newest_message, enter_code, heading, keep_picture, press, wrong

NUMBER, MASKED = "19900000654", "199****0654"
NO_SCRIPTS = PHONE | {"java_script_enabled": False}


def sign_in(page: Page, phone: str = NUMBER) -> None:
    page.goto("/sign-in/")
    ask_for_code(page, phone)
    enter_code(page, code_of_newest_message(phone))


@pytest.mark.parametrize("device", [PHONE, NO_SCRIPTS], ids=["with-scripts", "without-scripts"])
def test_a_new_visitor_finds_a_guide_signs_in_and_out(visit, device):
    page = visit(device)
    page.goto("/")
    heading(page, "学手艺，拿证书，领补贴")
    page.get_by_role("link", name="办事指南").first.click()
    page.get_by_role("link", name="实名认证和个人信息更正").click()
    heading(page, "实名认证和个人信息更正")
    page.get_by_role("link", name="网上办理").click()
    heading(page, "登录")
    keep_picture(page, "phone-sign-in")
    ask_for_code(page, "1990000")
    expect(page.get_by_role("alert")).to_contain_text("手机号码应为 11 位数字，以 1 开头。请核对后再填一次。")
    expect(page.get_by_label("手机号码")).to_have_value("1990000")
    keep_picture(page, "phone-sign-in-error")
    ask_for_code(page, NUMBER)
    heading(page, "填写验证码")
    expect(page.get_by_text(f"验证码已发到 {MASKED}，请看短信。")).to_be_visible()
    keep_picture(page, "phone-code")
    code = code_of_newest_message(NUMBER)
    enter_code(page, wrong(code))
    expect(page.get_by_role("alert")).to_contain_text("验证码不对。请核对短信，还可以再试 4 次。")
    expect(page.get_by_text(f"验证码已发到 {MASKED}，请看短信。")).to_be_visible()
    keep_picture(page, "phone-code-error")
    enter_code(page, code)
    heading(page, "您好")
    assert page.url.endswith("/my/")
    keep_picture(page, "phone-my")
    assert roles_of(user_by_phone(NUMBER), on=timezone.localdate()) == {Role.WORKER}
    press(page, "退出")
    heading(page, "学手艺，拿证书，领补贴")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    page.goto("/my/")
    heading(page, "登录")


@pytest.mark.parametrize("device", [PHONE, NO_SCRIPTS], ids=["with-scripts", "without-scripts"])
def test_a_code_that_does_not_come_is_sent_again_after_a_minute(visit, device):
    page = visit(device)
    page.goto("/sign-in/")
    ask_for_code(page, NUMBER)
    first = code_of_newest_message(NUMBER)
    press(page, "重新发送")
    expect(page.get_by_text("验证码刚刚发出。请等")).to_be_visible()
    keep_picture(page, "phone-code-too-soon")
    assert SmsMessage.objects.filter(template=SIGN_IN_CODE.code).count() == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        page.reload()
        expect(page.get_by_text("就可以重新发送。")).to_have_count(0)
        press(page, "重新发送")
        expect(page.get_by_text("新的验证码已发出。请用最新一条短信里的数字。")).to_be_visible()
        expect(page.get_by_text(f"验证码已发到 {MASKED}，请看短信。")).to_be_visible()
        assert SmsMessage.objects.filter(template=SIGN_IN_CODE.code).count() == 2
        second = code_of_newest_message(NUMBER)
        if first != second:
            enter_code(page, first)
            expect(page.get_by_role("alert")).to_contain_text("验证码不对。请核对短信，还可以再试 4 次。")
        enter_code(page, second)
        heading(page, "您好")


def test_a_second_phone_opens_the_same_account_beside_the_first(visit):
    first, second = visit(PHONE), visit(PHONE)
    sign_in(first)
    heading(first, "您好")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sign_in(second)
        heading(second, "您好")
        assert (
            User.objects.filter(memberships__role=Role.WORKER).count() == 2
        )  # she, and the worker of the demonstration
        press(second, "退出")
        heading(second, "学手艺，拿证书，领补贴")
        first.reload()
        heading(first, "您好")


def test_elder_mode_stays_through_signing_in_and_out(on_phone):
    page = on_phone
    elder = page.locator("html[data-elder]")
    page.goto("/")
    expect(elder).to_have_count(0)
    press(page, "长辈模式")
    expect(elder).to_have_count(1)
    expect(page.get_by_role("button", name="返回标准版")).to_be_visible()
    page.goto("/sign-in/")
    keep_picture(page, "phone-elder-sign-in")
    ask_for_code(page, NUMBER)
    expect(elder).to_have_count(1)
    keep_picture(page, "phone-elder-code")
    enter_code(page, wrong(code_of_newest_message(NUMBER)))
    keep_picture(page, "phone-elder-code-error")
    enter_code(page, code_of_newest_message(NUMBER))
    heading(page, "您好")
    expect(elder).to_have_count(1)
    keep_picture(page, "phone-elder-my")
    press(page, "退出")
    heading(page, "学手艺，拿证书，领补贴")
    expect(elder).to_have_count(1)
