"""Writing one batch while the next is worked out."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from .results import Writer


class Behind:
    """Writes in a thread of its own, at most one batch behind. What goes wrong there is raised with the next batch, or at the end."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="results")
        self._last: Future[None] | None = None

    def write(self, results: pa.Table) -> None:
        """Hands over a batch, once the one before is written."""
        self._wait()
        self._last = self._threads.submit(self._writer.write, results)

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._threads.shutdown()

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()
