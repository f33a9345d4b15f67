"""What the migrations make in the database beside the models: triggers, raw constraints, partitions.

Read from the migrations themselves, in their order, so that no database is needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

TRIGGER = re.compile(
    r"CREATE (?P<constraint>CONSTRAINT )?TRIGGER (?P<name>\w+) (?P<when>BEFORE|AFTER) (?P<what>.+?) ON (?P<table>\w+)"
    r"(?P<rest>.*?)EXECUTE FUNCTION (?P<function>\w+)",
    re.S,
)
TRIGGER_GONE = re.compile(r"DROP TRIGGER (?:IF EXISTS )?(?P<name>\w+) ON (?P<table>\w+)")
FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?P<name>\w+)\(.*?AS \$(?P<mark>\w*)\$(?P<body>.*?)\$(?P=mark)\$", re.S
)
REFUSAL = re.compile(r"RAISE EXCEPTION\s+'(?P<words>(?:[^']|'')+)'")
CONSTRAINT = re.compile(r"ALTER TABLE (?P<table>\w+) ADD CONSTRAINT (?P<name>\w+)")
CONSTRAINT_GONE = re.compile(r"ALTER TABLE (?P<table>\w+) DROP CONSTRAINT (?:IF EXISTS )?(?P<name>\w+)")
PARTITIONED = re.compile(r"CREATE TABLE (?P<table>\w+) \([^;]*?\) PARTITION BY RANGE \((?P<column>\w+)\)", re.S)


@dataclass(frozen=True)
class Trigger:
    name: str
    when: str
    function: str
    is_deferred: bool


@dataclass
class Rules:
    """By table: its triggers, the constraints no model names, the column by which it is cut. Refusals by function."""

    triggers: dict[str, dict[str, Trigger]] = field(default_factory=lambda: defaultdict(dict))
    constraints: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    partitions: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, list[str]] = field(default_factory=dict)

    def read(self, sql: str) -> None:
        for found in FUNCTION.finditer(sql):
            words = [match["words"].replace("''", "'") for match in REFUSAL.finditer(found["body"])]
            self.refusals[found["name"]] = list(dict.fromkeys(words))
        for found in TRIGGER_GONE.finditer(sql):
            self.triggers[found["table"]].pop(found["name"], None)
        for found in TRIGGER.finditer(sql):
            when = " ".join(f"{found['when']} {found['what']}".split()).lower()
            is_deferred = "INITIALLY DEFERRED" in found["rest"]
            self.triggers[found["table"]][found["name"]] = Trigger(found["name"], when, found["function"], is_deferred)
        for found in CONSTRAINT_GONE.finditer(sql):
            self.constraints[found["table"]].discard(found["name"])
        for found in CONSTRAINT.finditer(sql):
            self.constraints[found["table"]].add(found["name"])
        for found in PARTITIONED.finditer(sql):
            self.partitions[found["table"]] = found["column"]


def rules_of_migrations(app_labels: set[str]) -> Rules:
    """The rules as they stand after the last migration of these apps."""
    loader = MigrationLoader(None)
    plan: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        plan |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    rules = Rules()
    for key in plan:
        if key[0] in app_labels:
            for operation in loader.graph.nodes[key].operations:
                for sql in _statements(operation):
                    rules.read(sql)
    return rules


def _statements(operation: Operation) -> Iterator[str]:
    """The SQL an operation runs forwards."""
    if isinstance(operation, SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _statements(inner)
    elif isinstance(operation, RunSQL):
        parts = operation.sql if isinstance(operation.sql, list | tuple) else [operation.sql]
        for part in parts:
            yield part if isinstance(part, str) else part[0]
