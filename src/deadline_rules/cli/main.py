"""The command itself: its parts, and the last net under every error."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from ..errors import DeadlineRulesError

_EXTRA_MISSING = "the command line needs the extra 'cli': pip install 'deadline-rules[cli]'."


def main() -> None:
    """Runs `deadline-rules`. Exit status: 0 done; 1 something was found or refused; 2 the call or a file is wrong."""
    if sys.stdout is None:  # closed by whoever started us
        _leave("standard output is closed; there is nowhere to write results.")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese text, whatever the locale of the machine says.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # A polite end, so that a half-written file is cleared away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        _run()
    except DeadlineRulesError as error:
        _leave(str(error))
    except BrokenPipeError:
        # Whoever read our output has stopped reading; that is their right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _leave("interrupted; no file was left half-written.", status=130)
    except OSError as error:
        _leave(f"{error.filename or 'a file'}: {error.strerror or error}.")
    except Exception as error:
        # Users never see a traceback; whoever mends the program may ask for one.
        if os.environ.get("DEADLINE_RULES_DEBUG"):
            raise
        _leave(f"this is a fault of the program ({type(error).__name__}: {error}); run again with DEADLINE_RULES_DEBUG=1 and report what it prints.")


def _run() -> None:
    try:
        from .app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        _leave(_EXTRA_MISSING)
    try:
        app()
    except SystemExit as leaving:
        # The command-line library turns these two into exit statuses of its own; ours say more.
        cause = leaving.__context__
        if isinstance(cause, (BrokenPipeError, KeyboardInterrupt)):
            raise cause from None
        sys.stdout.flush()
        raise


def _leave(message: str, status: int = 2) -> NoReturn:
    sys.stderr.write(f"deadline-rules: {message}\n")
    sys.exit(status)
