"""What a kind of import declares, and what it sees of each row.

A kind is one class registered in ``foundation.imports.registry``. The framework reads the file, finds the columns,
parses every cell and keeps the rows; the kind looks things up once, adds what only it can know, and calls services.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from foundation.accounts.models import Organisation, User
from foundation.accounts.states import Role
from foundation.imports.cells import Cell
from foundation.imports.states import GRAVITY, Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from foundation.imports.models import ImportBatch


class Issue(NamedTuple):
    """One thing found in a row. ``sentence`` and ``fix`` name the column, never the value."""

    column: str
    severity: Severity
    code: str
    sentence: str
    fix: str = ""


class Finding(NamedTuple):
    """What a parser has to say about a cell: the severity, a code, what is the matter and what to do."""

    severity: Severity
    code: str
    sentence: str
    fix: str = ""


class Parsed(NamedTuple):
    value: Any
    findings: tuple[Finding, ...] = ()


# Sees only cells with content. An error finding means there is no value.
Parser = Callable[[Cell], Parsed]


@dataclass(frozen=True)
class Column:
    """One column a kind knows: its official title, the names schools give it, and how to read its cells."""

    code: str
    title: "StrPromise | str"
    parse: Parser
    aliases: tuple[str, ...] = ()
    required: bool = False
    mask: Callable[[str], str] | None = None  # how the value is shown; None where it is not personal
    hint: "StrPromise | str" = ""


@dataclass(slots=True)
class ImportedRow:
    """One row while it is checked: ``values`` by column code, without the cells that have an error or are empty."""

    line: int
    values: dict[str, Any]
    issues: list[Issue] = field(default_factory=list)
    known_as: str | None = None  # the reference of what an earlier import made of this row

    def error(self, column: str, code: str, sentence: str, fix: str = "") -> None:
        """The row will not be applied."""
        self.issues.append(Issue(column, Severity.ERROR, code, sentence, fix))

    def warn(self, column: str, code: str, sentence: str, fix: str = "") -> None:
        """The row will be applied; somebody should look at it."""
        self.issues.append(Issue(column, Severity.WARNING, code, sentence, fix))

    def repaired(self, column: str, code: str, sentence: str) -> None:
        """The value was put right, and the reader shall see that it was."""
        self.issues.append(Issue(column, Severity.REPAIRED, code, sentence))

    def known(self, reference: str) -> None:
        """The row is there already, under this reference: nothing is to be done."""
        self.known_as = reference

    @property
    def worst(self) -> Severity:
        return max((issue.severity for issue in self.issues), key=GRAVITY.__getitem__, default=Severity.NONE)

    @property
    def is_sound(self) -> bool:
        return self.worst is not Severity.ERROR


class Kind:
    """The base of all kinds. Rows are checked again with fresh look-ups just before they are applied."""

    code: ClassVar[str]
    title: ClassVar["StrPromise | str"]
    help_text: ClassVar["StrPromise | str"] = ""
    columns: ClassVar[tuple[Column, ...]]
    # Who may bring such files. Auditors read every kind and bring none.
    roles: ClassVar[frozenset[Role]]
    # True: the batch belongs to the uploader's organisation and only its people see it.
    belongs_to_organisation: ClassVar[bool] = False

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        """Refuse, with ``ImportRefusedError``, a file for a target that does not exist or takes nothing now."""

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Any:
        """Everything the checks look up, fetched once for the whole batch."""
        return None

    def check_row(self, row: ImportedRow, context: Any) -> None:
        """Add what cells alone cannot tell: relations between columns, and to what is on record."""

    def check_all(self, rows: Sequence[ImportedRow], context: Any) -> None:
        """Add what one row alone cannot tell, such as duplicates. Sees every row of the file."""

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        """Call the services for sound rows and give one reference for each, in their order.

        Runs in one transaction. A ``DomainError`` or a refusal of the database undoes the chunk, and its rows are
        tried one by one.
        """
        raise NotImplementedError

    def finish(self, batch: "ImportBatch", *, actor: User, at: datetime) -> None:
        """What follows when no row of the batch waits any more, in the transaction that says so."""

    def column(self, code: str) -> Column | None:
        return next((column for column in self.columns if column.code == code), None)
