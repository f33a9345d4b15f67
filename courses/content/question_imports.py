"""Questions from a spreadsheet: one row is one question of a bank."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.content.errors import ContentError
from courses.content.media_states import QuestionKind
from courses.content.models import Question, QuestionBank
from courses.content.question_services import LETTERS, QuestionDraft, bank_create, draft_checked, questions_add
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import Role
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.checking import duplicates
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Column, ImportedRow, Kind, Parsed
from foundation.imports.models import ImportBatch

KINDS = {"单选题": QuestionKind.SINGLE, "多选题": QuestionKind.MULTIPLE, "判断题": QuestionKind.TRUE_FALSE}
KINDS_MEANT = {
    "单选": "单选题",
    "单项选择": "单选题",
    "单项选择题": "单选题",
    "选择题": "单选题",
    "多选": "多选题",
    "多项选择": "多选题",
    "多项选择题": "多选题",
    "不定项选择题": "多选题",
    "判断": "判断题",
    "是非题": "判断题",
    "对错题": "判断题",
}
RIGHT = frozenset({"对", "正确", "√", "✓", "✔", "T", "TRUE", "是", "Y"})
WRONG = frozenset({"错", "错误", "×", "✗", "✘", "X", "F", "FALSE", "否", "N", "不对", "不正确"})
TARGET = "bank:"
# A wrong mark in the errors of a question → the column to look at.
COLUMN_OF_CODE = {"question_empty": "text", "question_options": "option_a", "question_options_same": "option_a"}


def target_of(bank: QuestionBank) -> str:
    """What ``batch_upload`` is told when a file is for this bank."""
    return f"{TARGET}{bank.pk}"


def _kind(cell: Cell) -> Parsed:
    """The kind; the short names everybody writes are as good as the long ones."""
    text, _findings = parsers.tidied(cell.text)
    meant = KINDS_MEANT.get(re.sub(r"\s", "", text))
    return Parsed(KINDS[meant]) if meant else parsers.choice(KINDS)(cell)


def _answer(cell: Cell) -> Parsed:
    """The answer as bare capital letters or a word for right and wrong; which options it means, the row decides."""
    if answer := parsers.refused(cell):
        return answer
    text, _findings = parsers.tidied(cell.text)
    return Parsed(re.sub(r"[\s、,，;；.。/和]", "", text).upper())


def _option_columns() -> tuple[Column, ...]:
    return tuple(
        Column(
            f"option_{letter.lower()}",
            format_lazy("{word}{letter}", word=gettext_lazy("选项"), letter=letter),
            parsers.text(longest=300),
            (f"选项{letter}", f"答案{letter}", f"{letter}选项", letter),
        )
        for letter in LETTERS
    )


@dataclass
class Pool:
    """Where the rows go, and what is asked there already: by bank title, the questions by fingerprint."""

    target: QuestionBank | None
    asked: dict[str, dict[str, Question]] = field(default_factory=dict)

    def questions(self, title: str) -> dict[str, Question]:
        return self.asked.get(title, {})


class QuestionsKind(Kind):
    """A row that is in the bank already is left alone; one with another answer is an error for a person to settle."""

    code = "questions"
    title = gettext_lazy("试题")
    help_text = gettext_lazy("单选题、多选题和判断题。每行一题；答案写选项的字母，如 A 或 ABD，判断题写“对”或“错”。")
    columns = (
        Column("bank", gettext_lazy("题库"), parsers.name(longest=100), ("题库名称", "所属题库"),
               hint=gettext_lazy("从某个题库的页面导入时不用填")),
        Column("kind", gettext_lazy("题型"), _kind, ("类型", "题目类型", "试题类型"), required=True,
               hint=gettext_lazy("单选题、多选题或判断题")),
        Column("text", gettext_lazy("题目"), parsers.text(longest=1000), ("题干", "试题", "试题内容", "题目内容"),
               required=True),
        *_option_columns(),
        Column("answer", gettext_lazy("答案"), _answer, ("正确答案", "标准答案", "参考答案"), required=True,
               hint=gettext_lazy("如：A，ABD，对")),
        Column("explanation", gettext_lazy("解析"), parsers.text(longest=1000), ("答案解析", "试题解析", "说明"),
               hint=gettext_lazy("交卷后给学员看")),
    )  # fmt: skip
    roles = frozenset({Role.SCHOOL_STAFF})
    belongs_to_organisation = True

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        if target and not _bank_of(organisation, target):
            raise ImportRefusedError("no_bank", _("没有这个题库。请回到题库列表，重新打开。"))

    def prepare(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, on: date) -> Pool:
        banks = QuestionBank.objects.filter(organisation=batch.organisation)
        target = _bank_of(batch.organisation, batch.target)
        if target is not None:
            banks, pool = banks.filter(pk=target.pk), Pool(target)
        else:
            titles = {row.values["bank"] for row in rows if "bank" in row.values}
            banks, pool = banks.filter(title__in=titles), Pool(None)
        for question in Question.objects.filter(bank__in=banks, is_active=True).select_related("bank"):
            pool.asked.setdefault(question.bank.title, {})[question.fingerprint] = question
        return pool

    def check_row(self, row: ImportedRow, context: Pool) -> None:
        if context.target is not None:
            row.values["bank"] = context.target.title
        elif "bank" not in row.values:
            row.error("bank", "no_bank", _("没有写明导入到哪个题库。"), _("请加一列“题库”，或从题库的页面导入。"))
        if not row.is_sound:
            return
        try:
            draft = draft_checked(_draft(row))
        except ContentError as error:
            row.error(COLUMN_OF_CODE.get(error.code, "answer"), error.code, error.message)
            return
        row.values["draft"], row.values["key"] = draft, (row.values["bank"], draft.fingerprint)
        there = context.questions(row.values["bank"]).get(draft.fingerprint)
        if there is None:
            return
        if there.answers == list(draft.answers):
            row.known(str(there.pk))
        else:
            row.error(
                "answer",
                "answer_differs",
                _("题库里已有这道题，但答案不同。"),
                _("请核对哪个正确；要改题库里的，请打开那道题修改。"),
            )

    def check_all(self, rows: Sequence[ImportedRow], context: Pool) -> None:
        for row, earlier in duplicates(rows, "key"):
            row.error(
                "text",
                "duplicate",
                _("与第 %(line)d 行是同一道题。") % {"line": earlier.line},
                _("同一道题只保留一行。"),
            )

    def apply_chunk(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        at = batch.heartbeat_at or batch.uploaded_at  # when the work on the batch began
        references: dict[int, str] = {}
        for title in dict.fromkeys(row.values["bank"] for row in rows):
            mine = [row for row in rows if row.values["bank"] == title]
            assert batch.organisation is not None
            bank = QuestionBank.objects.filter(organisation=batch.organisation, title=title).first() or bank_create(
                organisation=batch.organisation, title=title, actor=actor, at=at, on=on
            )
            drafts = [row.values["draft"] for row in mine]
            made = questions_add(bank_id=bank.pk, drafts=drafts, actor=actor, at=at, on=on)
            references |= {row.line: str(question.pk) for row, question in zip(mine, made, strict=True)}
        return [references[row.line] for row in rows]


def _bank_of(organisation: Organisation | None, target: str) -> QuestionBank | None:
    """The bank a target names, if it is the organisation's."""
    number = target.removeprefix(TARGET)
    if not target.startswith(TARGET) or not number.isdecimal():
        return None
    return QuestionBank.objects.filter(organisation=organisation, pk=int(number)).first()


def _draft(row: ImportedRow) -> QuestionDraft:
    """The row as a question; an answer that means nothing becomes no answer, which is then refused."""
    kind: QuestionKind = row.values["kind"]
    options = [row.values.get(f"option_{letter.lower()}", "") for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    answer: str = row.values["answer"]
    if kind is QuestionKind.TRUE_FALSE:
        answers = _true_or_false(answer, options)
    else:
        answers = tuple(LETTERS.find(letter) for letter in answer)
    return QuestionDraft(kind, row.values["text"], tuple(options), answers, row.values.get("explanation", ""))


def _true_or_false(answer: str, options: Sequence[str]) -> tuple[int, ...]:
    """Which of 正确 and 错误 is meant: by a word, or by the letter of the file's own options."""
    if answer in ("A", "B"):
        own = options or ["对", "错"]
        place = "AB".index(answer)
        answer = own[place].strip().upper() if place < len(own) else ""
    if answer in RIGHT:
        return (0,)
    return (1,) if answer in WRONG else ()
