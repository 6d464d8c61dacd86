"""Tasks from jsonl: one object a line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from ..errors import TaskError
from ..task import choose_columns
from .csv_file import Lines
from .rows import Row, TaskTable, row_of

_TEXT: Final = re.compile(r'"([^"\\]*)"')


def read_json_lines(stream: BinaryIO, name: str) -> TaskTable:
    """The tasks of a jsonl file. Which keys name no field is known once the rows are read."""
    ignored: dict[str, None] = {}
    table = TaskTable(iter(()))

    def rows() -> Iterator[Row]:
        for line, text in enumerate(Lines(stream, name), start=1):
            if text.strip():
                yield row_of(line, _TEXT.findall(text), partial(_record, text, ignored))
                table.ignored = tuple(ignored)

    table.rows = rows()
    return table


def _record(text: str, ignored: dict[str, None]) -> dict[str, object]:
    try:
        record = json.loads(text, object_pairs_hook=_each_key_once)
    except TaskError:
        raise
    except (ValueError, RecursionError) as error:
        raise TaskError(f"the line is not JSON: {str(error).split(':')[0]}; write one object a line.") from None
    if not isinstance(record, dict):
        raise TaskError('the line is not a JSON object; write one object a line, such as {"id": "T-01"}.')
    chosen, others = choose_columns(record)
    ignored.update(dict.fromkeys(others))
    return {field: record[column] for field, column in chosen.items()}


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise TaskError(f"the key {twice!r} stands twice; keep one.")
    return record
