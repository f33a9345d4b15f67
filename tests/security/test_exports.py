"""Nothing in a file that leaves the site is run by a spreadsheet, whoever wrote what stands in it."""

from pathlib import Path

import pytest
from django.conf import settings
from import_export import resources

from courses.completion.sheets import csv_text, text_cell
from foundation.desk import StaffResource, harmless

FLOORS = ("workers", "courses", "certifications", "subsidies", "residency", "site")
# Whatever writes a sheet of its own, and how its cells are kept from being formulas.
WRITERS = {
    "certifications/certificates/services/looks.py": "harmless",
    "certifications/scoring/body_views.py": "table_pieces",
    "courses/completion/school_views.py": "report_pieces",
    "courses/completion/sheets.py": "harmless",
    "site/foundation/imports/workbook.py": 'data_type = "s"',
    "site/portal/dashboards/views.py": "",
    "subsidies/school_claims/sheets.py": "harmless",
}
SIGNS = ("Workbook(", "text/csv", "csv.writer", "DictWriter")
MADE_UP = "site/portal/"  # the demonstration's own files


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "\u3000=", "\ufeff="]
)
def test_what_a_spreadsheet_would_run_becomes_text(sign):
    text = f'{sign}cmd|"/c calc"!A1'
    assert harmless(text) == f"'{text}"
    assert csv_text(text).lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["李梅", "350201197805060048", "2026-11-23", "", "a=b", "（-1）"])
def test_everything_else_stays_as_it_is(text):
    assert harmless(text) == text


def test_a_cell_of_a_workbook_is_text_and_no_markup():
    assert text_cell("=1+1<x>&\x00") == '<c t="inlineStr"><is><t xml:space="preserve">=1+1&lt;x&gt;&amp;</t></is></c>'


def test_every_list_that_is_exported_goes_through_the_one_resource():
    waiting, loose = [resources.Resource], []
    while waiting:
        made = waiting.pop()
        waiting += made.__subclasses__()
        if made.__module__.split(".")[0] not in {"import_export"} and not issubclass(made, StaffResource):
            loose.append(made)
    assert loose == []


def test_whoever_writes_a_sheet_of_her_own_is_named_here():
    root = Path(settings.ROOT)
    found = {}
    for floor in FLOORS:
        for path in (root / floor).rglob("*.py"):
            name, text = str(path.relative_to(root)), path.read_text("utf-8")
            if any(sign in text for sign in SIGNS) and "/journey/" not in name and "/world/" not in name:
                found[name] = text
    assert sorted(set(found) - set(WRITERS)) == []
    assert {name for name, text in found.items() if WRITERS[name] not in text} == set()
