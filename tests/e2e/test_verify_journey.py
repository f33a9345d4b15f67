"""A family member checks a certificate: by its QR code, by hand, by its file; on a small phone, for the first time."""

import json

import pytest
from playwright.sync_api import Page, expect

from certifications.certificates.selectors import check_code
from tests.certifications.verification.builders import (
    NAME,
    a_file,
    a_level_certificate,
    a_training_certificate,
    an_event,
)
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import PHONE
from tests.e2e.journeys import heading, keep_picture, press
from tests.e2e.test_accessibility import MODES, choose


def fits(page: Page) -> None:
    """Nothing wrong for those who see badly, and nothing over the edge of the phone."""
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def bring(page: Page, content: bytes) -> None:
    page.goto("/verify/file/")
    page.get_by_label("证书的 PDF 文件").set_input_files(
        files=[{"name": "证书.pdf", "mimeType": "application/pdf", "buffer": content}]
    )
    press(page, "比对")


@MODES
def test_from_the_qr_code_to_the_answer(on_phone, mode):
    certificate = a_training_certificate()
    if mode:
        choose(on_phone, **mode)
    on_phone.goto(f"/v/{certificate.number}/{check_code(certificate.number)}/")
    heading(on_phone, "有效")
    expect(on_phone.get_by_text("李**")).to_be_visible()
    photo = on_phone.get_by_alt_text("证书上的照片")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.naturalWidth") > 0
    fits(on_phone)
    keep_picture(on_phone, f"verify-{'elder' if mode.get('elder') else 'contrast' if mode else 'phone'}")


@MODES
def test_by_hand_with_a_slip_first(on_phone, mode):
    training, level = a_training_certificate(), a_level_certificate(state="revoked")
    an_event(level, "revoked", reason="示例", decision_number="厦人社决〔2026〕7号", data={"category": "fraud"})
    if mode:
        choose(on_phone, **mode)
    page = on_phone
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="查验证书").click()
    page.get_by_label("证书编号").fill(training.number.replace("PX35", "PX36"))
    page.get_by_label("查验码，或持证人姓名").fill(NAME)
    press(page, "查验")
    expect(page.locator(".field-error")).to_contain_text("第 4 位可能抄错了")
    fits(page)
    page.get_by_label("证书编号").fill(training.number.lower())
    page.get_by_label("查验码，或持证人姓名").fill(check_code(training.number).lower())
    press(page, "查验")
    heading(page, "有效")
    page.get_by_role("link", name="再查一张").click()
    page.get_by_label("证书编号").fill(level.number)
    page.get_by_label("查验码，或持证人姓名").fill("王芳")
    press(page, "查验")
    heading(page, "没有查到相符的证书")
    fits(page)
    page.get_by_label("查验码，或持证人姓名").fill(NAME)
    press(page, "查验")
    heading(page, "已撤销")
    expect(page.get_by_text("厦人社决〔2026〕7号")).to_be_visible()
    fits(page)


def test_without_scripts_everything_works(browser, world, live_server):
    certificate = a_training_certificate()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto("/verify/")
    page.get_by_label("证书编号").fill(certificate.number)
    page.get_by_label("查验码，或持证人姓名").fill(NAME)
    press(page, "查验")
    heading(page, "有效")
    bring(page, a_file(certificate))
    heading(page, "原件未改动")
    context.close()


@pytest.mark.parametrize("mode", [{}, {"elder": True, "size": "24"}], ids=["ordinary", "elder"])
def test_a_file_is_compared(on_phone, mode):
    certificate = a_training_certificate()
    if mode:
        choose(on_phone, **mode)
    bring(on_phone, a_file(certificate))
    heading(on_phone, "原件未改动")
    fits(on_phone)
    values = json.loads(certificate.data)["values"] | {"name": "王芳", "level": "三级/高级工"}
    bring(on_phone, a_file(certificate, values=values))
    expect(on_phone.get_by_role("heading", level=1)).not_to_have_text("原件未改动")
    fits(on_phone)
    bring(on_phone, b"text")
    heading(on_phone, "不是本平台的文件")
    fits(on_phone)


def test_on_a_desktop(on_desktop):
    certificate = a_training_certificate(state="suspended")
    on_desktop.goto(f"/v/{certificate.number}/{check_code(certificate.number)}/")
    heading(on_desktop, "暂停使用")
    fits(on_desktop)
    keep_picture(on_desktop, "verify-desktop")
