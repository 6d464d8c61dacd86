"""What the tests of the command line share: how a call is made, and how it ended."""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol


class Ended(NamedTuple):
    """How a call ended."""

    status: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """The one line on standard error."""
        assert self.err.count("\n") == 1
        return self.err.rstrip("\n")

    def cells(self) -> list[list[str]]:
        """The cells of a printed table."""
        return [re.split(r"\s{2,}", line.rstrip()) for line in self.out.splitlines()]


class Cli(Protocol):
    """The program, called with its arguments."""

    def __call__(self, *args: str, stdin: bytes = b"") -> Ended: ...
