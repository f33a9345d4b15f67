"""A draft as a tree: walking, changing, comparing, writing as a file, and what a file may not be. No database."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from residency.routes import uploads
from residency.routes.checking import checked
from residency.routes.drafting import (
    added,
    changed,
    children,
    differences,
    is_simple,
    moved,
    node_at,
    path_from,
    title_of,
    toml_of,
    with_values,
    words_of,
)
from residency.routes.errors import RouteError
from residency.routes.forms import PartForm
from residency.routes.pages import acted
from residency.routes.rules.facts import FactTable
from residency.routes.rules.packs import base_packs, pack_plain, pack_read
from tests.residency.routes.builders import plain_pack


@pytest.mark.parametrize("pack", base_packs(), ids=lambda pack: pack.code)
def test_every_pack_written_as_toml_is_read_again_as_the_same_pack(pack):
    plain = pack_plain(pack)
    assert uploads.draft_from_text(toml_of(plain)) == plain


@pytest.mark.parametrize("pack", base_packs(), ids=lambda pack: pack.code)
def test_every_part_of_every_pack_has_a_form_that_gives_back_what_stands_there(pack):
    plain = pack_plain(pack)
    for path in parts_of(plain, ()):
        node = node_at(plain, path)
        blank = PartForm(node=node)
        form = PartForm(posted(blank), node=node)
        assert form.is_valid(), (path, form.errors)
        assert with_values(plain, path, form.values()) == plain, path


def parts_of(content, path):
    """The paths of all parts that have a page."""
    from residency.routes.drafting import children, is_simple

    node = node_at(content, path)
    if not node.is_list:
        yield path
    for child in children(node):
        if not is_simple(child.shape) and child.value is not None:
            yield from parts_of(content, child.path)


def posted(form):
    """What a browser sends of a form nobody touched."""
    data = {}
    for field in form:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value is not None and value is not False and value != []:
            data[field.html_name] = value if isinstance(value, list) else str(value)
    return data


class Typist:
    """An officer who only fills in forms and presses buttons, without a browser around her."""

    def __init__(self):
        self.content = {}

    def press(self, path, wanted, do="save", kind=""):
        """Type what is wanted into the fields of a part, then press a button."""
        node = node_at(self.content, path)
        shown = PartForm(node=node, initial=wanted)
        typed = {name: shown[name].value() for name in shown.fields}
        form = PartForm(sent(typed), node=node)
        assert form.is_valid(), (path, form.errors)
        button = {"do": do, f"kind:{do.partition(':')[2]}": kind}
        self.content, place = acted(self.content, path, form.values(), button)
        return place

    def type_part(self, path, wanted):
        """A part and everything below it, as it stands in another pack."""
        node = node_at(self.content, path)
        for name in wanted if isinstance(node.shape, FactTable) else ():
            self.press(path, wanted, f"add:{node.address}", name)
        self.press(path, wanted)
        for child in children(node_at(self.content, path)):
            value = wanted.get(child.key)
            if is_simple(child.shape) or value is None:
                continue
            for one in value if child.is_list else [value]:
                kind = one["kind"] if child.kinds and not isinstance(child.shape, FactTable) else ""
                self.type_part(self.press(path, wanted, f"add:{child.address}", kind), one)


def sent(values):
    """Plain values as a browser sends them."""
    found = {}
    for name, value in values.items():
        if value is True:
            found[name] = "on"
        elif isinstance(value, list):
            found[name] = value
        elif value is not None and value is not False:
            found[name] = str(value)
    return found


@pytest.mark.parametrize("pack", base_packs(), ids=lambda pack: pack.code)
def test_every_pack_can_be_made_by_forms_alone(pack):
    typist = Typist()
    typist.type_part((), pack_plain(pack))
    assert pack_plain(pack_read(typist.content)) == pack_plain(pack)


def test_a_path_is_said_in_words():
    plain = plain_pack()
    assert words_of(plain, ("routes", 0, "gates", "of", 1)) == "通道“技能落户” › 申请条件 › 条件“有劳动合同”"
    assert title_of(node_at(plain, ("routes", 1, "items", 0))) == "养老保险"


@pytest.mark.parametrize("address", ["nothing", "routes/9", "routes/0/items/0", "routes/x", "examples/0/facts/nobody"])
def test_what_is_not_there_is_not_found(address):
    with pytest.raises(LookupError):
        node_at(plain_pack(), path_from(address))


def test_parts_are_added_moved_and_removed():
    plain, place = added(plain_pack(), ("routes", 0, "gates", "of"), "any")
    assert (place, node_at(plain, place).value) == (("routes", 0, "gates", "of", 2), {"kind": "any"})
    plain, place = moved(plain, place, -1)
    assert [one["kind"] for one in plain["routes"][0]["gates"]["of"]] == ["record", "any", "yes"]
    assert moved(plain, ("routes", 0, "gates", "of", 0), -1)[0] == plain
    plain = changed(plain, place, None)
    assert plain == plain_pack()


def test_another_kind_keeps_what_fits_it_too():
    plain, _place = added(plain_pack(), ("routes", 0, "gates"), "any")
    gates = plain["routes"][0]["gates"]
    assert gates["kind"] == "any"
    assert [one["kind"] for one in gates["of"]] == ["record", "yes"]
    plain, _place = added(plain, ("routes", 0, "gates", "of", 1), "no_record")
    assert plain["routes"][0]["gates"]["of"][1] == {
        "kind": "no_record", "name": "有劳动合同", "article": "第二条", "provenance": "F-C", "of": "has_contract",
    }  # fmt: skip


def test_the_original_is_never_changed():
    plain = plain_pack()
    changed(plain, ("routes", 0, "name"), "改了")
    added(plain, ("examples", 0, "facts"), "has_licence")
    assert plain == plain_pack()


# --- two editions ---------------------------------------------------------------------------------------------------


def test_two_editions_are_compared_place_by_place_in_words():
    before, after = plain_pack(), plain_pack(edition="2027-01")
    after["routes"][1]["items"][0]["points"]["rate"] = 5
    after["routes"][0]["gates"]["of"][1]["wanted"] = False
    after["routes"].append(after["routes"][0] | {"code": "new", "name": "新通道"})
    del after["routes"][1]["passing"]
    found = {one.place: (one.before, one.after) for one in differences(before, after)}
    assert found["版本"] == ("2026-11", "2027-01")
    assert found["通道 › “积分落户” › 指标 › “养老保险” › 怎样计分 › 每满一次给几分"] == ("4", "5")
    assert found["通道 › “技能落户” › 申请条件 › 条件 › “有劳动合同” › 要求为是"] == ("是", "否")
    assert found["通道 › “积分落户” › 怎样算够"][1] == ""
    assert found["通道 › “新通道”"][0] == ""
    assert differences(before, before) == []


# --- checking -------------------------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_with_its_place_in_words_and_the_part_to_open():
    plain = plain_pack()
    plain["routes"][0]["gates"]["of"][0]["papers"] = ["forged"]
    plain["routes"][1]["items"][0]["points"]["rate"] = "很多"
    plain["examples"][0]["facts"]["pension"] = [{"first": "昨天"}]
    found = {one.place: (one.address, one.sentence) for one in checked(plain).problems}
    assert len(found) == 3
    assert found["通道“技能落户” › 申请条件 › 条件“四级及以上证书” › 证书类别“第 1 项”"][0] == "routes/0/gates/of/0"
    assert found["通道“积分落户” › 指标“养老保险” › 怎样计分 › 每满一次给几分"] == (
        "routes/1/items/0/points",
        "这里要填数字。",
    )
    assert [address for place, (address, _said) in found.items() if "算例" in place] == ["examples/0/facts/pension/0"]


def test_a_problem_named_by_code_is_found_too():
    plain = plain_pack()
    plain["routes"][1]["items"][0]["points"]["cap"] = 0
    problem = checked(plain).problems[0]
    assert problem.place == "通道“积分落户” › 指标“养老保险”"
    assert problem.address == "routes/1/items/0"


def test_worked_examples_are_green_or_red():
    plain = plain_pack()
    assert [one.is_right for one in checked(plain).examples] == [True, True]
    plain["routes"][1]["items"][0]["points"]["rate"] = 5
    shown = checked(plain)
    assert [one.is_right for one in shown.examples] == [True, False]
    assert shown.examples[1].differences == ("应得 8 分，算出来是 10 分。",)
    assert not shown.is_sound


def test_an_empty_draft_is_checked_without_falling_over():
    assert {one.sentence for one in checked({"code": "x", "routes": "?"}).problems} >= {"必须填写。", "这里要填列表。"}


# --- files ----------------------------------------------------------------------------------------------------------


def a_file(content, name="pack.toml"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        ("code = 1", "pack.xlsx", "file_kind"),
        ("x = '" + "a" * uploads.LARGEST + "'", "pack.toml", "file_large"),
        ("名称 = 1".encode("gb18030"), "pack.toml", "file_coding"),
        ("code = ", "pack.toml", "file_broken"),
        ("a = 1\na = 2", "pack.toml", "file_broken"),
        ("a = " + "[" * 5000 + "]" * 5000, "pack.toml", "file_deep"),
        ("a." * 40 + "b = 1", "pack.toml", "file_deep"),
        ("a = 1e999999999", "pack.toml", "number_large"),
        ('a = "1e999999999"', "pack.toml", "number_large"),
        ("a = inf", "pack.toml", "number_large"),
        ("a = nan", "pack.toml", "number_large"),
        ("a = 1" + "0" * 300, "pack.toml", "number_large"),
        ("a = 2018-10-01T10:00:00", "pack.toml", "file_value"),
        ("a = 10:00:00", "pack.toml", "file_value"),
        ('a = "' + "长" * 2001 + '"', "pack.toml", "text_long"),
        ('a = "\\u0000"', "pack.toml", "text_control"),
        ("a = [" + "1," * 20_001 + "]", "pack.toml", "file_large"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_in_words(content, name, code):
    with pytest.raises(RouteError) as refusal:
        uploads.draft_from_file(a_file(content, name))
    assert refusal.value.code == code
    assert refusal.value.message


def test_a_file_with_problems_of_content_comes_in_to_be_put_right():
    data = uploads.draft_from_file(a_file('code = "x"\nsince = 2018-10-01\nroutes = "?"\nhalf = 0.5'))
    assert data == {"code": "x", "since": "2018-10-01", "routes": "?", "half": "0.5"}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("4", 4), (" 2.50 ", "2.5"), ("-3", -3)],
)
def test_numbers_are_kept_as_files_keep_them(typed, wanted):
    node = node_at(plain_pack(), ("routes", 1, "items", 0, "points"))
    form = PartForm({"rate": typed, "per": "12", "cap": "40", "beyond": "0", "only_from": "0"}, node=node)
    assert form.is_valid(), form.errors
    assert form.values()["rate"] == wanted


@pytest.mark.parametrize("typed", ["很多", "1e999999999", "9" * 30, "NaN", "∞", ""])
def test_what_is_no_number_is_refused_at_its_field(typed):
    node = node_at(plain_pack(), ("routes", 1, "items", 0, "points"))
    form = PartForm({"rate": typed, "per": "12"}, node=node)
    assert list(form.errors) == ["rate"]


def test_a_word_the_catalogue_does_not_know_is_shown_and_not_silently_replaced():
    plain = changed(plain_pack(), ("routes", 0, "provenance"), "X-9")
    html = str(PartForm(node=node_at(plain, ("routes", 0)))["provenance"])
    assert "X-9（不认识）" in html
