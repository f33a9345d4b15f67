"""What a bank may answer, line by line, and what stops the whole file."""

import pytest

from subsidies.claims.models import Claim
from subsidies.ledger.models import Posting
from subsidies.payments.models import BankReturn, PaymentBatch, PaymentLine
from subsidies.payments.rules import BankLine, amount_text, bank_file, is_writable, return_check, return_parse
from tests.subsidies.payments.builders import HEADER, answer, answer_rows, as_file, built, read, sent

NUMBER = "20301231001"
SENT = {
    1: BankLine(1, "李梅", "9900000000000000018", 70_000),
    2: BankLine(2, "王㵑", "9900000000000000026", 70_005),
    3: BankLine(3, "欧阳丽华", "9900000000000000034", 100),
}
GOOD = (
    [NUMBER, "1", "李梅", "9900000000000000018", "700.00", "成功", ""],
    [NUMBER, "2", "王㵑", "9900000000000000026", "700.05", "失败", "户名账号不符"],
    [NUMBER, "3", "欧阳丽华", "9900000000000000034", "1.00", "成功", ""],
)


def codes(content, answered=()):
    rows, problems = return_parse(content)
    problems = problems + return_check(rows, number=NUMBER, sent=SENT, answered=answered)
    return [(one.line, one.code) for one in problems]


def changed(line, column, value):
    rows = [list(row) for row in GOOD]
    rows[line - 1][column] = value
    return as_file(rows)


def test_the_file_for_the_bank_has_these_bytes_and_no_others():
    assert bank_file(NUMBER, SENT.values()) == (
        "批次号|序号|户名|账号|金额\n"
        "20301231001|1|李梅|9900000000000000018|700.00\n"
        "20301231001|2|王㵑|9900000000000000026|700.05\n"
        "20301231001|3|欧阳丽华|9900000000000000034|1.00\n"
    ).encode("gb18030")


@pytest.mark.parametrize(("fen", "text"), [(1, "0.01"), (70_000, "700.00"), (123_456_789, "1234567.89"), (0, "0.00")])
def test_an_amount_is_written_with_two_decimals(fen, text):
    assert amount_text(fen) == text


@pytest.mark.parametrize("fen", [1.0, True, -1, "1"])
def test_no_amount_but_a_whole_number_of_fen_is_written(fen):
    with pytest.raises(TypeError):
        amount_text(fen)


@pytest.mark.parametrize("text", ["", "李|梅", "李\n梅", "李\r", " 李梅", "李\t梅", "\u2028", "\ud800"])
def test_what_would_break_a_line_is_not_written(text):
    assert not is_writable(text)
    with pytest.raises(ValueError, match="line 1"):
        bank_file(NUMBER, [BankLine(1, text, "9900", 100)])


def test_a_right_answer_has_no_problem_with_either_end_of_line():
    assert codes(as_file(GOOD)) == codes(as_file(GOOD, end="\r\n")) == codes(as_file(GOOD).rstrip(b"\n")) == []


