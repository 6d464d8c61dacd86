"""Hosts under test: a Python callable, or a program that answers a line of JSON with a line of JSON."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, NoReturn

from ..errors import HostError
from ..text import one_line

Answer = Mapping[str, Any]
# Asked of a task (as JSON) and a day (YYYY-MM-DD).
Host = Callable[[dict[str, Any], str], Answer]

_PATIENCE: Final = 5.0  # seconds a program gets to end by itself
_SHOWN: Final = 200  # characters of a wrong answer that are repeated
_STRAY: Final = 0.2  # seconds in which a line that nobody asked for is looked for at the end


class ProgramHost:
    """A host program, started once and asked line by line: `{"task": {…}, "as_of": "2026-11-20"}` in, one object out.

    `command` is the program and its arguments; no shell reads it. What it writes to standard error goes to ours. Use it in a `with`, which ends
    the program.

    Raises:
        HostError: the program cannot be started.
    """

    def __init__(self, command: Sequence[str], *, timeout: float = 30.0) -> None:
        if not command or not all(isinstance(word, str) for word in command):
            raise HostError(f"a host program is a list of words such as ['java', '-jar', 'eoffice.jar'], not {command!r}.")
        self.command = tuple(command)
        self.timeout = timeout
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the caller names the program to be tested
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="replace", bufsize=1
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise HostError(f"{self._called} cannot be started: {why}; correct the command.") from None
        # A pipe cannot be read with a time limit, but a queue can.
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> ProgramHost:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Ends the program.

        Raises:
            HostError: its last line was none that it was asked for, so that its answers may have been taken for those of other questions.
        """
        try:
            if kind is None:
                self._refuse_stray(_STRAY)
        finally:
            self.close()

    def __call__(self, task: dict[str, Any], as_of: str) -> Answer:
        """What the program answers.

        Raises:
            HostError: it ended, answered too late, answered no JSON object, or wrote a line before it was asked.
        """
        self._refuse_stray()
        question = json.dumps({"task": task, "as_of": as_of}, ensure_ascii=False)
        line = self._asked(question)
        try:
            answer = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise HostError(f"{self._called} answered {line.strip()[:_SHOWN]!r}, which is no JSON object on one line, when asked {question}")
        return answer

    def _asked(self, question: str) -> str:
        if self._process.stdin is None:
            raise AssertionError("the program was started with a pipe")
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise self._ended(question) from None
        try:
            line = self._lines.get(timeout=self.timeout)
        except Empty:
            self.close(at_once=True)
            raise HostError(
                f"{self._called} gave no answer in {self.timeout:g} seconds when asked {question}; "
                "does it end each answer with a new line, and flush it? Else give it more time."
            ) from None
        if line is None:
            self._lines.put(None)
            raise self._ended(question)
        return line

    def _ended(self, question: str) -> HostError:
        try:
            status = f"with exit status {self._process.wait(_PATIENCE)}"
        except subprocess.TimeoutExpired:
            status = "its output"
        return HostError(f"{self._called} ended {status} when asked {question}; see what it wrote to standard error.")

    @property
    def _called(self) -> str:
        return f"the host {one_line(shlex.join(self.command))!r}"

    def _refuse_stray(self, patience: float = 0.0) -> None:
        """Refuses a line that waits before a question is asked: each later answer would be taken for that of the question after."""
        try:
            line = self._lines.get(timeout=patience) if patience else self._lines.get_nowait()
        except Empty:
            return
        if line is None:
            self._lines.put(None)
        else:
            raise HostError(f"{self._called} wrote a line nobody asked for: {_shown(line)}; answer each line with one, all else to standard error.")

    def _read(self) -> None:
        if self._process.stdout is not None:
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def close(self, *, at_once: bool = False) -> None:
        """Ends the program: first by the end of its input, then, or `at_once`, by force."""
        process = self._process
        try:
            if process.stdin is not None:
                process.stdin.close()
        except OSError:
            pass  # it ended before it read everything
        try:
            process.wait(0 if at_once else _PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._reader.join(_PATIENCE)  # a program left behind by the host may still hold the pipe
        if process.stdout is not None and not self._reader.is_alive():
            process.stdout.close()


def _shown(line: str) -> str:
    return one_line(line.strip()[:_SHOWN])


def _refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON has not."""
    raise ValueError(name)


@contextmanager
def asking(host: Host | Sequence[str], timeout: float) -> Iterator[Host]:
    """The host as a callable; a program is started, and ended afterwards.

    Raises:
        HostError: it is neither a callable nor a command, or the program cannot be started.
    """
    if callable(host):
        yield host
    elif isinstance(host, str) or not isinstance(host, Sequence):
        raise HostError(f"a host is a callable, or a command as a list of words such as ['java', '-jar', 'eoffice.jar'], not {host!r}.")
    else:
        with ProgramHost(host, timeout=timeout) as program:
            yield program
