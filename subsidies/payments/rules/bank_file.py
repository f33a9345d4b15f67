"""送盘文件: the text that goes to the bank. The same lines make the same bytes, today and in ten years."""

from collections.abc import Iterable
from dataclasses import dataclass

ENCODING = "gb18030"
SEPARATOR = "|"
LINE_END = "\n"
SENT_COLUMNS = ("批次号", "序号", "户名", "账号", "金额")
RETURN_COLUMNS = (*SENT_COLUMNS, "结果", "原因")
SENT_HEADER = SEPARATOR.join(SENT_COLUMNS)
RETURN_HEADER = SEPARATOR.join(RETURN_COLUMNS)


@dataclass(frozen=True, slots=True)
class BankLine:
    """One payment as the bank is told of it."""

    serial: int
    name: str
    account: str
    amount_fen: int


def amount_text(fen: int) -> str:
    """Yuan with two decimals, no sign and no grouping: ``70000`` → ``700.00``."""
    if isinstance(fen, bool) or not isinstance(fen, int) or fen < 0:
        raise TypeError("an amount is a whole number of fen")
    return f"{fen // 100}.{fen % 100:02d}"


def is_writable(text: str) -> bool:
    """Whether a column may hold the text: something, without separators, line ends or other control characters."""
    if not text or text != text.strip() or SEPARATOR in text or not text.isprintable():
        return False
    try:
        return text.encode(ENCODING).decode(ENCODING) == text
    except UnicodeError:
        return False


def bank_file(number: str, lines: Iterable[BankLine]) -> bytes:
    """The file of a batch, a header and one line each; ``ValueError`` for a text that would break a line."""
    rows = [SENT_HEADER]
    for line in lines:
        if not (is_writable(line.name) and is_writable(line.account)):
            raise ValueError(f"line {line.serial} cannot be written")
        rows.append(SEPARATOR.join([number, str(line.serial), line.name, line.account, amount_text(line.amount_fen)]))
    return (LINE_END.join(rows) + LINE_END).encode(ENCODING)
