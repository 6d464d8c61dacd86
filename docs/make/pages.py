"""`make docs`: writes what is generated from the packs: one page a regulation, and the picture of the README."""

import io
import re
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

import deadline_rules as dr
from deadline_rules.cli.result_table import ResultTable
from deadline_rules.formats.description import describe
from deadline_rules.readers.tables import read_table

DOCS = Path(__file__).resolve().parents[1]
SAMPLE = DOCS / "sample" / "tasks.csv"
PICTURE_OF = ("NV-028", "NV-040")  # the rows shown in the README, first and last


def main() -> None:
    """Writes docs/regulations/*.md and docs/images/demo.svg."""
    (DOCS / "regulations").mkdir(exist_ok=True)
    for pack in dr.available():
        regulation = dr.load(pack.id)
        page = f"{describe(regulation, 'vi')}\n---\n\n{describe(regulation, 'en')}"
        (DOCS / "regulations" / f"{pack.id}.md").write_text(page, encoding="utf-8")
    (DOCS / "images").mkdir(exist_ok=True)
    (DOCS / "images" / "demo.svg").write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The first rows of the sample under Kon Tum's regulation, as the terminal shows them."""
    regulation = dr.load("kon-tum")
    console = Console(record=True, width=150, file=io.StringIO(), highlight=False, markup=False, force_terminal=True)
    table = ResultTable(console, "vi")
    with SAMPLE.open("rb") as stream:
        for row in read_table(stream, SAMPLE.name, "csv").rows:
            if row.task is not None and PICTURE_OF[0] <= row.task.id <= PICTURE_OF[1]:
                table.write(regulation.evaluate(row.task, date(2026, 11, 20)))
    console.print("$ deadline-rules evaluate kon-tum docs/sample/tasks.csv --as-of 2026-11-20", style="bold")
    table.print()
    drawn = console.export_svg(title="deadline-rules", theme=DEFAULT_TERMINAL_THEME, unique_id="demo")
    # The fonts of the machine will do: a picture in a README loads nothing from elsewhere.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S)


if __name__ == "__main__":
    main()
