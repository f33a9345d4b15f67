"""Which operations of a migration suit the code of before, while it still runs."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from deploy.pending import BREAKS, LOOK, findings


def degrees(*operations: Operation) -> list[int]:
    migration = migrations.Migration("0002_more", "workers")
    migration.operations = list(operations)
    return [degree for degree, _words in findings([(migration, False)])]


def text(**about: Any) -> models.Field:
    return models.CharField(max_length=10, **about)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]), []),
        (migrations.AddField("worker", "note", text(null=True)), []),
        (migrations.AddField("worker", "note", text(db_default="")), []),
        (migrations.AddField("worker", "note", text(default="")), [BREAKS]),
        (migrations.RemoveField("worker", "name"), [BREAKS]),
        (migrations.DeleteModel("Worker"), [BREAKS]),
        (migrations.RenameField("worker", "name", "called"), [BREAKS]),
        (migrations.RenameModel("Worker", "Person"), [BREAKS]),
        (migrations.AlterField("worker", "name", text()), [LOOK]),
        (migrations.AddIndex("worker", models.Index(fields=["name"], name="by_name")), [LOOK]),
        (migrations.AddConstraint("worker", models.CheckConstraint(condition=models.Q(pk=1), name="one")), [LOOK]),
        (migrations.RemoveConstraint("worker", "one"), []),
        (migrations.RunSQL("SELECT 1"), [LOOK]),
        (migrations.RunPython(migrations.RunPython.noop), [LOOK]),
        (migrations.AlterModelOptions("worker", {"verbose_name": "人"}), []),
        (migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Worker")]), []),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Operation) else None,
)
def test_an_operation_is_judged_by_what_the_code_of_before_knows(operation: Operation, expected: list[int]) -> None:
    assert degrees(operation) == expected


def test_a_table_that_nobody_knows_yet_may_be_changed_at_will() -> None:
    made = migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])
    asked = migrations.AddField("note", "text", text(default=""))
    assert degrees(made, asked) == []
    assert degrees(asked) == [BREAKS]
