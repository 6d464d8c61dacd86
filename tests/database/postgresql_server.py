"""A PostgreSQL server of the tests' own: in a temporary folder, on a free port of the loopback, gone with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INSTALL = "PostgreSQL is not installed: apt-get install postgresql, and pip install 'psycopg[binary]'"
PASSWORD = "only-for-the-tests"  # noqa: S105  # of a server that lives as long as the tests


def programs() -> Path | None:
    """The folder of the newest server installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    return found[-1].parent if found else None


def _someone() -> int | None:
    """Who runs the server: root must not, and hands it to the package's own user, or to nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("there is no user to run PostgreSQL")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(bin: Path) -> Iterator[str]:
    """The address of a running server."""
    user = _someone()
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    if user is not None:
        for path in (folder, secret):
            os.chown(path, user, -1)
    port = _free_port()
    try:
        made = [
            str(bin / "initdb"),
            "-D",
            str(data),
            "-U",
            "tests",
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(made, user=user, cwd=folder, check=True, capture_output=True)
        # Processes are killed in these tests, machines are not: nothing need reach the disk.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off", "deadlock_timeout": "100ms"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen([bin / "postgres", "-D", data, *options], user=user, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(200):
                ready = subprocess.run([bin / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False).returncode == 0
                if ready or running.poll() is not None:
                    break
                time.sleep(0.05)
            if not ready:
                raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
            yield f"postgresql+psycopg://tests:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
