"""Tables of notices one after the other, where house rules take effect within the days asked about."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def read_once(table: Any) -> Any:
    """A table that can be read again: a reader gives what it holds only once."""
    return table.read_all() if isinstance(table, pa.RecordBatchReader) else table


def joined(below: pa.Table, own: pa.Table) -> pa.Table:
    """The notices of the days before, then those of the days after. The rows that are no tasks stand in both, and once in the whole, at its end."""
    return pa.concat_tables([below.filter(pc.is_null(below.column("problem"))), own]).unify_dictionaries()
