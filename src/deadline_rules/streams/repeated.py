"""Which ids a file uses twice, found by a first pass that keeps eight bytes an id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..frames.incoming import id_texts

_Marks = npt.NDArray[np.uint64]
_MIX: Final = np.array(0x9E3779B97F4A7C15, dtype=np.uint64)  # 2^64 divided by the golden ratio: spreads what differs over all bits


def marks(ids: pa.Array) -> _Marks:
    """A number for each text, the same for the same text; different texts seldom share one."""
    texts = ids.fill_null("").cast(pa.large_string())
    _, offsets, data = texts.buffers()
    ends: Any = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(ends)
    width = -(-int(lengths.max(initial=1)) // 8) * 8
    padded = np.zeros((len(texts), width), dtype=np.uint8)
    if data is not None and len(texts):
        padded[np.arange(width) < lengths[:, None]] = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    mixed = np.zeros(len(texts), dtype=np.uint64)
    weight = _MIX
    for eight in padded.view(np.uint64).T:  # bytes behind a text's end are zero and add nothing, however wide its neighbours are
        part = eight * weight
        part ^= part >> np.uint64(32)
        mixed += part * _MIX
        weight = weight * _MIX
    return mixed


def repeated(columns: Iterable[pa.Array]) -> _Marks:
    """The marks that two or more ids of a file share: every id that is used twice, and perhaps a few that are not."""
    found = [marks(id_texts(column)) for column in columns]
    if not found:
        return np.zeros(0, dtype=np.uint64)
    every = np.concatenate(found)
    every.sort()
    return np.unique(every[1:][every[1:] == every[:-1]])