def test_a_character_whose_second_byte_looks_like_the_separator_is_one_character():
    name = next(chr(code) for code in range(0x4E00, 0x9FFF) if chr(code).encode("gb18030")[-1:] == b"|")
    rows, problems = return_parse(as_file([[NUMBER, "1", name, "9900", "1.00", "成功", ""]]))
    assert ([row.name for row in rows], problems) == ([name], [])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(0, "empty")]),
        (b"\n\n", [(0, "empty")]),
        (as_file([]), [(0, "no_lines")]),
        (b"\xef\xbb\xbf" + as_file(GOOD).decode("gb18030").encode(), [(0, "kind")]),
        (as_file(GOOD).decode("gb18030").encode(), [(1, "header")]),
        (as_file(GOOD).decode("gb18030").encode("utf-16"), [(0, "kind")]),
        (b"PK\x03\x04 a workbook", [(0, "kind")]),
        (as_file(GOOD, header="批次号|序号|户名|账号|金额|结果"), [(1, "header")]),
        (as_file(GOOD, header="序号|批次号|户名|账号|金额|结果|原因"), [(1, "header")]),
        (as_file(GOOD, header=HEADER + " "), [(1, "header")]),
        (as_file(GOOD) + b"\xff\xff\n", [(5, "encoding")]),
        (as_file(GOOD) + b"\n", [(5, "columns")]),
        (as_file([GOOD[0][:6], *GOOD[1:]]), [(2, "columns")]),
        (as_file([[*GOOD[0], ""], *GOOD[1:]]), [(2, "columns")]),
        (changed(2, 0, "20301231002"), [(3, "batch_other")]),
        (changed(1, 1, "01"), [(2, "serial_unknown")]),
        (changed(1, 1, "4"), [(2, "serial_unknown")]),
        (changed(1, 1, "１"), [(2, "serial_unknown")]),
        (changed(3, 2, "欧阳丽"), [(4, "name_differs")]),
        (changed(3, 2, "欧阳丽华 "), [(4, "name_differs")]),
        (changed(1, 3, "9900000000000000019"), [(2, "account_differs")]),
        (changed(1, 4, "700"), [(2, "amount_differs")]),
        (changed(1, 4, "700.01"), [(2, "amount_differs")]),
        (changed(1, 4, "-700.00"), [(2, "amount_differs")]),
        (changed(1, 5, "成 功"), [(2, "outcome_unknown")]),
        (changed(1, 5, ""), [(2, "outcome_unknown")]),
        (changed(1, 6, "交易成功"), [(2, "reason_on_success")]),
        (changed(2, 6, ""), [(3, "reason_missing")]),
        (changed(2, 6, "  "), [(3, "reason_missing")]),
        (changed(2, 6, "长" * 101), [(3, "reason_long")]),
        (changed(3, 1, "1"), [(2, "serial_twice"), (4, "name_differs"), (4, "account_differs"), (4, "amount_differs"),
                              (4, "serial_twice")]),
        (as_file([*GOOD, GOOD[0]]), [(2, "serial_twice"), (5, "serial_twice")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_at_its_line(content, found):
    assert codes(content) == found


def test_every_problem_of_every_line_is_told_without_names_and_accounts():
    rows = [[NUMBER, "1", "赵六", "1234567890123456", "1", "?", ""], *GOOD[1:]]
    read_rows, _none = return_parse(as_file(rows))
    problems = return_check(read_rows, number=NUMBER, sent=SENT, answered=[3])
    assert [(one.line, one.code) for one in problems] == [
        (2, "outcome_unknown"), (2, "name_differs"), (2, "account_differs"), (2, "amount_differs"),
        (4, "serial_answered"),
    ]  # fmt: skip
    said = "".join(one.text for one in problems)
    assert not any(secret in said for secret in ("赵六", "李梅", "1234567890123456", "9900000000000000018"))


def everything():
    return (
        list(PaymentLine.objects.order_by("pk").values_list("state", "reason")),
        list(Claim.objects.order_by("pk").values_list("state", "paid_on")),
        list(PaymentBatch.objects.order_by("pk").values_list("state", "settled_at")),
        Posting.objects.count(),
    )


@pytest.mark.django_db
def test_one_wrong_line_stops_the_whole_file_which_is_kept_as_it_came():
    batch = sent(3)
    before, rows = everything(), answer_rows(batch)
    rows[1][4] = "70000.00"
    given = read(as_file(rows))
    assert (given.state, given.paid_count, given.failed_count) == ("stopped", 0, 0)
    assert given.problems == [{"line": 3, "code": "amount_differs", "text": "金额与送盘文件不同，送盘是 700.00 元。"}]
    assert everything() == before
    with given.file.storage.open(given.file.name) as kept:
        assert kept.read() == as_file(rows)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing_and_says_so():
    content = answer(sent(3), {1: "账户冻结"})
    first = read(content)
    after = everything()
    again = read(content)
    assert (again.pk, again.is_repeated, first.is_repeated) == (first.pk, True, False)
    assert everything() == after
    assert BankReturn.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_in_two_parts_settles_the_batch_with_the_second():
    batch = sent(3)
    rows = answer_rows(batch, {3: "账户冻结"})
    read(as_file(rows[:1]))
    batch.refresh_from_db()
    assert (batch.state, batch.settled_at) == ("sent", None)
    before = everything()
    whole = read(as_file(rows))
    assert [problem["code"] for problem in whole.problems] == ["serial_answered"]
    assert everything() == before
    rest = read(as_file(rows[1:]))
    batch.refresh_from_db()
    assert (rest.state, rest.paid_count, rest.failed_count, batch.state) == ("read", 1, 1, "settled")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["unknown", "not_sent"])
def test_an_answer_to_nothing_that_was_sent_is_stopped(kind):
    batch = built(2)
    rows = answer_rows(batch)
    if kind == "unknown":
        rows = [["20000101001", *row[1:]] for row in rows]
    before = everything()
    given = read(as_file(rows))
    assert [problem["code"] for problem in given.problems] == [
        {"unknown": "batch_unknown", "not_sent": "batch_not_sent"}[kind]
    ]
    assert everything() == before


@pytest.mark.django_db
def test_an_account_number_in_the_banks_reason_is_masked():
    read(answer(sent(1), {1: "账号 9900000000000000018 已销户"}))
    assert "9900000000000000018" not in PaymentLine.objects.get().reason
    assert "0018" in PaymentLine.objects.get().reason
