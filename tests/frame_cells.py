"""What tests of tables share: a column of any kind of frame as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa


def cells(frame: Any, column: str) -> list[Any]:
    """A column as plain values, None where it is null."""
    if isinstance(frame, pa.Table):
        return list(frame.column(column).to_pylist())
    values = list(frame[column])
    plain = [value.date() if isinstance(value, datetime) else value for value in values]
    return [None if value is pd.NaT or value is None or value != value else value for value in plain]
