"""The rules of identity, account and credit-code numbers, as tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.builders import TODAY, an_id_number
from workers.identity import (
    IdNumber,
    Repair,
    account_number_check,
    check_character,
    credit_code_check,
    id_number_check,
    name_check,
    phone_check,
)
from workers.states import Sex


@pytest.mark.parametrize(
    "area", ["350203", "350205", "350206", "350211", "350212", "350213", "350221", "350281", "511024"]
)
@pytest.mark.parametrize("year", [1958, 1988, 2003])
def test_real_district_codes_pass_whatever_the_year_of_birth(area, year):
    assert id_number_check(an_id_number(area=area, born=date(year, 3, 9)), on=TODAY).errors == ()


@pytest.mark.parametrize(
    ("number", "sex", "born"),
    [
        ("35020119921127174X", Sex.FEMALE, date(1992, 11, 27)),
        ("350201196801146654", Sex.MALE, date(1968, 1, 14)),
        (an_id_number(born=date(2000, 2, 29)), Sex.FEMALE, date(2000, 2, 29)),
    ],
)
def test_a_number_tells_sex_and_birth(number, sex, born):
    assert id_number_check(number, on=TODAY).errors == ()
    assert (IdNumber(number).sex, IdNumber(number).birth_on) == (sex, born)


@pytest.mark.parametrize(
    ("typed", "kept", "repairs"),
    [
        ("35020119790506018x", "35020119790506018X", {Repair.LOWER_CASE}),
        ("３５０２０１１９７５０５１７２５０２", "350201197505172502", {Repair.FULL_WIDTH}),
        (" 350201 19750517 2502 ", "350201197505172502", {Repair.BLANKS}),
        ("\t350201197505172502", "350201197505172502", {Repair.BLANKS}),
        ("'350201197009012470", "350201197009012470", {Repair.APOSTROPHE}),
        ("’350201197009012470", "350201197009012470", {Repair.APOSTROPHE}),
        ("35020119921127174Ｘ", "35020119921127174X", {Repair.FULL_WIDTH}),
        ("350201197505172502", "350201197505172502", set()),
    ],
)
def test_what_is_safe_to_repair_is_repaired_and_reported(typed, kept, repairs):
    checked = id_number_check(typed, on=TODAY)
    assert (checked.value, set(checked.repairs), checked.errors) == (kept, repairs, ())


def _wrong_check(number):
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def _with_date(eight):
    first = f"350201{eight}002"
    return first + check_character(first)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写身份证号码"),
        ("350201810909196", "15 位的旧身份证号码"),
        ("3.50201197503062e+17", "存成了数字"),
        ("3.50201197503062E+17", "存成了数字"),
        ("35020119750306", "应为 18 位，这里是 14 位"),
        ("3502011975O5172502", "前 17 位应为数字"),
        (_wrong_check(an_id_number()), "校验位不对"),
        ("350201197503061000", "可能被表格改成了 0"),
        (_with_date("19871332"), "不是真实的出生日期"),
        (_with_date("19890229"), "不是真实的出生日期"),
        (_with_date("20261124"), "在今天之后"),
        (_with_date("18991231"), "早于 1900 年"),
        (an_id_number(area="990201"), "不是任何省份的代码"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(typed, said):
    errors = id_number_check(typed, on=TODAY).errors
    assert len(errors) == 1
    assert said in errors[0]


def test_every_fault_is_told_at_once():
    assert len(id_number_check("99020119891332002X", on=TODAY).errors) == 3


def test_somebody_born_today_has_a_number():
    assert id_number_check(_with_date("20261123"), on=TODAY).errors == ()


@given(place=st.integers(0, 16), digit=st.integers(0, 9), sequence=st.integers(0, 999))
def test_one_wrong_digit_is_always_noticed(place, digit, sequence):
    number = an_id_number(sequence=sequence)
    if number[place] != str(digit):
        assert id_number_check(number[:place] + str(digit) + number[place + 1 :], on=TODAY).errors


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text):
    checks = [
        id_number_check(text, on=TODAY),
        name_check(text),
        account_number_check(text),
        credit_code_check(text),
        phone_check(text),
    ]
    assert all(check.errors or check.value for check in checks)


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("9900003170669074395", "9900003170669074395", ""),
        ("9900-0083", "99000083", "16 到 19 位"),
        (" 9900007483378876232", "9900007483378876232", ""),
        ("990000379209674892", "990000379209674892", "有一位不对"),
        ("99000037920967489X", "99000037920967489X", "只有数字"),
        ("", "", "请填写"),
    ],
)
def test_card_accounts_carry_luhns_check(typed, kept, said):
    checked = account_number_check(typed)
    assert checked.value == kept
    assert said in "".join(checked.errors)
    assert checked.is_valid is (said == "")


@pytest.mark.parametrize(
    ("typed", "is_valid"),
    [
        ("91110000600037341L", True),
        ("91110000600037341l", True),
        ("9111 0000 6000 37341L", True),
        ("91110000600037341A", False),
        ("9111000060003734", False),
        ("", False),
    ],
)
def test_credit_codes_carry_their_check(typed, is_valid):
    assert credit_code_check(typed).is_valid is is_valid


@pytest.mark.parametrize(
    ("typed", "kept", "is_valid"),
    [
        (" 杨\u3000宝珠 ", "杨宝珠", True),
        ("买买提•艾力", "买买提·艾力", True),
        ("Maria dela Cruz", "Maria dela Cruz", True),
        ("筼䶮", "筼䶮", True),
        ("李", "李", False),
        ("李4", "李4", False),
        ("", "", False),
        ("=1+1", "=1+1", False),
    ],
)
def test_names_are_written_as_on_the_card(typed, kept, is_valid):
    checked = name_check(typed)
    assert (checked.value, checked.is_valid) == (kept, is_valid)


@pytest.mark.parametrize(
    ("typed", "kept", "is_valid"),
    [
        ("199-0000-4289", "19900004289", True),
        ("+86 19900004289", "19900004289", True),
        ("1990000428", "1990000428", False),
        ("29900004289", "29900004289", False),
    ],
)
def test_phones_are_mobile_numbers(typed, kept, is_valid):
    checked = phone_check(typed)
    assert (checked.value, checked.is_valid) == (kept, is_valid)
