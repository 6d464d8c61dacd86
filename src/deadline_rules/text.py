"""Text from outside: in one Unicode form, as one line of a message, as a cell that no spreadsheet runs; in a time that grows with its length."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby
from typing import Final, Literal

# What spreadsheets take for the beginning of a formula, or skip to find one; those of full width where a keyboard has them.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_HEAD, _GAP, _TAIL = 600, " … ", 300  # characters of a message
_MOST_MARKS: Final = 100  # more than any script puts on a letter
_FEW_LETTERS: Final = 1000
_HALF: Final = re.compile("[\ud800-\udfff]")


def plain_text(cell: str) -> str:
    """Text that a spreadsheet shows as it is: what begins like a formula gets an apostrophe before it, negative numbers too.

    >>> plain_text("=1+1"), plain_text("T-01")
    ("'=1+1", 'T-01')
    """
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def one_line(text: str) -> str:
    """Text for people as one line of bounded length; what a terminal would not show, or obey, is written as an escape.

    >>> one_line("a\\nb"), len(one_line("x" * 5000))
    ('a\\\\nb', 903)
    """
    text = _cut(text)
    return text if text.isprintable() else _cut("".join(c if c.isprintable() else repr(c)[1:-1] for c in text))


def shown(value: object) -> str:
    """Any value as text; of one that Python does not write, a number of a million digits say, its type."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return f"{type(value).__name__} …"


def _cut(text: str) -> str:
    """Text of bounded length: of a longer one the middle is left out, since how to mend it stands at the end."""
    return text if len(text) <= _HEAD + len(_GAP) + _TAIL else text[:_HEAD] + _GAP + text[-_TAIL:]


def normalized(form: Literal["NFC", "NFD"], text: str) -> str:
    """Text in a Unicode form.

    Python takes the square of the number of marks that stand on one letter, minutes for a cell of a megabyte; so many are put in order first.
    """
    if len(text) > _FEW_LETTERS and not text.isascii() and _has_many_marks(text):
        pieces = groupby("".join(unicodedata.normalize("NFD", c) for c in text), lambda c: unicodedata.combining(c) != 0)
        text = "".join("".join(sorted(piece, key=unicodedata.combining) if are_marks else piece) for are_marks, piece in pieces)
    return unicodedata.normalize(form, text)


def has_half_character(text: str) -> bool:
    """Whether the text holds a lone surrogate, half of a character, which no file can keep."""
    return not text.isascii() and _HALF.search(text) is not None


def _has_many_marks(text: str) -> bool:
    """Whether more marks follow each other than any script puts on a letter; one letter in so many tells where that cannot be."""
    marks = _marks()
    return not marks.isdisjoint(text[::_MOST_MARKS]) and any(
        are_marks and sum(1 for _ in piece) >= _MOST_MARKS for are_marks, piece in groupby(text, marks.__contains__)
    )


@cache
def _marks() -> frozenset[str]:
    """What stands on the letter before it."""
    every = (chr(c) for c in range(sys.maxunicode + 1))
    return frozenset(c for c in every if unicodedata.combining(unicodedata.normalize("NFD", c)[0]))
