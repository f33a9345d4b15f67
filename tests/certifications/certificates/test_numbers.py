"""The numbers of certificates, as tables an officer can read. Body 990001 is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certifications.certificates.errors import CertificateError
from certifications.certificates.numbers import (
    NationalNumber,
    OldNumber,
    TrainingNumber,
    training_number,
    training_number_check,
)

GOOD = "S000035990001265000001"
OLD = "1235013310300123"


def refusal(call):
    with pytest.raises(CertificateError) as refused:
        call()
    assert refused.value.code == "number_invalid"
    return refused.value.message


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        "s000035990001265000001",
        " S 0000 35 990001 26 5 000001 ",
        "S0000-35-990001-26-5-000001",
        "Ｓ００００３５９９０００１２６５０００００１",
        "'S000035990001265000001",
        "S00003599\u200b0001265000001",
    ],
)
def test_a_national_number_is_read_however_it_was_typed(written):
    assert NationalNumber.parse(written).text == GOOD


def test_the_seven_parts_of_a_national_number():
    number = NationalNumber.parse(GOOD)
    assert (number.kind, number.prefix, number.province) == ("S", "S000035990001", "福建")
    assert (number.year, number.level, number.serial, number.is_special) == (2026, 5, 1, False)
    assert number.grouped == "S 0000 35 990001 26 5 000001"
    assert NationalNumber.parse("Y000123000001195000001").province == "黑龙江"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "请填写证书编号"),
        ("S00003599000126500001", "这里是 21 位"),
        ("S0000359900012650000011", "这里是 23 位"),
        ("A000035990001265000001", "第 1 位应为 Y（用人单位）或 S（社会培训评价组织），这里是“A”"),
        ("5000035990001265000001", "第 1 位"),
        ("S000O35990001265000001", "第 5 位应为数字，这里是字母“O”，可能是数字 0"),
        ("S0000359900012650000I1", "第 21 位应为数字，这里是字母“I”，可能是数字 1"),
        ("S000035990#01265000001", "第 11 位应为数字，这里是“#”"),
        ("S000099990001265000001", "第 6、7 位“99”不是任何省份的代码，福建是 35"),
        ("S000035990001266000001", "第 16 位是等级，应为 1 至 5，这里是“6”"),
        ("S000035990001265000000", "从 000001 起"),
        ("1.23E+20", "存成了数字"),
        (OLD, "旧职业资格证书编号"),
        (training_number("350206", 12, 2026, 345), "这是培训合格证书的编号"),
    ],
)
def test_a_wrong_national_number_says_where(written, said):
    assert said in refusal(lambda: NationalNumber.parse(written))


def test_every_wrong_position_is_named_at_once():
    said = refusal(lambda: NationalNumber.parse("X00O035990001265000O01"))
    assert "第 1 位" in said
    assert "第 4 位" in said
    assert "第 20 位" in said


def test_two_wrong_parts_are_both_named():
    said = refusal(lambda: NationalNumber.parse("S000098990001269000001"))
    assert "第 6、7 位" in said
    assert "第 16 位" in said


@pytest.mark.parametrize("written", ["S00003599000126T000001", "ST00003599000126000001"])
def test_two_letters_and_twenty_digits_are_read_without_guessing_the_level(written):
    number = NationalNumber.parse(written)
    assert number.is_special is True
    assert number.level is None


def test_the_parts_of_a_number_led_by_two_letters_are_not_guessed():
    number = NationalNumber.parse("ST00003599000126000001")
    assert (number.prefix, number.province, number.year) == ("", "", None)
    assert number.cross_check(body_prefix="S000035990001", level=7, issued_on=date(2020, 1, 1)) == []


@pytest.mark.parametrize(
    ("prefix", "level", "day", "said"),
    [
        ("S000035990001", 5, date(2026, 10, 8), ()),
        ("S000035990002", 5, date(2026, 10, 8), ("前 13 位是 S000035990001，不是本机构的 S000035990002",)),
        ("Y000035990001", 5, date(2026, 10, 8), ("前 13 位",)),
        ("S000035990001", 4, date(2026, 10, 8), ("第 16 位是 5，表示五级",)),
        ("S000035990001", 5, date(2025, 12, 31), ("第 14、15 位表示 2026 年发证，与发证日期 2025-12-31 不符",)),
        ("S000035990002", 3, date(2024, 1, 1), ("前 13 位", "第 16 位", "第 14、15 位")),
    ],
)
def test_a_number_is_compared_with_body_level_and_day(prefix, level, day, said):
    problems = NationalNumber.parse(GOOD).cross_check(body_prefix=prefix, level=level, issued_on=day)
    assert len(problems) == len(said)
    assert all(words in problem for words, problem in zip(said, problems, strict=True))


def test_an_old_number_says_its_year_and_level():
    number = OldNumber.parse(" 1235 0133 1030 0123 ")
    assert (number.text, number.year, number.level) == (OLD, 2012, 3)
    assert OldNumber.parse("9935013310300123").year == 1999


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "请填写证书编号"),
        ("123501331030012", "这里是 15 位"),
        (GOOD, "这里是 22 位"),
        ("12350133103O0123", "第 12 位应为数字，这里是字母“O”，可能是数字 0"),
        ("1235019310300123", "第 7 位应为 0 至 4"),
        ("1235013310900123", "第 11 位是等级"),
    ],
)
def test_a_wrong_old_number_says_where(written, said):
    assert said in refusal(lambda: OldNumber.parse(written))


@pytest.mark.parametrize(
    ("level", "day", "said"),
    [
        (3, date(2012, 6, 1), ()),
        (3, date(2013, 1, 15), ()),
        (None, date(2012, 6, 1), ()),
        (4, date(2012, 6, 1), ("第 11 位是 3，表示三级",)),
        (3, date(2015, 6, 1), ("前两位表示 2012 年",)),
        (5, date(2011, 6, 1), ("第 11 位", "前两位")),
    ],
)
def test_an_old_number_is_compared_with_level_and_day(level, day, said):
    problems = OldNumber.parse(OLD).cross_check(level=level, issued_on=day)
    assert len(problems) == len(said)
    assert all(words in problem for words, problem in zip(said, problems, strict=True))


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        # 35020300012026000001: sum of digit × weight (2^k mod 11) leaves the check character 2.
        (("350203", 1, 2026, 1), "PX350203000120260000012"),
        (("350206", 12, 2026, 345), "PX350206001220260003456"),
    ],
)
def test_our_own_number_holds_its_parts(parts, number):
    made = training_number(*parts)
    assert made == number
    read = TrainingNumber.parse(made)
    assert (read.district, read.school_serial, read.year, read.serial) == parts


def test_the_check_character_agrees_with_a_sum_by_hand():
    made = training_number("350203", 1, 2026, 1)
    total = 0
    for character in made[2:-1]:
        total = (total + int(character)) * 2 % 11
    assert made[-1] == "0123456789X"[(1 - total) % 11]


def test_our_own_number_is_read_however_it_was_typed():
    made = training_number("350203", 1, 2026, 1)
    assert TrainingNumber.parse(TrainingNumber(made).grouped.lower()).text == made
    assert TrainingNumber(made).grouped == "PX 350203 0001 2026 000001 2"
    assert training_number_check("ＰＸ３５０２０３０００１２０２６００００１２") is False
    assert training_number_check("ＰＸ３５０２０３０００１２０２６０００００１２") is True


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "请填写证书编号"),
        ("AB350203000120260000012", "以 PX 开头"),
        ("PX35020300012026000001", "这里是 22 位"),
        ("PX350203O00120260000012", "第 9 位应为数字，这里是字母“O”"),
        ("PX350203000120260000013", "校验位不对"),
    ],
)
def test_a_wrong_number_of_ours_says_where(written, said):
    assert said in refusal(lambda: TrainingNumber.parse(written))


@pytest.mark.parametrize(
    "parts",
    [
        ("35020", 1, 2026, 1),
        ("35020a", 1, 2026, 1),
        ("350203", 0, 2026, 1),
        ("350203", 10_000, 2026, 1),
        ("350203", 1, 26, 1),
        ("350203", 1, 2026, 0),
        ("350203", 1, 2026, 1_000_000),
    ],
)
def test_parts_that_do_not_fit_make_no_number(parts):
    with pytest.raises(ValueError, match=r"place|six digits"):
        training_number(*parts)


@given(st.integers(1, 9999), st.integers(2000, 2099), st.integers(1, 999_999), st.integers(2, 21), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(school, year, serial, place, shift):
    made = training_number("350206", school, year, serial)
    wrong = made[:place] + str((int(made[place]) + shift) % 10) + made[place + 1 :]
    assert training_number_check(made) is True
    assert training_number_check(wrong) is False


@given(st.integers(1, 9999), st.integers(2000, 2099), st.integers(1, 999_999), st.integers(2, 20))
def test_any_two_swapped_neighbours_are_found(school, year, serial, place):
    made = training_number("350206", school, year, serial)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert training_number_check(swapped) is (swapped == made)
