"""Results as csv, put together by the column."""

from __future__ import annotations

import re
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from ..text import FORMULA_SIGNS, plain_text


class CsvResults:
    """Results as csv: a row a task, a due date and a state for every deadline, an opening and a state for every escalation."""

    def __init__(self, file: BinaryIO, separator: str = ",") -> None:
        self._file = file
        self._separator = separator
        self._begun = False

    def write(self, results: pa.Table) -> None:
        """Writes the rows; before the first of them the names of the columns."""
        if not self._begun:
            self._file.write((self._separator.join(results.column_names) + "\n").encode())
            self._begun = True
        for batch in results.to_batches():
            *cells, last = (self._cells(column) for column in batch.columns)
            last = pc.binary_join_element_wise(last, "\n", "", null_handling="replace", null_replacement="")
            lines = pc.binary_join_element_wise(*cells, last, self._separator, null_handling="replace", null_replacement="")
            # Rows stand one behind the other in the memory of their column: it is the text of the file.
            _, ends, text = lines.cast(pa.large_string()).buffers()
            self._file.write(memoryview(text)[: memoryview(ends).cast("q")[len(lines)]])

    def __enter__(self) -> CsvResults:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.flush()

    def _cells(self, column: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(column.type):
            return self._safe(column.dictionary).take(column.indices)
        return self._safe(column) if pa.types.is_string(column.type) else column.cast(pa.string())

    def _safe(self, texts: pa.Array) -> pa.Array:
        """Cells that a spreadsheet shows as text and never runs, in quotation marks where they hold what parts cells."""
        special = pc.match_substring_regex(texts, f'^[{re.escape("".join(FORMULA_SIGNS))}]|["\r\n{re.escape(self._separator)}]')
        if not pc.any(special).as_py():
            return texts
        changed = [self._safe_cell(text) for text in texts.filter(special).to_pylist()]
        return pc.replace_with_mask(texts, special, pa.array(changed, pa.string()))

    def _safe_cell(self, text: str) -> str:
        text = plain_text(text)
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ('"', "\r", "\n", self._separator)) else text
