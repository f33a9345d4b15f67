"""What is done to question banks. A question is never changed: an edit writes a new one and retires the old."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from courses.content.errors import ContentError
from courses.content.media_selectors import keeps_media_of
from courses.content.media_states import QuestionKind
from courses.content.models import Question, QuestionBank
from foundation.accounts.models import Organisation, User
from foundation.audit.services import audit_record

MOST_OPTIONS = 6
LETTERS = "ABCDEF"
# What stands for right and wrong in every true-or-false question, whatever the school wrote.
TRUE_FALSE_OPTIONS = ("正确", "错误")


@dataclass(frozen=True)
class QuestionDraft:
    """A question as somebody writes it; ``answers`` are places in ``options``, from 0."""

    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    answers: tuple[int, ...]
    explanation: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same question and options, whatever blanks and width they are written with."""
        words = [str(self.kind), _plain(self.text), *(_plain(option) for option in self.options)]
        return sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def draft_checked(draft: QuestionDraft) -> QuestionDraft:
    """The draft tidied; raises ``ContentError`` when it cannot be asked or answered."""
    options = TRUE_FALSE_OPTIONS if draft.kind == QuestionKind.TRUE_FALSE else draft.options
    tidy = QuestionDraft(
        QuestionKind(draft.kind),
        draft.text.strip(),
        tuple(option.strip() for option in options),
        tuple(sorted(set(draft.answers))),
        draft.explanation.strip(),
    )
    problem = _problem(tidy)
    if problem is not None:
        raise ContentError(*problem)
    return tidy


def _problem(draft: QuestionDraft) -> tuple[str, str] | None:
    """What is the matter with a question, as code and sentence: the first thing, from the question to its answers."""
    options, right, is_multiple = draft.options, draft.answers, draft.kind == QuestionKind.MULTIPLE
    is_long = len(draft.text) > 1000 or len(draft.explanation) > 1000 or any(len(option) > 300 for option in options)
    is_complete = 2 <= len(options) <= MOST_OPTIONS and all(options)
    checks = [
        (not draft.text, "question_empty", _("请填写题目。")),
        (is_long, "question_long", _("内容太长：题目和解析最多 1000 字，每个选项最多 300 字。")),
        (not is_complete, "question_options", _("请填写 2 到 6 个选项，从 A 开始，中间不能空。")),
        (
            len({_plain(option) for option in options}) < len(options),
            "question_options_same",
            _("有两个选项内容相同。请改正。"),
        ),
        (
            not right or not set(right) <= set(range(len(options))),
            "question_answer",
            _("请指出正确答案；答案必须是填写了内容的选项。"),
        ),
        (
            is_multiple and len(right) < 2,
            "question_answers_few",
            _("多选题至少要有两个正确答案。只有一个的，请改成单选题。"),
        ),
        (
            not is_multiple and len(right) > 1,
            "question_answers_many",
            _("单选题和判断题只能有一个正确答案。有几个的，请改成多选题。"),
        ),
    ]
    return next(((code, sentence) for is_wrong, code, sentence in checks if is_wrong), None)


@transaction.atomic
def bank_create(*, organisation: Organisation, title: str, actor: User, at: datetime, on: date) -> QuestionBank:
    """A new, empty bank of a school; raises ``ContentError`` when the school has one of that name."""
    _refuse_strangers(actor, organisation.pk, on)
    title = _title_checked(organisation.pk, title)
    bank = QuestionBank.objects.create(organisation=organisation, title=title, created_by=actor, created_at=at)
    audit_record("content.question_bank.created", bank, actor=actor)
    return bank


@transaction.atomic
def bank_change(*, bank_id: int, title: str, is_offered: bool, actor: User, on: date) -> QuestionBank:
    """Rename a bank, or stop offering it to courses. Courses that have it keep it."""
    bank = _locked(bank_id, actor, on)
    bank.title = _title_checked(bank.organisation_id, title, but=bank.pk)
    bank.is_offered = is_offered
    bank.save(update_fields=["title", "is_offered"])
    audit_record("content.question_bank.changed", bank, actor=actor, data={"is_offered": is_offered})
    return bank


