"""Results as a table for people."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from ..labels import DEADLINE_STATES, PROGRESS, TIMELINESS, day_text
from ..results import Evaluation, Label
from ..results import Lang as LangCode

_HEADER: Final = (
    Label("mã", "id"),
    Label("trạng thái", "status"),
    Label("tiến độ", "progress"),
    Label("thời hạn", "due"),
    Label("còn (ngày LV)", "left (wd)"),
    Label("việc chưa xong", "duties not done"),
    Label("đang mở", "open"),
    Label("lưu ý", "caveats"),
)


class ResultTable:
    """Results as a table for people. Caveats are numbered and stand below it, those that every row shares once."""

    def __init__(self, console: Console, lang: LangCode) -> None:
        self._lang = lang
        self._console = console
        self._rows: list[Evaluation] = []

    def write(self, result: Evaluation) -> None:
        self._rows.append(result)

    def print(self) -> None:
        """Prints what was written."""
        table = Table(box=None, pad_edge=False)
        for label in _HEADER:
            table.add_column(label.text(self._lang), overflow="fold")
        texts = {caveat.code: caveat.text.text(self._lang) for result in self._rows for caveat in result.caveats}
        shared = {code for code in texts if all(any(caveat.code == code for caveat in result.caveats) for result in self._rows)}
        numbers = {code: number for number, code in enumerate((code for code in texts if code not in shared), start=1)}
        for result in self._rows:
            own = ", ".join(map(str, sorted(numbers[caveat.code] for caveat in result.caveats if caveat.code in numbers)))
            table.add_row(*self._cells(result), own or "–", style=_style(result))
        self._console.print(table)
        for code, text in texts.items():
            self._console.print(f"{numbers.get(code, '*')}  {code}: {text}")

    def _cells(self, result: Evaluation) -> tuple[str, ...]:
        status = result.status
        label = status.label_en if self._lang == "en" else status.label
        left = "–" if result.working_days_left is None else str(result.working_days_left)
        due = day_text(result.due_on, self._lang) if result.due_on else TIMELINESS["no_deadline"].text(self._lang)
        duties = "; ".join(
            f"{row.rule} {day_text(row.due_on, self._lang)} ({DEADLINE_STATES[row.state].text(self._lang)})"
            for row in result.deadlines
            if row.state in ("pending", "missed")
        )
        opened = ", ".join(row.rule for row in result.escalations if row.state == "open" and row.opens_on)
        return result.task_id, label or "–", PROGRESS[result.progress].text(self._lang), due, left, duties or "–", opened or "–"


def _style(result: Evaluation) -> str:
    return "red" if result.timeliness == "overdue" and result.progress != "completed" else ""
