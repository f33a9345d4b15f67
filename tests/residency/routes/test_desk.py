"""The desk of routes: who sees what, drafting by forms alone, the file as a second way, publishing by another."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.accounts.states import Role
from residency.routes.models import RoutePack
from residency.routes.services import pack_redraft
from tests.portal.people import person, signed_in
from tests.residency.routes.builders import NOW, TODAY, a_draft, a_policy_officer, a_published, plain_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch):
    for module in ("officer_views", "pages"):
        monkeypatch.setattr(f"residency.routes.{module}.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def desk():
    return signed_in(person(Role.OFFICER_POLICY))


def read(response):
    return " ".join(response.content.decode().split())


def address(pack, *path):
    return f"/residency/packs/{pack.pk}/part/?at=" + "/".join(str(step) for step in path)


def typed(values):
    """Plain values as a browser sends them."""
    found = {}
    for name, value in values.items():
        if value is True:
            found[name] = "on"
        elif value is not None and value is not False and value != "":
            found[name] = [str(one) for one in value] if isinstance(value, list) else str(value)
    return found


# --- by forms alone -------------------------------------------------------------------------------------------------


def press(desk, pack, path, values, do="save"):
    """Send a part's form by one of its buttons."""
    pack.refresh_from_db()
    answer = desk.post(address(pack, *path), values | {"seen": pack.digest, "do": do})
    assert answer.status_code == 302, read(answer)
    pack.refresh_from_db()
    return answer


def test_an_officer_makes_a_small_pack_by_forms_alone(desk):
    first = {name: value for name, value in plain_pack().items() if not isinstance(value, list | dict)}
    assert desk.post("/residency/packs/new/", typed(first)).status_code == 302
    draft = RoutePack.objects.get()
    kept = typed(first)
    assert press(desk, draft, (), kept, "add:routes")["Location"] == address(draft, "routes", 0)
    press(desk, draft, ("document",), {"title": "示例文件", "doc_no": "示例〔2026〕1号"})
    route = {"code": "skill", "name": "技能落户", "kind": "condition", "article": "第一条", "provenance": "F-A"}
    route |= {"decimals": "2"}
    answer = press(desk, draft, ("routes", 0), route | {"kind:routes/0/gates": "yes"}, "add:routes/0/gates")
    assert answer["Location"] == address(draft, "routes", 0, "gates")
    press(desk, draft, ("routes", 0, "gates"), {"of": "has_contract", "wanted": "on", "article": "第二条"})
    assert draft.content["routes"] == [
        {
            "code": "skill",
            "name": "技能落户",
            "kind": "condition",
            "gates": {"kind": "yes", "article": "第二条", "of": "has_contract"},
            "article": "第一条",
            "provenance": "F-A",
        }
    ]
    page = read(desk.get(f"/residency/packs/{draft.pk}/check/"))
    assert "这条通道没有算例" in page


def test_a_refused_form_keeps_what_was_typed_and_the_draft_as_it_was(desk):
    draft = a_draft()
    page = desk.post(
        address(draft, "routes", 1, "items", 0, "points"), {"rate": "四分", "per": "12", "seen": draft.digest}
    )
    assert page.status_code == 422
    assert "这里要填数字。" in read(page)
    assert 'value="四分"' in read(page)
    draft.refresh_from_db()
    assert draft.content == plain_pack()


def test_what_another_changed_meanwhile_is_not_overwritten(desk):
    draft = a_draft()
    seen = draft.digest
    pack_redraft(pack_id=draft.pk, data=plain_pack(title="另一位改的"), actor=a_policy_officer(), at=NOW)
    data = {
        "code": "skill",
        "name": "我的名字",
        "kind": "condition",
        "article": "一",
        "provenance": "F-A",
        "decimals": "2",
    }
    page = desk.post(address(draft, "routes", 0), data | {"seen": seen})
    assert page.status_code == 422
    assert "草稿又改过了" in read(page)
    assert "我的名字" in read(page)
    draft.refresh_from_db()
    assert draft.title == "另一位改的"


@pytest.mark.parametrize(
    "do", ["remove:", "remove:routes/9", "add:nothing", "fly:routes/0", "remove:../etc", "up:title/0"]
)
def test_a_button_that_is_not_there_does_nothing(desk, do):
    draft = a_draft()
    data = typed({name: value for name, value in plain_pack().items() if not isinstance(value, list | dict)})
    assert desk.post(address(draft), data | {"seen": draft.digest, "do": do}).status_code == 404
    draft.refresh_from_db()
    assert draft.content == plain_pack()


def test_rows_are_moved_and_removed_by_buttons(desk):
    draft = a_draft()
    gates = ("routes", 0, "gates")
    press(desk, draft, gates, {}, "down:routes/0/gates/of/0")
    assert [one["kind"] for one in draft.content["routes"][0]["gates"]["of"]] == ["yes", "record"]
    press(desk, draft, gates, {}, "remove:routes/0/gates/of/0")
    assert [one["kind"] for one in draft.content["routes"][0]["gates"]["of"]] == ["record"]


