"""What everybody may read: hidden where it is small, kept as it was, the same on the page and in the file."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from foundation.policy.errors import PolicyGapError
from portal.dashboards.base_loading import dashboards_base_load
from portal.dashboards.models import PublicEdition
from portal.dashboards.public import Cell, cells_until, edition_content, edition_make, quarter_ended
from portal.dashboards.states import Dimension
from tests.courses.builders import an_occupation
from tests.portal.dashboards.builders import a_world
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db
JANUARY = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "through"),
    [
        (date(2026, 11, 23), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 9, 30)),
        (date(2026, 9, 30), date(2026, 6, 30)),
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_an_edition_ends_with_the_last_quarter_that_is_over(on, through):
    assert quarter_ended(on) == through


def cells(*lines):
    """(district, group, level, studying, certified, paid)"""
    occupation = an_occupation()
    return [
        Cell(
            {
                Dimension.DISTRICT: district,
                Dimension.GROUP: group,
                Dimension.OCCUPATION: occupation.pk,
                Dimension.LEVEL: level,
            },
            (studying, certified, paid),
            paid * 70_000,
        )
        for district, group, level, studying, certified, paid in lines
    ]


def test_a_small_count_its_money_and_what_would_give_it_away_are_not_in_the_edition_at_all():
    content = edition_content(cells(("350203", "", 5, 40, 60, 80), ("350206", "", 5, 20, 30, 4)), least=10)
    assert content["total"] == {"counts": [60, 90, 84, 234], "paid_fen": 84 * 70_000}
    (table,) = content["tables"]
    assert table["dimension"] == "district"
    assert table["rows"] == [
        {"label": "思明区", "counts": [None, 60, None, 180], "paid_fen": None},
        {"label": "湖里区", "counts": [None, 30, None, 54], "paid_fen": None},
    ]


def test_where_nothing_is_small_everything_is_told():
    content = edition_content(cells(("350203", "", 5, 40, 60, 80), ("350206", "", 4, 20, 30, 14)), least=10)
    assert [table["dimension"] for table in content["tables"]] == ["district", "level"]
    assert all(None not in row["counts"] for table in content["tables"] for row in table["rows"])


def together(found):
    return tuple(map(sum, zip(*(cell.counts for cell in found), strict=True)))


def test_an_edition_counts_what_began_in_its_year_and_stood_there_on_its_last_day(db):
    a_world()
    assert together(cells_until(date(2026, 12, 31))) == (5, 2, 1)
    assert together(cells_until(date(2026, 10, 31))) == (6, 0, 0)
    assert cells_until(date(2026, 9, 30)) == []


def test_an_edition_is_made_once_and_never_changed(db):
    dashboards_base_load(on=TODAY)
    a_world()
    assert edition_make(at=JANUARY) is True
    assert edition_make(at=JANUARY) is False
    edition = PublicEdition.objects.get()
    assert (edition.through, edition.least) == (date(2026, 12, 31), 10)
    assert edition.content["total"] == {"counts": [None, None, None, None], "paid_fen": None}
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        PublicEdition.objects.update(least=1)


def test_without_the_figure_nothing_is_made_public(db):
    with pytest.raises(PolicyGapError):
        edition_make(at=JANUARY)
    assert not PublicEdition.objects.exists()


def an_edition(through, *lines):
    return PublicEdition.objects.create(
        through=through, least=10, least_version_id=1, content=edition_content(cells(*lines), least=10), made_at=JANUARY
    )


def test_anybody_reads_the_last_edition_with_a_mark_for_what_is_hidden(db):
    an_edition(date(2025, 12, 31), ("350203", "", 5, 40, 60, 80), ("350206", "", 5, 20, 30, 40))
    an_edition(date(2026, 6, 30), ("350203", "", 5, 1, 1, 1))
    an_edition(date(2026, 9, 30), ("350203", "", 5, 40, 60, 80), ("350206", "", 5, 20, 30, 4))
    page = Client().get("/figures/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "2026年9月30日" in text
    assert "＊" in text
    assert "待核实" in text
    assert Client().get("/figures/2025/").status_code == 200
    assert Client().get("/figures/2024/").status_code == 404
    assert Client().get("/figures/2026/").url == "/figures/"


def test_the_file_hides_what_the_page_hides(db):
    an_edition(date(2026, 9, 30), ("350203", "", 5, 40, 60, 80), ("350206", "", 5, 20, 30, 4))
    answer = Client().get("/figures/2026/district.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["思明区,180,＊,60,＊,＊", "湖里区,54,＊,30,＊,＊", "合计,234,84,90,60,58800.00"]
    assert Client().get("/figures/2026/school.csv").status_code == 404
    assert Client().get("/figures/2026/district.pdf").status_code == 404


def test_before_the_first_edition_the_page_says_so(db):
    assert "还没有公布数据" in Client().get("/figures/").content.decode()
