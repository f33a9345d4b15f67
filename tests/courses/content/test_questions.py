"""Question banks: questions are replaced and never changed; a file of questions, every error of every row."""

from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.content.errors import ContentError
from courses.content.media_selectors import banks_visible_to, question_ids_now, questions_by_ids, questions_in_use
from courses.content.media_states import QuestionKind
from courses.content.models import Question, QuestionBank
from courses.content.papers import paper_draw, paper_mark
from courses.content.question_imports import target_of
from courses.content.question_services import (
    bank_change,
    bank_create,
    question_add,
    question_replace,
    question_retire,
)
from foundation.accounts.states import Role
from foundation.imports import running
from foundation.imports.errors import ImportRefusedError
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from tests.courses.builders_media import AT, ON, a_bank, a_draft, a_keeper, a_question, a_school
from tests.portal.people import signed_in

WHEN = {"at": AT, "on": ON}


@pytest.fixture
def school(db):
    return a_school()


@pytest.fixture
def bank(school):
    return a_bank(school)


@pytest.fixture
def keeper(school):
    return a_keeper(school)


def test_an_edit_puts_a_new_question_in_the_place_of_the_old(bank, keeper):
    old = a_question(bank)
    new = question_replace(question_id=old.pk, draft=a_draft(options=("28", "37", "48")), actor=keeper, **WHEN)
    old.refresh_from_db()
    assert (new.pk != old.pk, new.replaces, old.is_active, old.options[1]) == (True, old, False, "38 ℃")
    assert list(questions_in_use(bank)) == [new]
    unchanged = question_replace(question_id=new.pk, draft=a_draft(options=("28", "37", "48")), actor=keeper, **WHEN)
    assert unchanged.pk == new.pk
    with pytest.raises(ContentError) as refusal:
        question_replace(question_id=old.pk, draft=a_draft(), actor=keeper, **WHEN)
    assert refusal.value.code == "question_retired"


def test_a_right_answer_can_be_put_right(bank, keeper):
    old = a_question(bank)
    new = question_replace(question_id=old.pk, draft=a_draft(answers=(0,)), actor=keeper, **WHEN)
    assert (new.answers, Question.objects.get(pk=old.pk).answers) == ([0], [1])


def test_a_published_pool_asks_the_same_after_edits_and_retirements(bank, keeper):
    questions = [a_question(bank, a_draft(f"第 {number} 题？")) for number in range(6)]
    pool = question_ids_now(bank)
    before = paper_draw(questions_by_ids(pool), 4, "attempt:7")
    question_replace(question_id=questions[0].pk, draft=a_draft("改过的？"), actor=keeper, **WHEN)
    question_retire(question_id=questions[1].pk, actor=keeper, **WHEN)
    assert paper_draw(questions_by_ids(pool), 4, "attempt:7") == before
    assert paper_draw(questions_by_ids(before.question_ids), 4, "attempt:7") == before
    assert len(question_ids_now(bank)) == 5
    right = {question.id: question.correct for question in before.questions}
    assert paper_mark(before, right).score == 100