def _title_checked(organisation_id: int, title: str, but: int = 0) -> str:
    title = " ".join(title.split())[:100]
    if not title:
        raise ContentError("title_missing", _("请填写题库名称。"))
    # The school's row is the lock: two people naming a bank at once stand in line.
    Organisation.objects.select_for_update().get(pk=organisation_id)
    if QuestionBank.objects.filter(organisation=organisation_id, title=title).exclude(pk=but).exists():
        raise ContentError("title_taken", _("本校已有名为“%(title)s”的题库。请换一个名称。") % {"title": title})
    return title


@transaction.atomic
def question_add(*, bank_id: int, draft: QuestionDraft, actor: User, at: datetime, on: date) -> Question:
    """Put a question into a bank."""
    bank = _locked(bank_id, actor, on)
    tidy = draft_checked(draft)
    _refuse_twice(bank, tidy)
    question = _written(bank, tidy, actor, at)
    question.save()
    audit_record("content.question.added", question, actor=actor, data={"bank": bank.pk})
    return question


@transaction.atomic
def question_replace(*, question_id: int, draft: QuestionDraft, actor: User, at: datetime, on: date) -> Question:
    """Edit a question: the new one is asked from now on, the old one stays for papers and courses that drew from it.

    Gives the question as it is when nothing was changed.
    """
    old = Question.objects.select_for_update().get(pk=question_id)
    bank = _locked(old.bank_id, actor, on)
    tidy = draft_checked(draft)
    _refuse_retired(old)
    if _draft_of(old) == tidy:
        return old
    _retire(old, at)
    _refuse_twice(bank, tidy)
    new = _written(bank, tidy, actor, at)
    new.replaces = old
    new.save()
    audit_record("content.question.replaced", new, actor=actor, data={"bank": bank.pk, "replaces": old.pk})
    return new


@transaction.atomic
def question_retire(*, question_id: int, actor: User, at: datetime, on: date) -> Question:
    """Ask a question no more; papers and courses that drew from it keep it."""
    question = Question.objects.select_for_update().get(pk=question_id)
    _locked(question.bank_id, actor, on)
    _refuse_retired(question)
    _retire(question, at)
    audit_record("content.question.retired", question, actor=actor, data={"bank": question.bank_id})
    return question


@transaction.atomic
def questions_add(
    *, bank_id: int, drafts: Sequence[QuestionDraft], actor: User, at: datetime, on: date
) -> list[Question]:
    """Put many questions into a bank at once, or none of them."""
    bank = _locked(bank_id, actor, on)
    questions = [_written(bank, draft_checked(draft), actor, at) for draft in drafts]
    Question.objects.bulk_create(questions)
    audit_record("content.question.imported", bank, actor=actor, data={"questions": len(questions)})
    return questions


def _written(bank: QuestionBank, draft: QuestionDraft, actor: User, at: datetime) -> Question:
    return Question(
        bank=bank,
        kind=draft.kind,
        text=draft.text,
        options=list(draft.options),
        answers=list(draft.answers),
        explanation=draft.explanation,
        fingerprint=draft.fingerprint,
        created_by=actor,
        created_at=at,
    )


def _draft_of(question: Question) -> QuestionDraft:
    return QuestionDraft(
        QuestionKind(question.kind),
        question.text,
        tuple(question.options),
        tuple(question.answers),
        question.explanation,
    )


def _retire(question: Question, at: datetime) -> None:
    question.is_active, question.retired_at = False, at
    question.save(update_fields=["is_active", "retired_at"])


def _refuse_retired(question: Question) -> None:
    if not question.is_active:
        raise ContentError("question_retired", _("这道题已经停用或被修改过。请回到题库，打开现在的题目。"))


def _refuse_twice(bank: QuestionBank, draft: QuestionDraft) -> None:
    if Question.objects.filter(bank=bank, is_active=True, fingerprint=draft.fingerprint).exists():
        raise ContentError("question_twice", _("题库里已有同样的题目。请修改题目或选项。"))


def _refuse_strangers(actor: User, organisation_id: int, on: date) -> None:
    if not keeps_media_of(actor, organisation_id, on=on):
        raise PermissionDenied(_("您只能维护本校的视频和题库。"))


def _locked(bank_id: int, actor: User, on: date) -> QuestionBank:
    """The bank under lock, so that its questions change one after the other."""
    bank = QuestionBank.objects.select_for_update().get(pk=bank_id)
    _refuse_strangers(actor, bank.organisation_id, on)
    return bank
