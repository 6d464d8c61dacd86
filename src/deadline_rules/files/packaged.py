"""Where the rules are: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..errors import UnknownRegulationError


@cache
def rules_folder() -> Path:
    """The folder `rules/`, as installed or as checked out.

    Raises:
        UnknownRegulationError: neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "rules", package.parent.parent / "rules"):
        if (folder / "readings.yaml").is_file():
            return folder
    raise UnknownRegulationError("the rules folder was not found beside the package; install deadline-rules again.")