def test_the_database_keeps_what_was_asked(bank):
    question = a_question(bank)
    for change in (
        lambda: Question.objects.filter(pk=question.pk).update(text="另一题"),
        lambda: Question.objects.filter(pk=question.pk).update(answers=[0]),
        lambda: Question.objects.filter(pk=question.pk)._raw_delete("default"),
        lambda: Question.objects.filter(pk=question.pk).update(is_active=False),  # without saying when
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    question.refresh_from_db()
    assert (question.text, question.answers, question.is_active) == ("给宝宝洗澡的水温是多少？", [1], True)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (a_draft(" "), "question_empty"),
        (a_draft("长" * 1001), "question_long"),
        (a_draft(options=("只有一个",), answers=(0,)), "question_options"),
        (a_draft(options=("甲", "", "丙")), "question_options"),
        (a_draft(options=("甲", "甲 ", "丙")), "question_options_same"),
        (a_draft(answers=()), "question_answer"),
        (a_draft(answers=(3,)), "question_answer"),
        (a_draft(answers=(0, 1)), "question_answers_many"),
        (a_draft(kind=QuestionKind.MULTIPLE, answers=(0,)), "question_answers_few"),
        (a_draft(kind=QuestionKind.TRUE_FALSE, answers=(2,)), "question_answer"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(bank, keeper, draft, code):
    with pytest.raises(ContentError) as refusal:
        question_add(bank_id=bank.pk, draft=draft, actor=keeper, **WHEN)
    assert refusal.value.code == code
    assert not Question.objects.exists()


def test_the_same_question_is_asked_once_in_a_bank_whatever_its_blanks(bank, keeper):
    a_question(bank)
    with pytest.raises(ContentError) as refusal:
        question_add(bank_id=bank.pk, draft=a_draft("给宝宝洗澡的 水温是多少?"), actor=keeper, **WHEN)
    assert refusal.value.code == "question_twice"
    assert Question.objects.count() == 1


def test_banks_are_named_once_in_a_school_and_kept_by_its_staff_alone(school, bank, keeper):
    with pytest.raises(ContentError) as refusal:
        bank_create(organisation=school, title=" 母婴护理题库 ", actor=keeper, **WHEN)
    assert refusal.value.code == "title_taken"
    stranger, teacher = a_keeper(a_school()), a_keeper(school, Role.TEACHER)
    for actor in (stranger, teacher):
        with pytest.raises(PermissionDenied):
            bank_change(bank_id=bank.pk, title="别的", is_offered=False, actor=actor, on=ON)
        with pytest.raises(PermissionDenied):
            question_add(bank_id=bank.pk, draft=a_draft(), actor=actor, **WHEN)
    assert list(banks_visible_to(stranger, on=ON)) == []
    assert list(banks_visible_to(teacher, on=ON)) == [bank]
    assert (QuestionBank.objects.get().title, Question.objects.count()) == ("母婴护理题库", 0)


HEADER = ["序号", "题型", "题目", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]


def a_file(*rows, header=HEADER):
    book = openpyxl.Workbook()
    for row in (["试题导入表"], header, *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def imported(school, keeper, data, target=""):
    """The batch after its check."""
    batch, _is_new = batch_upload(
        kind_code="questions", data=data, file_name="题.xlsx", actor=keeper, organisation=school, target=target, **WHEN
    )
    batch = batch_check_start(batch_id=batch.pk, actor=keeper, **WHEN)
    return running.batch_check(batch_id=batch.pk, **WHEN)


def issues(batch):
    return {row.line: [issue["code"] for issue in row.issues] for row in batch.rows.order_by("line") if row.issues}


GOOD = [
    [1, "单选题", "水温多少？", "28 ℃", "38 ℃", "48 ℃", None, "B", "手肘试温。"],
    [2, "多选", "洗澡前准备什么？", "浴巾", "衣服", "零食", "尿布", "A、B，Ｄ", None],
    [3, "判断题", "可以把宝宝独自留在浴盆里。", None, None, None, None, "×", "一刻也不能离开。"],
    [4, "判断", "先放冷水再放热水。", "错", "对", None, None, "B", None],
]


def test_a_file_of_questions_goes_into_its_bank(school, bank, keeper):
    batch = imported(school, keeper, a_file(*GOOD), target_of(bank))
    assert issues(batch) == {}
    batch_apply_start(batch_id=batch.pk, actor=keeper, **WHEN)
    batch = running.batch_apply(batch_id=batch.pk, **WHEN)
    assert (batch.state, batch.rows_applied) == ("applied", 4)
    found = [(q.kind, q.options, q.answers, q.explanation) for q in questions_in_use(bank)]
    assert found == [
        ("single", ["28 ℃", "38 ℃", "48 ℃"], [1], "手肘试温。"),
        ("multiple", ["浴巾", "衣服", "零食", "尿布"], [0, 1, 3], ""),
        ("true_false", ["正确", "错误"], [1], "一刻也不能离开。"),
        ("true_false", ["正确", "错误"], [0], ""),
    ]
    more = a_file(*GOOD, [5, "单选", "新题？", "甲", "乙", None, None, "A", None])
    again = imported(school, keeper, more, target_of(bank))
    assert (again.rows_known, again.rows_ready) == (4, 1)


def test_every_error_of_every_row_is_found_and_nothing_is_written(school, bank, keeper):
    a_question(bank, a_draft("在库里的？", options=("甲", "乙"), answers=(0,)))
    batch = imported(
        school,
        keeper,
        a_file(
            [1, "填空题", "什么？", "甲", "乙", None, None, "A", None],
            [2, "单选题", None, "甲", "乙", None, None, "A", None],
            [3, "单选题", "三？", "甲", None, "丙", None, "A", None],
            [4, "单选题", "四？", "甲", "乙", None, None, "C", None],
            [5, "单选题", "五？", "甲", "乙", None, None, "AB", None],
            [6, "多选题", "六？", "甲", "乙", None, None, "A", None],
            [7, "判断题", "七？", None, None, None, None, "也许", None],
            [8, "单选题", "八？", "甲", "乙", None, None, "A", None],
            [9, "单选题", "八 ？", "甲", "乙", None, None, "B", None],
            [10, "单选题", "在库里的？", "甲", "乙", None, None, "B", None],
            [11, "单选题", "十一？", "=1+1", "乙", None, None, "A", None],
        ),
        target_of(bank),
    )
    assert issues(batch) == {
        3: ["not_listed"],
        4: ["missing"],
        5: ["question_options"],
        6: ["question_answer"],
        7: ["question_answers_many"],
        8: ["question_answers_few"],
        9: ["question_answer"],
        11: ["duplicate"],
        12: ["answer_differs"],
        13: ["formula"],
    }
    assert Question.objects.count() == 1


def test_without_a_bank_the_file_names_one_that_is_made_when_it_is_new(school, keeper):
    header = ["题库", *HEADER[1:]]
    rows = [[title, *row[1:]] for title, row in zip(["甲库", "乙库", "甲库", None], GOOD, strict=True)]
    batch = imported(school, keeper, a_file(*rows, header=header))
    assert issues(batch) == {6: ["no_bank"]}
    batch_apply_start(batch_id=batch.pk, actor=keeper, **WHEN)
    running.batch_apply(batch_id=batch.pk, **WHEN)
    counts = {bank.title: bank.questions_in_use for bank in banks_visible_to(keeper, on=ON)}
    assert counts == {"甲库": 2, "乙库": 1}


def test_a_file_cannot_be_aimed_at_another_schools_bank(school, keeper):
    other = a_bank(a_school())
    for target in (target_of(other), "bank:x", "bank:0", "run:1"):
        with pytest.raises(ImportRefusedError):
            imported(school, keeper, a_file(*GOOD), target)
    assert not Question.objects.exists()


def words(answer):
    return answer.content.decode()


def test_questions_are_written_edited_and_retired_at_the_desk(school, keeper):
    desk = signed_in(keeper)
    desk.post(reverse("bank_new"), {"title": "母婴护理初级"})
    bank = QuestionBank.objects.get()
    single = {"text": "水温多少？", "option_a": "28", "option_b": "38", "answers": "1", "explanation": "试温"}
    several = {"text": "准备什么？", "option_a": "浴巾", "option_b": "衣服", "option_c": "零食", "answers": ["0", "1"]}
    judged = {"text": "可以离开。", "answers": "1"}
    for kind, given in (("single", single), ("multiple", several), ("true_false", judged)):
        answer = desk.post(reverse("question_new", args=[bank.pk, kind]), given)
        assert answer.status_code == 302
    page = words(desk.get(reverse("bank_detail", args=[bank.pk])))
    assert all(text in page for text in ("水温多少？", "准备什么？", "可以离开。", "在用试题 3 道"))
    first = questions_in_use(bank)[0]
    edit = reverse("question_edit", args=[first.pk])
    assert 'value="38"' in words(desk.get(edit))
    assert desk.post(edit, single | {"option_b": "37"}).status_code == 302
    desk.post(reverse("question_retire", args=[questions_in_use(bank)[0].pk]))
    assert [q.text for q in questions_in_use(bank)] == ["可以离开。", "水温多少？"]
    assert Question.objects.count() == 4
    wrong = desk.post(reverse("question_new", args=[bank.pk, "multiple"]), several | {"answers": ["0"]})
    assert wrong.status_code == 422
    assert "多选题至少要有两个正确答案" in words(wrong)
    assert 'value="零食"' in words(wrong)


def test_another_schools_bank_does_not_exist(school, bank):
    question = a_question(bank)
    stranger = signed_in(a_keeper(a_school()))
    for name in ("bank_detail", "bank_edit", "bank_import"):
        assert stranger.get(reverse(name, args=[bank.pk])).status_code == 404
    assert stranger.get(reverse("question_new", args=[bank.pk, "single"])).status_code == 404
    for name in ("question_edit", "question_retire"):
        assert stranger.post(reverse(name, args=[question.pk]), {"text": "x"}).status_code == 404
    question.refresh_from_db()
    assert question.is_active


def test_a_file_is_brought_from_the_banks_page_and_goes_on_as_every_import(bank, keeper):
    desk = signed_in(keeper)
    url = reverse("bank_import", args=[bank.pk])
    assert bank.title in words(desk.get(url))
    answer = desk.post(url, {"file": SimpleUploadedFile("题.xlsx", a_file(*GOOD))}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/staff/imports/")
    assert "题型" in words(answer)
    refused = desk.post(url, {"file": SimpleUploadedFile("题.xlsx", b"PK\x03\x04 broken")})
    assert refused.status_code == 422
