"""The packs: they come in once, say where they stand, and a mistake in one is refused with its row."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.database import period
from foundation.policy import base_files
from subsidies.schemes.base_loading import DEMONSTRATION, FOLDER, schemes_base_load, schemes_demo_load
from subsidies.schemes.errors import SchemeError
from subsidies.schemes.models import OccupationFlag, Scheme, SchemePaper
from subsidies.schemes.pack_files import packs_read
from subsidies.schemes.selectors import figures_of, schemes_on, schemes_shown

TODAY = date(2026, 11, 23)
XIAMEN, QUANZHOU = "350200", "350500"
ROOT = Path(__file__).parents[3]


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Scheme, SchemePaper, OccupationFlag)]


def test_loading_twice_changes_nothing(loaded):
    before = rows()
    schemes_base_load(on=date(2026, 12, 1))
    schemes_demo_load(on=date(2026, 12, 1))
    assert rows() == before


def test_xiamen_has_no_scheme_of_its_own_today_and_says_which_have_ended(loaded):
    assert [one for one in schemes_on(city=XIAMEN, on=TODAY) if not one.is_demonstration] == []
    shown = [one for one in schemes_shown(city=XIAMEN, on=TODAY) if not one.is_demonstration]
    assert [(one.code, one.effective.upper) for one in shown] == [
        ("subsidy.training", date(2026, 1, 1)),
        ("subsidy.insurance", date(2024, 1, 1)),
        ("subsidy.assessment", date(2024, 1, 1)),
        ("allowance.living", date(2026, 1, 1)),
    ]


def test_the_demonstration_is_marked_as_one(loaded):
    made = schemes_on(city=XIAMEN, on=TODAY)
    assert [one.code for one in made] == [
        f"demonstration.{name}" for name in ("training", "insurance", "assessment", "living", "project")
    ]
    for scheme in made:
        assert scheme.is_demonstration
        assert scheme.provenance == "P"
        assert scheme.name.startswith("演示")
        assert "不是真实政策" in scheme.summary
        assert "演示" in scheme.document.title
        assert {figure.verified for figure in figures_of(scheme, on=TODAY).values()} == {False}


def test_a_second_city_is_a_file(loaded):
    assert [one.code for one in schemes_on(city=QUANZHOU, on=TODAY)] == [
        "subsidy.training",
        "subsidy.project",
        "allowance.living",
    ]
    assert OccupationFlag.objects.filter(city_code=QUANZHOU).count() == 3
    assert not OccupationFlag.objects.filter(city_code=XIAMEN).exists()


def test_every_scheme_names_its_paper_and_how_it_was_found(loaded):
    schemes = list(Scheme.objects.select_related("document"))
    assert schemes
    for scheme in schemes:
        assert scheme.document.title
        assert scheme.drafted_by_id is None
        assert scheme.papers.exists()


# --- a pack with a mistake -----------------------------------------------------------------------------------------

PACK = (DEMONSTRATION / "packs" / "350200.toml").read_text("utf-8")
PAPER = 'document = "demonstration-subsidies"'


@pytest.mark.parametrize(
    ("was", "now", "row", "word"),
    [
        ("order = 910", 'order = 910\ncolour = "red"', "demonstration.training", "colour"),
        ('fund = "employment"\n', "", "demonstration.training", "fund"),
        ('rule = "hours"', 'rule = "weight"', "demonstration.project", "weight"),
        ('rule = "living"', 'rule = "hours"', "demonstration.living", "没有规则会用到“demonstration.living"),
        (PAPER, 'document = "nobodys-paper"', "demonstration.training", "nobodys-paper"),
        ("since = 2024-01-01", "since = 2023-12-31", "demonstration.training", "第一天没有任何金额"),
        ("order = 910", "order = 910\namount_not_found = true", "demonstration.training", "已有金额"),
        ('city = "350200"', 'city = "350200"\nmayor = "x"', "", "mayor"),
    ],
)
def test_a_pack_with_a_mistake_is_refused_by_its_row(tmp_path, was, now, row, word):
    assert was in PACK
    (tmp_path / "350200.toml").write_text(PACK.replace(was, now, 1), "utf-8")
    with pytest.raises(SchemeError) as refusal:
        packs_read(tmp_path, base_files.read(DEMONSTRATION / "rules"))
    assert refusal.value.code == "pack_invalid"
    assert "350200.toml" in refusal.value.message
    assert row in refusal.value.message
    assert re.search(word, refusal.value.message)


def test_a_figure_that_no_rule_reads_is_refused(tmp_path):
    (tmp_path / "350200.toml").write_text(PACK, "utf-8")
    figures = base_files.read(DEMONSTRATION / "rules")
    one = figures.parameters[0]
    for code in ("demonstration.training.amount.level9", "demonstration.training.requires.good_looks"):
        wrong = base_files.BaseParameter(code=code, unit="fen", meaning="", city="350200", versions=one.versions)
        data = base_files.BaseData(figures.documents, [*figures.parameters, wrong])
        with pytest.raises(SchemeError, match=code):
            packs_read(tmp_path, data)


def test_a_file_never_changes_what_is_published(loaded, monkeypatch, tmp_path):
    before = rows()
    folder = tmp_path / "demonstration"
    (folder / "packs").mkdir(parents=True)
    (folder / "rules").symlink_to(DEMONSTRATION / "rules")
    (folder / "packs" / "350200.toml").write_text(PACK.replace('fund = "employment"', 'fund = "unemployment"', 1))
    monkeypatch.setattr("subsidies.schemes.base_loading.DEMONSTRATION", folder)
    with pytest.raises(SchemeError) as refusal:
        schemes_demo_load(on=TODAY)
    assert refusal.value.code == "base_data_changed"
    assert "demonstration.training" in refusal.value.message
    assert rows() == before


def test_what_an_officer_has_ended_stays_ended_at_the_next_load(loaded):
    scheme = Scheme.objects.get(city_code=QUANZHOU, code="subsidy.training")
    scheme.effective = period(date(2024, 7, 1), date(2026, 12, 31))
    scheme.save(update_fields=["effective"])
    schemes_base_load(on=TODAY)
    scheme.refresh_from_db()
    assert scheme.effective.upper == date(2027, 1, 1)


# --- what is published is frozen -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Scheme, OccupationFlag])
@pytest.mark.parametrize(
    "change",
    [
        "note = 'x'",
        "provenance = 'F-A'",
        "state = 'draft'",
        "effective = '[2024-07-02,)'",
        "effective = '[2024-06-30,)'",
    ],
)
def test_the_database_keeps_a_published_row(loaded, model, change):
    one = model.objects.filter(city_code=QUANZHOU, effective__startswith=date(2024, 7, 1)).first()
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {change} WHERE id = {one.pk}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = {one.pk}")
    assert rows() == before


def test_the_end_of_a_published_row_only_comes_earlier(loaded):
    scheme = Scheme.objects.get(city_code=XIAMEN, code="allowance.living")
    for last in (date(2025, 6, 30), date(2024, 6, 30)):
        scheme.effective = period(scheme.effective.lower, last)
        scheme.save(update_fields=["effective"])
    scheme.effective = period(scheme.effective.lower, date(2025, 6, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        scheme.save(update_fields=["effective"])


def test_a_draft_is_free(loaded):
    scheme = Scheme.objects.get(city_code=QUANZHOU, code="subsidy.project")
    scheme.pk, scheme.state, scheme.published_at = None, "draft", None
    scheme.save()
    scheme.note = "改过"
    scheme.save()
    assert Scheme.objects.get(pk=scheme.pk).note == "改过"
    scheme.delete()


# --- nothing of a city stands in code ------------------------------------------------------------------------------

CITY_WORDS = re.compile(r"厦门|泉州|3502\d\d|3505\d\d|厦人社|见证补贴")
AMOUNTS = re.compile(
    r"(?<![\d.])(700|840|910|1000|1200|1300|1500|1800|1950|2000|2400|2600|3000|3600|3900)(00)?(?![\d.])"
)


def test_no_name_and_no_figure_of_a_city_stands_in_code():
    found = []
    for path in sorted((ROOT / "subsidies").rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if CITY_WORDS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
            if "schemes" in path.parts and AMOUNTS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_the_packs_of_the_base_are_good():
    figures = base_files.read()
    more = base_files.read(FOLDER / "rules")
    data = base_files.BaseData(figures.documents + more.documents, figures.parameters + more.parameters)
    files = [pack.file for pack in packs_read(FOLDER / "packs", data)]
    assert files == ["350200-awards.toml", "350200.toml", "350500.toml"]
