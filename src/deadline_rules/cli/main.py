"""The command itself: its parts, and the last net under every error."""

from __future__ import annotations

import os
import sys

from ..errors import DeadlineRulesError

_EXTRA_MISSING = "deadline-rules: the command line needs the extra 'cli': pip install 'deadline-rules[cli]'."


def main() -> None:
    """Runs `deadline-rules`. Exit status: 0 done; 1 something was found or refused; 2 the call or a file is wrong."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese text, whatever the locale of the machine says.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from .app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit(_EXTRA_MISSING)
    try:
        app()
    except DeadlineRulesError as error:
        _leave(str(error))
    except BrokenPipeError:
        # Whoever read our output has stopped reading; that is their right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _leave("interrupted; nothing was left half-written.", status=130)
    except OSError as error:
        _leave(f"{error.filename or 'a file'}: {error.strerror or error}.")
    except Exception as error:  # noqa: BLE001, RUF100  # users never see a traceback; set DEADLINE_RULES_DEBUG to get one
        if os.environ.get("DEADLINE_RULES_DEBUG"):
            raise
        _leave(f"this is a fault of the program ({type(error).__name__}: {error}); run again with DEADLINE_RULES_DEBUG=1 and report what it prints.")


def _leave(message: str, status: int = 2) -> None:
    sys.stderr.write(f"deadline-rules: {message}\n")
    sys.exit(status)