def test_what_is_published_has_no_forms_any_more(desk):
    made = a_published()
    assert desk.get(address(made)).status_code == 404
    assert desk.post(address(made), {"title": "改"}).status_code == 404
    assert desk.post(f"/residency/packs/{made.pk}/upload/").status_code == 404


# --- reading and publishing -----------------------------------------------------------------------------------------


def test_the_list_and_a_page_say_what_is_reference_and_what_is_not_verified(desk):
    a_published(city_code="310000", city_name="上海市", title="上海的办法", is_reference=True, code="sh")
    made = a_published(provenance="F-C")
    page = read(desk.get("/residency/packs/"))
    assert "上海的办法" in page
    assert "参考" in page
    page = read(desk.get(f"/residency/packs/{made.pk}/"))
    for text in ("待核实", "第三方网页转述", "第一条", "四级及以上证书", "有劳动合同", "24 个月 ÷ 12 × 4 = 8"):
        assert text in page


def test_a_draft_is_begun_from_an_edition_and_compared_with_it(desk):
    made = a_published()
    page = desk.get(f"/residency/packs/new/?from={made.pk}")
    assert "示例落户办法" in read(page)
    first = {name: value for name, value in made.content.items() if not isinstance(value, list | dict)}
    answer = desk.post(f"/residency/packs/new/?from={made.pk}", typed(first | {"edition": "二", "since": "2027-01-01"}))
    draft = RoutePack.objects.get(state="draft")
    assert answer["Location"] == f"/residency/packs/{draft.pk}/"
    assert draft.follows == made
    assert draft.content["routes"] == made.content["routes"]
    press(
        desk,
        draft,
        ("routes", 1, "items", 0, "points"),
        {"rate": "5", "per": "12", "cap": "40", "beyond": "0", "only_from": "0"},
    )
    page = read(desk.get(f"/residency/packs/{draft.pk}/compare/"))
    assert "每满一次给几分" in page
    assert "<del>4</del>" in page
    assert "<ins>5</ins>" in page


def test_red_examples_are_shown_and_there_is_no_button_to_publish(desk):
    data = plain_pack()
    data["examples"][1]["total"] = 9
    draft = a_draft(examples=data["examples"])
    page = read(desk.get(f"/residency/packs/{draft.pk}/check/"))
    assert "应得 9 分，算出来是 8 分" in page
    assert "不对" in page
    assert "核对无误，发布" not in read(desk.get(f"/residency/packs/{draft.pk}/"))
    answer = desk.post(f"/residency/packs/{draft.pk}/publish/", {"seen": draft.digest}, follow=True)
    assert "没有发布" in read(answer)
    draft.refresh_from_db()
    assert draft.is_draft


def test_another_officer_publishes_what_she_saw(desk):
    draft = a_draft()
    page = read(desk.get(f"/residency/packs/{draft.pk}/"))
    assert "核对无误，发布" in page
    assert draft.digest in page
    data = {"seen": draft.digest, "reason": "核对过了"}
    desk.post(f"/residency/packs/{draft.pk}/publish/", data)
    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.effective.lower == date(2026, 11, 23)


# --- the file -------------------------------------------------------------------------------------------------------


def test_a_pack_goes_out_as_a_file_and_comes_in_again_as_a_draft(desk):
    made = a_published()
    answer = desk.get(f"/residency/packs/{made.pk}/toml/")
    assert answer["Content-Disposition"].endswith('.toml"')
    text = answer.content.decode().replace("2026-11-23", "2027-01-01").replace('edition = "2026-11"', 'edition = "二"')
    answer = desk.post("/residency/packs/upload/", {"file": SimpleUploadedFile("x.toml", text.encode())})
    draft = RoutePack.objects.get(state="draft")
    assert answer["Location"] == f"/residency/packs/{draft.pk}/check/"
    assert (draft.edition, draft.effective.lower) == ("二", date(2027, 1, 1))
    assert draft.content["routes"] == made.content["routes"]


def test_a_file_takes_the_place_of_a_draft_only_as_it_was_seen(desk):
    draft = a_draft()
    text = b'code="x"\ncity_code="350200"\ntitle="t"\nedition="e"\nsince=2026-12-01\nroutes="?"'
    late = desk.post(
        f"/residency/packs/{draft.pk}/upload/", {"file": SimpleUploadedFile("x.toml", text), "seen": "0" * 64}
    )
    assert late.status_code == 422
    desk.post(
        f"/residency/packs/{draft.pk}/upload/", {"file": SimpleUploadedFile("x.toml", text), "seen": draft.digest}
    )
    draft.refresh_from_db()
    assert draft.content["routes"] == "?"
    page = read(desk.get(f"/residency/packs/{draft.pk}/check/"))
    assert "这里要填列表" in page
    assert read(desk.get(f"/residency/packs/{draft.pk}/"))


def test_a_broken_file_is_refused_and_nothing_is_kept(desk):
    page = desk.post("/residency/packs/upload/", {"file": SimpleUploadedFile("x.toml", b"code = ")})
    assert page.status_code == 422
    assert "文件不是正确的 TOML" in read(page)
    assert RoutePack.objects.exists() is False
