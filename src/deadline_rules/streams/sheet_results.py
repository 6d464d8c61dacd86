"""Results as xlsx, for people: real dates, words instead of codes, late tasks coloured, and what to know before relying on them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, NamedTuple

from ..columns import COLUMN_NAMES
from ..errors import needing
from ..labels import DEADLINE_STATES, ESCALATION_STATES, PROGRESS, TIMELINESS
from ..plan.model import Plan
from ..results import Label, Lang

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS: Final = 1_048_576  # of a sheet, with its header
_BATCH: Final = 10_000  # rows taken out of Arrow at a time
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()  # spreadsheets count days from here

_TITLE: Final = Label("Kết quả", "Results")
_CAVEATS: Final = Label("Lưu ý", "Caveats")
_CAVEAT_COLUMNS: Final = (Label("Mã lưu ý", "Code"), Label("Nội dung", "Text"), Label("Số nhiệm vụ", "Tasks"))
_LATE: Final = Label("Nhiệm vụ quá hạn mà chưa hoàn thành.", "The task is overdue and not completed.")
_MISSED: Final = Label(
    "Nhiệm vụ chưa quá hạn, nhưng có việc phải làm đã quá hạn mà chưa làm.",
    "The task itself is not late, but one of its duties is overdue and not done.",
)

_Kind = Literal["text", "day", "number"]
_Shade = Literal["", "late", "missed"]
_FILLS: Final[dict[_Shade, str]] = {"": "", "late": "#FFC7CE", "missed": "#FFEB9C"}
_WIDTHS: Final[dict[_Kind, int]] = {"text": 24, "day": 16, "number": 12}  # characters
_LINE: Final = 15  # points


class _Column(NamedTuple):
    """A column of the sheet: what stands above it, and which column of the results gives it."""

    header: Label
    source: str
    kind: _Kind
    shown: Callable[[Any], Any] | None = None  # a code as people read it


class SheetResults:
    """Results as xlsx, a row a task, over as many sheets as it takes; a last sheet says what their caveats mean.

    Left out are the code of the status, whose label is there, and whatever only the json tells: articles, reasons, bounds over the readings
    and versions. The file gets nothing before the workbook is whole; until then it lies in a temporary folder.

    Raises:
        MissingExtraError: the library that writes workbooks is not installed.
    """

    def __init__(self, file: BinaryIO, plan: Plan, lang: Lang) -> None:
        with needing("xlsx", "writing xlsx"):
            from xlsxwriter import Workbook
        self._file = file
        self._plan = plan
        self._lang: Lang = lang
        self._columns = _columns(plan, lang)
        self._deadline_states = [f"{rule.rule}_state" for rule in plan.deadlines]
        self._caveats: Counter[str] = Counter()
        self._last_day = plan.in_force_from
        self._folder = TemporaryDirectory(prefix="deadline-rules-")
        self._path = Path(self._folder.name) / "results.xlsx"
        self._book = Workbook(
            str(self._path),
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "use_zip64": True,  # a full sheet is larger than 2 GiB before it is packed
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#D9E1F2"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._formats: dict[_Shade, dict[_Kind, Format]] = {shade: self._formats_of(fill) for shade, fill in _FILLS.items()}
        self._sheets: list[Worksheet] = []
        self._next = 0
        self._begin_sheet()

    def write(self, results: pa.Table) -> None:
        """Writes the rows of a batch."""
        for batch in results.to_batches(max_chunksize=_BATCH):
            values: dict[str, list[Any]] = {name: batch.column(name).to_pylist() for name in batch.schema.names}
            if batch.num_rows:
                self._last_day = max(self._last_day, *values["as_of"])
            self._caveats.update(values["caveats"])
            shades = self._shades(values)
            columns = [
                values[column.source] if column.shown is None else [column.shown(value) for value in values[column.source]]
                for column in self._columns
            ]
            for shade, *row in zip(shades, *columns, strict=True):
                if self._next == MAX_ROWS:
                    self._end_sheet()
                    self._begin_sheet()
                self._write_row(row, shade)

    def close(self) -> None:
        """Finishes the workbook and gives it to the file.

        Raises:
            OSError: the disk is full, or the file cannot be written.
        """
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._end_sheet()
            self._write_caveats()
            # The day that the results are of, so that equal results are equal files.
            created = datetime(self._last_day.year, self._last_day.month, self._last_day.day, tzinfo=UTC)
            self._book.set_properties({"title": self._plan.regulation, "created": created})
            try:
                self._book.close()
            except FileCreateError as error:
                raise OSError(str(error)) from error
            with self._path.open("rb") as whole:
                shutil.copyfileobj(whole, self._file)
        finally:
            self._give_up()

    def __enter__(self) -> SheetResults:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._give_up()

    def _give_up(self) -> None:
        """Closes and removes everything temporary."""
        for sheet in self._book.worksheets():
            sheet._opt_close()  # has no public name, and an open file cannot be removed everywhere
        self._folder.cleanup()

    def _formats_of(self, fill: str) -> dict[_Kind, Format]:
        look = {"bg_color": fill, "border": 1, "border_color": "#BFBFBF"} if fill else {}
        day = "dd/mm/yyyy" if self._lang == "vi" else "yyyy-mm-dd"
        return {
            "text": self._book.add_format(look),
            "day": self._book.add_format({**look, "num_format": day}),
            "number": self._book.add_format({**look, "num_format": "0"}),
        }

    def _begin_sheet(self) -> None:
        number = len(self._sheets) + 1
        title = _TITLE.text(self._lang)
        sheet = self._book.add_worksheet(title if number == 1 else f"{title} ({number})")
        self._sheets.append(sheet)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for at, column in enumerate(self._columns):
            sheet.set_column(at, at, _WIDTHS[column.kind])
        sheet.set_row(0, _LINE * max(ceil(len(column.header.text(self._lang)) / (_WIDTHS[column.kind] - 2)) for column in self._columns))
        for at, column in enumerate(self._columns):
            _write_text(sheet, 0, at, column.header.text(self._lang), self._bold)
        self._next = 1

    def _end_sheet(self) -> None:
        self._sheets[-1].autofilter(0, 0, self._next - 1, len(self._columns) - 1)

    def _shades(self, values: Mapping[str, list[Any]]) -> list[_Shade]:
        """The colour of each row."""
        shades: list[_Shade] = [
            "late" if timeliness == "overdue" and progress != "completed" else ""
            for progress, timeliness in zip(values["progress"], values["timeliness"], strict=True)
        ]
        for name in self._deadline_states:
            for at, state in enumerate(values[name]):
                if state == "missed" and not shades[at]:
                    shades[at] = "missed"
        return shades

    def _write_row(self, row: list[Any], shade: _Shade) -> None:
        sheet, line, formats = self._sheets[-1], self._next, self._formats[shade]
        for at, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            look = formats[column.kind]
            if value is None or value == "":
                if shade:
                    sheet.write_blank(line, at, None, look)
            elif column.kind == "text":
                _write_text(sheet, line, at, value, look)
            else:
                sheet.write_number(line, at, value.toordinal() - _DAY_ZERO if column.kind == "day" else value, look)
        self._next += 1

    def _write_caveats(self) -> None:
        sheet = self._book.add_worksheet(_CAVEATS.text(self._lang))
        sheet.freeze_panes(1, 0)
        for at, width in enumerate((30, 100, 14)):
            sheet.set_column(at, at, width)
        for at, header in enumerate(_CAVEAT_COLUMNS):
            sheet.write_string(0, at, header.text(self._lang), self._bold)
        tasks: Counter[str] = Counter()
        for codes, number in self._caveats.items():
            for code in (codes or "").split():
                tasks[code] += number
        texts = {caveat.code: caveat.text.text(self._lang) for caveat in self._plan.possible_caveats()}
        line = 1
        for code, text in texts.items():
            if tasks[code]:
                sheet.write_string(line, 0, code, self._wrapped)
                _write_text(sheet, line, 1, text, self._wrapped)
                sheet.write_number(line, 2, tasks[code], self._wrapped)
                line += 1
        notes: tuple[tuple[_Shade, Label], ...] = (("late", _LATE), ("missed", _MISSED))
        for below, (shade, note) in enumerate(notes, start=line + 1):
            sheet.write_blank(below, 0, None, self._formats[shade]["text"])
            sheet.write_string(below, 1, note.text(self._lang), self._wrapped)


def _write_text(sheet: Worksheet, line: int, at: int, text: str, look: Format) -> None:
    """Text as it is. What looks like parts of rich text, the library would take for them and not escape; given in two parts, it is escaped."""
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(line, at, text[0], look, text[1:], look)
    else:
        sheet.write_string(line, at, text, look)


def _columns(plan: Plan, lang: Lang) -> list[_Column]:
    """The columns of the sheet, in order."""
    statuses = {cell.status.code: cell.status.label_en if lang == "en" else cell.status.label for cell in plan.statuses}
    columns = [
        _Column(Label("Mã nhiệm vụ", "Task"), "task_id", "text"),
        _Column(Label("Quy chế", "Regulation"), "regulation", "text"),
        _Column(Label("Tính đến ngày", "As of"), "as_of", "day"),
        _Column(Label("Tiến độ", "Progress"), "progress", "text", _words(PROGRESS, lang)),
        _Column(Label("So với thời hạn", "Timeliness"), "timeliness", "text", _words(TIMELINESS, lang)),
        _Column(Label("Trạng thái theo quy chế", "Status under the regulation"), "status", "text", statuses.get),
        _Column(Label("Thời hạn", "Due on"), "due_on", "day"),
        _Column(Label("Số ngày làm việc còn lại", "Working days left"), "working_days_left", "number"),
    ]
    for rule in plan.deadlines:
        columns += [
            _Column(_titled(rule.label, "hạn", "due on"), f"{rule.rule}_due_on", "day"),
            _Column(_titled(rule.label, "trạng thái", "state"), f"{rule.rule}_state", "text", _words(DEADLINE_STATES, lang)),
        ]
    for escalation in plan.escalations:
        columns += [
            _Column(_titled(escalation.label, "mở từ", "opens on"), f"{escalation.rule}_opens_on", "day"),
            _Column(_titled(escalation.label, "trạng thái", "state"), f"{escalation.rule}_state", "text", _words(ESCALATION_STATES, lang)),
        ]
    return [
        *columns,
        _Column(Label("Thông tin còn thiếu", "Missing information"), "missing_fields", "text", lambda codes: _field_names(codes, lang)),
        _Column(_CAVEATS, "caveats", "text"),
    ]


def _titled(label: Label, vi: str, en: str) -> Label:
    return Label(f"{label.vi} – {vi}", f"{label.en} – {en}")


def _words(labels: Mapping[str, Label], lang: Lang) -> Callable[[Any], Any]:
    """What takes a code to its label; a code that is not there stays empty."""
    return {code: label.text(lang) for code, label in labels.items()}.get


def _field_names(codes: str | None, lang: Lang) -> str:
    """Fields by the names that columns of tasks have."""
    return ", ".join(COLUMN_NAMES[code][0] if lang == "vi" else code.replace("_", " ") for code in (codes or "").split())
