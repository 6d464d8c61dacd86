"""`list` and `show`: which regulations there are, and what one asks for."""

from __future__ import annotations

import sys

from rich.table import Table

from ..formats.description import describe
from ..regulation import available, load
from .files import console_on
from .options import Lang, Language, RegulationName


def list_packs() -> None:
    """The regulations that are here: issuer, number, in force from."""
    table = Table("id", "cơ quan ban hành", "số", "hiệu lực từ", box=None, pad_edge=False)
    for pack in available():
        table.add_row(pack.id, pack.issuer, pack.number or "–", pack.in_force)
    console_on(sys.stdout).print(table)


def show(name: RegulationName, lang: Lang = Language.vi) -> None:
    """What one regulation asks for, article by article (Markdown)."""
    print(describe(load(name), lang.value), end="")  # noqa: T201  # this is the command's result
