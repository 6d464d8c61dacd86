"""Tasks from xlsx: the first visible sheet that is not empty, below the row that names the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ..columns import field_of, plain_cell
from ..days import vietnamese
from ..errors import TableError, TaskError, needing
from .rows import Row, TaskTable, chosen_columns, row_of
from .workbook import Parts

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_DEEPEST_HEADER: Final = 100  # rows of the sheet
_MOST_TITLES: Final = 30  # rows with content, of which one names the columns


def read_sheet(stream: BinaryIO, name: str) -> TaskTable:
    """The tasks of an xlsx file: of its first visible sheet that is not empty.

    The columns are named by the first row that has one for the id and one more field, since titles stand above many tables, or else by the
    first row with content. The `line` of a row is the number that Excel shows.

    Raises:
        TableError: the file is no workbook, has a password, is too large, or its first row does not name a column for the id.
        MissingExtraError: the library that reads workbooks is not installed.
    """
    with needing("xlsx", "reading xlsx"):
        from python_calamine import CalamineError, CalamineWorkbook
    parts = Parts(stream, name)
    stream.seek(0)
    try:
        with CalamineWorkbook.from_filelike(stream) as workbook:
            return _first_table(workbook, parts, name)
    except CalamineError as error:
        why = str(error).split("\n")[0][:100]
        raise TableError(f"{name}: the workbook cannot be read: {why}; open it in Excel and save it as .xlsx.") from None


def _first_table(workbook: CalamineWorkbook, parts: Parts, name: str) -> TaskTable:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = workbook.sheets_metadata
    if len(sheets) != len(parts.sheets) or len({metadata.name for metadata in sheets}) < len(sheets):
        raise TableError(f"{name}: the file is not an xlsx workbook; open it in Excel and save it as .xlsx.")
    for number, metadata in enumerate(sheets):
        if metadata.typ != SheetTypeEnum.WorkSheet or metadata.visible != SheetVisibleEnum.Visible:
            continue
        survey = parts.survey(number)
        if not survey.cells:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        top = [(line, cells) for line, cells in islice(_lines(sheet), _DEEPEST_HEADER) if _has_content(cells)]
        if top:
            line, header = _header(top)
            positions, ignored = chosen_columns(header, f"{name}:{line}")
            return TaskTable(_rows(sheet, line, positions, survey.errors), ignored)
    raise TableError(f"{name}: no visible sheet has a table in its first {_DEEPEST_HEADER} rows; its first row must name the columns.")


def _lines(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of a sheet, from its first, and their numbers; their cells start at the first column in use."""
    return enumerate(sheet.iter_rows(), start=1)


def _header(top: list[tuple[int, Sequence[Any]]]) -> tuple[int, list[str]]:
    """The row that names the columns, and the names."""
    for line, cells in top[:_MOST_TITLES]:
        names = [_name(cell) for cell in cells]
        fields = {field_of(column) for column in names} - {None}
        if "id" in fields and len(fields) > 1:
            return line, names
    line, cells = top[0]
    return line, [_name(cell) for cell in cells]


def _name(cell: object) -> str:
    """A cell that names a column, as text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    plain = plain_cell(cell)
    return vietnamese(plain) if type(plain) is date else str(plain)


def _has_content(cells: Sequence[Any]) -> bool:
    return any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _rows(sheet: CalamineSheet, header: int, positions: Mapping[str, int], errors: Mapping[int, set[int]]) -> Iterator[Row]:
    """The rows below the header."""
    first = sheet.start[1] if sheet.start is not None else 0
    for line, cells in _lines(sheet):
        if line > header:
            broken = next((field for field, at in positions.items() if at + first in errors[line]), None) if line in errors else None
            if broken is not None or _has_content(cells):
                yield row_of(line, cells, partial(_chosen, cells, positions, broken))


def _chosen(cells: Sequence[Any], positions: Mapping[str, int], broken: str | None) -> dict[str, object]:
    """The cells that give fields. One that holds an error is not taken for an empty one."""
    if broken is not None:
        raise TaskError(f"{broken}: the cell holds an error such as #N/A; mend its formula or clear it.", field=broken)
    return {field: plain_cell(cells[at]) for field, at in positions.items()}
