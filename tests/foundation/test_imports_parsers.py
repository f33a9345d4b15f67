"""Cells: what is put right, what is refused, what is only pointed out."""

from datetime import date
from decimal import Decimal

import pytest

from foundation.imports import parsers
from foundation.imports.cells import Cell, Origin


def answer(parse, text, origin=Origin.TEXT):
    value, findings = parse(Cell(text, origin))
    return value, [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("written", "value", "codes"),
    [
        ("350201198303025066", "350201198303025066", []),
        ("\t350201198303025066", "350201198303025066", []),
        ("'350201197009012470", "350201197009012470", ["apostrophe"]),
        ("３５０２０１１９７５０５１７２５０２", "350201197505172502", ["full_width"]),
        ("35020119790506018x", "35020119790506018X", ["capitals"]),
        ("199-0000-4289", "19900004289", ["separators"]),
        ("1990 0004 289\u200b", "19900004289", ["separators"]),
    ],
)
def test_numbers_that_are_names_are_cleaned_and_it_shows(written, value, codes):
    assert answer(parsers.number(), written) == (value, codes)


@pytest.mark.parametrize(
    ("written", "value", "codes"),
    [
        ("李梅", "李梅", []),
        (" 杨\u3000宝珠 ", "杨宝珠", ["blanks"]),
        ("阿依古丽·买买提", "阿依古丽·买买提", []),
        ("Anna  Maria", "Anna Maria", ["blanks"]),
        ("长" * 51, None, ["too_long"]),
    ],
)
def test_names_lose_only_blanks(written, value, codes):
    assert answer(parsers.name(), written) == (value, codes)


@pytest.mark.parametrize("parse", [parsers.number(), parsers.name(), parsers.day, parsers.credit_code])
@pytest.mark.parametrize(
    ("origin", "code"),
    [(Origin.FORMULA, "formula"), (Origin.ERROR, "cell_error"), (Origin.LOST_DIGITS, "digits_lost")],
)
def test_a_value_is_never_taken_from_a_cell_that_cannot_be_trusted(parse, origin, code):
    assert answer(parse, "350201198303025066", origin) == (None, [code])


def test_a_formula_in_a_remark_stays_text_with_a_warning():
    assert answer(parsers.text(), '=HYPERLINK("x")', Origin.FORMULA) == ('=HYPERLINK("x")', ["formula"])
    assert answer(parsers.text(), "=1+1") == ("=1+1", ["formula"])


@pytest.mark.parametrize("written", ["2026-11-16", "2026/11/16", "2026.11.16", "2026年11月16日", "20261116"])
def test_days_are_read_in_the_usual_writings(written):
    assert answer(parsers.day, written) == (date(2026, 11, 16), [])


def test_impossible_days_and_numbers_out_of_bounds_are_refused():
    score = parsers.decimal(least=Decimal(0), most=Decimal(100), places=1)
    assert answer(parsers.day, "2026-02-30") == (None, ["date"])
    assert answer(score, "62.5") == (Decimal("62.5"), [])
    assert answer(score, "101") == (None, ["out_of_range"])
    assert answer(score, "62.55") == (None, ["out_of_range"])
    assert answer(score, "NaN") == (None, ["out_of_range"])
    assert answer(score, "缺考") == (None, ["number"])


def test_a_choice_outside_the_list_is_proposed_and_never_assumed():
    groups = parsers.choice({"农村转移就业劳动者": "rural"}, meaning={"农民工": "农村转移就业劳动者"}.get)
    value, findings = groups(Cell("农民工"))
    assert value is None
    assert "是否应为“农村转移就业劳动者”" in findings[0].fix


def test_credit_codes_are_checked():
    assert answer(parsers.credit_code, "91350200M0000000X0")[1] == ["credit_code"]
