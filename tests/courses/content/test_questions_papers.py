"""A paper is the same from the same seed for ever, and marked exactly."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.papers import MarkedPaper, paper_draw, paper_mark


@dataclass
class Written:
    pk: int
    kind: str = "single"
    text: str = "？"
    options: list[str] = field(default_factory=lambda: ["甲", "乙", "丙", "丁"])
    answers: list[int] = field(default_factory=lambda: [2])
    explanation: str = "因为。"


def a_pool(size=20):
    return [Written(number) for number in range(1, size + 1)]


def test_the_same_seed_gives_the_same_paper_in_any_order_of_the_bank():
    assert paper_draw(a_pool(), 5, "s") == paper_draw(reversed(a_pool()), 5, "s")
    assert paper_draw(a_pool(), 5, "s").question_ids != paper_draw(a_pool(), 5, "t").question_ids


def test_the_paper_of_a_seed_does_not_change_with_the_program():
    paper = paper_draw(a_pool(), 3, "attempt:1")
    assert paper.question_ids == [17, 9, 19]
    assert paper.questions[0].options == ("丁", "甲", "乙", "丙")


@given(st.integers(1, 30), st.integers(0, 40), st.text(max_size=10))
def test_an_attempt_can_be_drawn_again_from_its_ids_alone(size, count, seed):
    pool = a_pool(size)
    paper = paper_draw(pool, count, seed)
    ids = paper.question_ids
    assert len(set(ids)) == len(ids) == min(size, count)
    assert paper_draw([question for question in pool if question.pk in ids], len(ids), seed) == paper


@given(st.text(max_size=10))
def test_shuffled_options_keep_the_right_one(seed):
    for question in paper_draw(a_pool(), 20, seed).questions:
        assert [question.options[place] for place in question.correct] == ["丙"]
        assert sorted(question.options) == sorted(["甲", "乙", "丙", "丁"])


def test_options_are_shuffled_and_those_that_speak_of_the_others_stay_in_place():
    last = Written(1, options=["甲", "乙", "丙", "以上都对"], answers=[3])
    letters = Written(2, options=["甲", "乙", "A和B都对", "都不对"], answers=[2])
    judged = Written(3, kind="true_false", options=["正确", "错误"], answers=[0])
    orders = set()
    for seed in range(40):
        shown = {question.id: question for question in paper_draw([last, letters, judged], 3, seed).questions}
        assert shown[1].options[3] == "以上都对"
        assert shown[2].options == tuple(letters.options)
        assert shown[3].options == ("正确", "错误")
        orders.add(shown[1].options)
    assert len(orders) == 6


def marked(chosen, **about):
    paper = paper_draw([Written(1, options=["甲", "A和B", "丙"], **about)], 1, "s")
    return paper_mark(paper, {1: chosen})


@pytest.mark.parametrize(
    ("chosen", "is_right"),
    [([0, 2], True), ([2, 0, 0], True), ([0], False), ([0, 1, 2], False), ([], False), ([0, 2, 99], True)],
)
def test_a_multiple_question_is_right_with_exactly_its_options(chosen, is_right):
    assert marked(chosen, kind="multiple", answers=[0, 2]).questions[0].is_right is is_right


def test_answers_to_questions_that_are_not_on_the_paper_count_for_nothing():
    paper = paper_draw(a_pool(2), 2, "s")
    result = paper_mark(paper, {99: [0]})
    assert (result.right, result.total, result.score) == (0, 2, 0)
    assert [question.is_answered for question in result.questions] == [False, False]


def test_the_feedback_names_the_right_options_and_why():
    question = marked([0], answers=[2]).questions[0]
    assert (question.is_right, question.correct_options, question.question.explanation) == (False, ["丙"], "因为。")


def test_a_score_is_rounded_down_and_the_mark_is_compared_exactly():
    paper = paper_draw(a_pool(3), 3, "s")
    answers = {question.id: question.correct for question in paper.questions[:2]}
    result = paper_mark(paper, answers)
    assert (result.right, result.score) == (2, 66)
    assert result.reaches(66)
    assert not result.reaches(67)
    assert MarkedPaper(()).score == 0
    assert not MarkedPaper(()).reaches(0)
