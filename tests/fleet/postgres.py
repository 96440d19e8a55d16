"""A real PostgreSQL on a free port, as Debian's package installs it; it runs as `postgres` where the tests run as root."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

PATIENCE = 60.0
"""Seconds after which something that was waited for is not coming."""


def programs() -> Path | None:
    """Where ``initdb`` and ``postgres`` are: the newest version that Debian has installed, else what PATH has; None where nothing is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Postgres:
    """A database server with its data in a directory of its own, which goes with it."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None, "install postgresql"
        self.bin = found
        # Not below pytest's directories: those let nobody in but their owner, and the server is another user.
        self.place = Path(tempfile.mkdtemp(prefix="newsarchive-postgres-"))
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.place, "postgres", "postgres")
        self.place.chmod(0o700)
        self._run("initdb", "-D", str(self.place / "data"), "-U", "archive", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _as(self, *command: str) -> list[str]:
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            self._as(str(self.bin / program), *arguments),
            check=True,
            capture_output=True,
            cwd=self.place,
            timeout=PATIENCE,
        )

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://archive@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [
            str(self.bin / "postgres"), "-D", str(self.place / "data"), "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={self.place}", "-c", "max_connections=60",
        ]  # fmt: skip
        until = time.monotonic() + PATIENCE
        while True:
            # Anew as long as it ends at once: after a kill its old processes are in the way for a moment.
            if self.process is None or self.process.poll() is not None:
                with (self.place / "log").open("ab") as log:
                    self.process = subprocess.Popen(self._as(*command), cwd=self.place, stdout=log, stderr=log)
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self.place / "log").read_text(errors="replace")[-3000:]
                time.sleep(0.05)  # it is starting

    def create(self, database: str) -> str:
        """Makes an empty database and returns its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[call-overload]
        return self.url(database)

    @property
    def pid(self) -> int:
        """The server's own process, the parent of all its others."""
        return int((self.place / "data" / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """Kills the server -9; its processes for each connection end by themselves."""
        assert self.process is not None
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process = None

    def __enter__(self) -> "Postgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            os.kill(self.pid, signal.SIGINT)  # ends connections, and then itself
            self.process.wait(PATIENCE)
        shutil.rmtree(self.place, ignore_errors=True)
