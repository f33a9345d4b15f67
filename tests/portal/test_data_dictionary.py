"""The data dictionary says what the database really holds."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

SCRIPTS = Path(__file__).resolve().parents[2] / "deploy" / "local"

TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
"""
CONSTRAINTS = """
SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE k.contype IN ('c', 'x') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
"""
PARTITIONED = """
SELECT c.relname, a.attname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
  JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
"""


@pytest.fixture
def dictionary(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = import_module("data_dictionary")
    yield module
    for name in ("data_dictionary", "database_rules"):
        sys.modules.pop(name, None)


@pytest.fixture
def ours(dictionary):
    """Our models by the name of their table."""
    return {model._meta.db_table: model for floor in dictionary.FLOORS for model in dictionary._models(floor)}


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return set(cursor.fetchall())


@pytest.mark.django_db
def test_the_triggers_read_from_the_migrations_are_those_of_the_database(dictionary, ours):
    told = {(table, name) for table, found in dictionary.rules().triggers.items() for name in found}
    assert told == {(table, name) for table, name in asked(TRIGGERS) if table in ours}


@pytest.mark.django_db
def test_every_check_and_exclusion_of_the_database_is_told_by_its_name(dictionary, ours):
    pages = dictionary.pages()
    text = "\n".join(pages.values())
    named = {name for table, name in asked(CONSTRAINTS) if table in ours}
    assert len(named) > 200
    made_by_django = {name for name in named if name.endswith("_check")}  # "not negative", said by the type
    assert {name for name in named - made_by_django if f"`{name}`" not in text} == set()


@pytest.mark.django_db
def test_the_tables_cut_by_month_are_told_with_their_column(dictionary):
    assert set(dictionary.rules().partitions.items()) == asked(PARTITIONED)


def test_the_pages_are_the_same_each_time_and_as_committed(dictionary):
    pages = dictionary.pages()
    assert pages == dictionary.pages()
    assert {path.name for path in dictionary.OUT.glob("*.md")} == set(pages)


def test_the_page_says_what_is_encrypted_and_who_may_read_it(dictionary):
    page = dictionary.pages()["workers.md"]
    section = page.split("### workers.Worker\n")[1].split("\n### ")[0]
    [row] = [line for line in section.splitlines() if line.startswith("| `id_number` |")]
    assert "**encrypted**; in plain, for a purpose, to body_staff, officer_inspection, officer_intake," in row
    assert "auditor" not in row


def test_an_old_page_fails_the_check_and_the_command_is_named(dictionary, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(dictionary, "OUT", tmp_path)
    monkeypatch.setattr(dictionary, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["data_dictionary.py"])
    assert dictionary.main() == 0
    monkeypatch.setattr(sys, "argv", ["data_dictionary.py", "--check"])
    assert dictionary.main() == 0
    (tmp_path / "workers.md").write_text("another text", "utf-8")
    assert dictionary.main() == 1
    assert "workers.md is out of date. Write the data dictionary anew: make dictionary" in capsys.readouterr().out
