"""A private PostgreSQL on loopback for the length of a block: for tests, the chaos campaign and benchmarks.

Uses the server binaries of Debian's package. PostgreSQL refuses to run as root, so root hands it to a user
without rights. Nothing of it is left afterwards.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

_ROOM = 4 << 30
SKIPPED = "NOT TESTED ON POSTGRESQL: no server binaries under /usr/lib/postgresql (apt-get install postgresql)"


def binaries() -> Path | None:
    """Where the newest server binaries are, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PrivatePostgres:
    """One server that can be killed and started again."""

    def __init__(self, folder: Path, programs: Path, *, safe: bool) -> None:
        self._data = folder / "data"
        self._programs = programs
        self._password = secrets.token_hex(16)
        self._safe = safe
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._as_user: dict[str, Any] = {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            user = _unprivileged()
            shutil.chown(folder, user)
            self._as_user = {"user": user, "group": _group_of(user), "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._init(folder)

    def _init(self, folder: Path) -> None:
        secret = folder / "password"
        secret.write_text(self._password, encoding="ascii")
        secret.chmod(0o644)
        told = ["-U", "gov", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", "-D", self._data, *told],
            check=True,
            capture_output=True,
            cwd=folder,
            **self._as_user,
        )
        secret.unlink()

    def start(self) -> None:
        """Start, and wait until it answers."""
        fast = [] if self._safe else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        command = [self._programs / "postgres", "-D", self._data, "-p", str(self.port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"]
        self._process = subprocess.Popen(
            [*command, *fast],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._data.parent,
            **self._as_user,
        )
        import psycopg  # noqa: PLC0415 - only where the server binaries are

        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it at once, as a power cut would: every connection breaks, nothing is tidied up."""
        if self._process is not None:
            # The children notice that their parent is gone and end; the shared memory goes with the last.
            self._process.kill()
            self._process.wait()
            self._process = None
            lock = self._data / "postmaster.pid"
            until = time.monotonic() + 30
            while self._answers() and time.monotonic() < until:
                time.sleep(0.02)
            lock.unlink(missing_ok=True)

    def stop(self) -> None:
        """End it, breaking what is open."""
        if self._process is not None:
            # Nothing of it is kept, so it need not tidy up: an immediate shutdown.
            self._process.send_signal(3)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as trying:
            return trying.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self, name: str) -> str:
        """Address of one of its databases."""
        return f"postgresql://gov:{self._password}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """Make an empty database; gives its address."""
        import psycopg  # noqa: PLC0415 - only where the server binaries are

        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


@contextlib.contextmanager
def private_postgres(*, safe: bool = False) -> Generator[PrivatePostgres, None, None]:
    """A running server; `safe` makes it flush to disk as one in earnest does.

    Raises:
        FileNotFoundError: there are no server binaries here.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError(SKIPPED)
    place = None if safe else _memory()
    with tempfile.TemporaryDirectory(prefix="gov-connect-pg-", ignore_cleanup_errors=True, dir=place) as folder:
        server = PrivatePostgres(Path(folder), programs, safe=safe)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _memory() -> str | None:
    """A folder in memory with room for many small databases, for servers that need not outlive a power cut."""
    memory = Path("/dev/shm")
    there = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if there else None


def _unprivileged() -> str:
    import pwd  # noqa: PLC0415 - not on every system

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 - not on every system

    return pwd.getpwnam(user).pw_gid
