"""Reads .xls (Excel 97-2003). A library gives the values; which cells are formulas is read from the records here,
because the library only knows a formula's last result."""

import struct
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import python_calamine as calamine

from foundation.imports.archive import broken, locked, too_many
from foundation.imports.cells import Book, Cell, Limits, Line, Origin, Sheet, number_cell

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
END_OF_CHAIN = 0xFFFFFFFE
DIRECTORY_ENTRY = 128
BOUNDSHEET, FILEPASS, FORMULA = 0x85, 0x2F, 0x06
CELLS = frozenset({FORMULA, 0x203, 0xFD, 0x27E, 0xBD, 0x204, 0x201, 0xBE, 0x205})
# Excel 95 and 97 write a text file of two sizes; beyond both, the library would build an empty rectangle.
MOST_CELLS = 4_000_000

Place = tuple[int, int]


class CompoundFile:
    """The streams of an OLE compound file, as far as a workbook needs them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        directory, _reserved, self.cutoff, mini_fat, _count, difat, difat_count = struct.unpack_from("<7I", data, 48)
        sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < END_OF_CHAIN - 1]
        for _number in range(min(difat_count, 1000)):
            block = struct.unpack(f"<{self.size // 4}I", self._sector(difat))
            sectors += [s for s in block[:-1] if s < END_OF_CHAIN - 1]
            difat = block[-1]
        self.fat = [entry for s in sectors for entry in struct.unpack(f"<{self.size // 4}I", self._sector(s))]
        self.entries = dict(self._entries(self._chain(directory)))
        packed = self._chain(mini_fat)
        self.mini_fat = list(struct.unpack(f"<{len(packed) // 4}I", packed))

    def _sector(self, number: int) -> bytes:
        block = self.data[(number + 1) * self.size : (number + 2) * self.size]
        return block.ljust(self.size, b"\0")

    def _numbers(self, start: int, table: list[int]) -> Iterator[int]:
        for _step in range(len(table) + 1):  # a chain that runs in a circle ends here
            if start >= END_OF_CHAIN:
                return
            yield start
            start = table[start]
        raise broken()

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._numbers(start, self.fat))

    def _entries(self, directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for offset in range(0, len(directory) - DIRECTORY_ENTRY + 1, DIRECTORY_ENTRY):
            (length,) = struct.unpack_from("<H", directory, offset + 64)
            name = directory[offset : offset + max(0, length - 2)].decode("utf-16-le", "replace")
            yield name, struct.unpack_from("<II", directory, offset + 116)

    def stream(self, name: str) -> bytes:
        start, length = self.entries[name]
        if length >= self.cutoff:
            return self._chain(start)[:length]
        small = self._chain(self.entries["Root Entry"][0])
        numbers = self._numbers(start, self.mini_fat)
        return b"".join(small[n * self.mini_size : (n + 1) * self.mini_size] for n in numbers)[:length]


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, int, int]]:
    """Kind, begin and length of each record of one part of the stream, up to its end record."""
    depth = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        yield kind, offset + 4, length
        depth += {0x809: 1, 0x0A: -1}.get(kind, 0)
        if depth <= 0:
            return
        offset += 4 + length


def _formulas(compound: CompoundFile, limits: Limits) -> list[set[Place]]:
    """The places of formulas, sheet by sheet; refuses passwords and sheets that would not fit in memory."""
    stream = compound.stream("Workbook")
    found: list[set[Place]] = []
    whole = 0
    for kind, begin, _length in _records(stream, 0):
        if kind == FILEPASS:
            raise locked()
        if kind != BOUNDSHEET:
            continue
        (start,) = struct.unpack_from("<I", stream, begin)
        formulas, rows, columns = set(), 0, 0
        for record, at, size in _records(stream, start):
            if record in CELLS and size >= 4:
                row, column = struct.unpack_from("<HH", stream, at)
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                if record == FORMULA:
                    formulas.add((row, column))
        whole += rows * columns
        if whole > MOST_CELLS:
            raise too_many(limits)
        found.append(formulas)
    return found


def read_xls(data: bytes, limits: Limits) -> Book:
    """All visible worksheets; hidden ones by name only."""
    try:
        compound = CompoundFile(data)
        if {"EncryptedPackage", "EncryptionInfo"} & set(compound.entries):
            raise locked()
        formulas = _formulas(compound, limits)
        with calamine.load_workbook(BytesIO(data)) as source:
            return Book([_sheet(source, index, formulas, limits) for index in range(len(source.sheet_names))])
    except calamine.PasswordError as error:
        raise locked() from error
    except (calamine.CalamineError, struct.error, KeyError, IndexError, ValueError, MemoryError, OSError) as error:
        raise broken() from error


def _sheet(source: calamine.CalamineWorkbook, index: int, formulas: list[set[Place]], limits: Limits) -> Sheet:
    about = source.sheets_metadata[index]
    hidden = about.visible != calamine.SheetVisibleEnum.Visible
    sheet = Sheet(about.name, [], hidden)
    if hidden or about.typ != calamine.SheetTypeEnum.WorkSheet:
        return sheet
    places = formulas[index] if index < len(formulas) else set()
    for number, values in enumerate(source.get_sheet_by_index(index).to_python(skip_empty_area=False)):
        line = _line(number, values, places, limits)
        if any(text.strip() for text in line.texts):
            sheet.lines.append(line)
        if len(sheet.lines) > limits.rows + 100:
            raise too_many(limits)
    return sheet


def _line(number: int, values: list[Any], formulas: set[Place], limits: Limits) -> Line:
    while values and values[-1] == "" and (number, len(values) - 1) not in formulas:
        values.pop()
    if len(values) > limits.columns:
        raise too_many(limits)
    line = Line(number + 1, [])
    for index, value in enumerate(values):
        cell = _cell(value, limits)
        if (number, index) in formulas:
            cell = Cell(f"={cell.text}", Origin.FORMULA)
        line.texts.append(cell.text)
        if cell.origin is not Origin.TEXT:
            line.origins[index] = cell.origin
    return line


def _cell(value: object, limits: Limits) -> Cell:
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, int | float):
        return number_cell(float(value))
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value).removesuffix(" 00:00:00"), Origin.DATE)
    return Cell(str(value)[: limits.cell_characters])
