"""Where the picture puts its bars and marks: shares of the width, from the first of January of the first year."""

from datetime import date

from certifications.applications.rules.periods import Span
from certifications.record.rules.timeline import Stretch, picture_of

ON = date(2026, 1, 1)


def lane_of(first: date, end: date | None, *proven: Span):
    made = picture_of([Stretch("月嫂", Span(first, end), proven)], [], on=ON)
    assert made is not None
    return made.lanes[0]


def test_nothing_on_file_is_no_picture():
    assert picture_of([], [], on=ON) is None
    assert picture_of([Stretch("月嫂", Span(date(2026, 6, 1)))], [], on=ON) is None


def test_a_whole_life_fills_the_width_and_half_of_it_half():
    assert [(bar.x, bar.width) for bar in lane_of(date(2024, 1, 1), None).outlines] == [("0.00%", "100.00%")]
    # 2024 has 366 of the 731 days.
    assert [(bar.x, bar.width) for bar in lane_of(date(2024, 1, 1), date(2025, 1, 1)).outlines] == [("0.00%", "50.07%")]


def test_what_somebody_stands_for_is_filled():
    lane = lane_of(date(2024, 1, 1), None, Span(date(2025, 1, 1), date(2026, 1, 1)))
    assert [(bar.x, bar.width) for bar in lane.fills] == [("50.07%", "49.93%")]


def test_the_shortest_job_is_still_seen_and_stays_inside():
    lane = lane_of(date(2016, 1, 1), None, Span(date(2025, 12, 31), date(2026, 1, 1)))
    assert [(bar.x, bar.width) for bar in lane.fills] == [("99.40%", "0.60%")]


def test_never_more_than_five_years_are_written():
    for first in range(1980, 2026):
        made = picture_of([Stretch("月嫂", Span(date(first, 3, 1)))], [], on=ON)
        assert made is not None
        assert 1 <= len(made.ticks) <= 5
        assert made.ticks[0].anchor == "start"


def test_the_newest_job_comes_first_and_the_earliest_are_left_out_when_there_are_too_many():
    jobs = [Stretch(f"工作{year}", Span(date(year, 1, 1), date(year, 12, 31))) for year in range(2005, 2020)]
    made = picture_of(jobs, [("证书", date(2018, 5, 1), True), ("证书", date(2019, 5, 1), False)], on=ON)
    assert made is not None
    assert [lane.label for lane in made.lanes[:2]] == ["证书", "工作2019"]
    assert [mark.is_guaranteed for mark in made.lanes[0].marks] == [True, False]
    assert (len(made.lanes), made.left_out) == (12, 4)
