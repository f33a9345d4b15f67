"""What several journeys do alike: read a text message, sign in at either door, keep a picture of a page."""

import os
import re
import time
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from playwright.sync_api import Page, expect

from foundation.accounts.models import User
from foundation.sms.selectors import inbox_messages
from portal.sign_in.demo import demo_accounts_read

PERIOD = 30


def code_of_newest_message(phone: str) -> str:
    """The six digits of the newest text message, which must have gone to this number."""
    message = inbox_messages(1).get()
    assert message.phone == phone
    found = re.search(r"验证码 (\d{6})", message.text)
    assert found, message.text
    return found[1]


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def heading(page: Page, text: str) -> None:
    """The page has this one heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def ask_for_code(page: Page, phone: str) -> None:
    """From the sign-in page to the page for the code."""
    page.get_by_label("手机号码").fill(phone)
    press(page, "获取验证码")


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("验证码", exact=True).fill(code)
    press(page, "登录")


def password_of(user_name: str) -> str:
    """The password of a demo account, as the file for developers tells it."""
    return next(account.password for account in demo_accounts_read() if account.user_name == user_name)


def code_of_app(user_name: str) -> str:
    """What her authenticator app shows now."""
    app = Authenticator.objects.get(user=User.objects.get(username=user_name), type=Authenticator.Type.TOTP)
    return format_hotp_value(hotp_value(decrypt(app.data["secret"]), int(time.time()) // PERIOD))


def give_password(page: Page, user_name: str, password: str) -> None:
    """At the staff's door: user name and password."""
    page.get_by_label("用户名").fill(user_name)
    page.get_by_label("密码", exact=True).fill(password)
    press(page, "登录")


def enter_staff(page: Page, user_name: str) -> None:
    """Through the staff's door, with password and authenticator app where the account has one."""
    page.goto("/staff/sign-in/")
    give_password(page, user_name, password_of(user_name))
    if page.url.endswith("/second-factor/"):
        page.get_by_label("动态验证码").fill(code_of_app(user_name))
        press(page, "登录")


def keep_picture(page: Page, name: str) -> None:
    """Where SHOTS names a folder, the page as it looks; otherwise nothing."""
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
