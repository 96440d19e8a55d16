"""A real Scrapyd on a free port, with its HTTP API as a person with curl uses it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.environments import environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds after which something that was waited for is not coming."""


def installed() -> Path:
    """The ``bin`` of the server's own virtual environment."""
    return environment("scrapyd", ROOT / "requirements.txt", ROOT / "requirements-scrapyd.txt")


def deploying() -> Path:
    """The ``bin`` of the virtual environment that `make deploy` makes for itself."""
    return environment("deploy", ROOT / "requirements-deploy.txt")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def checkout(place: Path, url: str) -> Path:
    """What git holds of the project, deploying to `url`."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in files.split("\0"):
        if name and (ROOT / name).is_file():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    (place / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text().replace("http://127.0.0.1:6800/", url))
    return place


class Scrapyd:
    """The daemon in `place`, which holds its eggs, its databases and its logs."""

    def __init__(
        self, place: Path, *, environ: dict[str, str] | None = None, bin: Path | None = None, conf: str = ""
    ) -> None:
        self.place = place
        self.bin = bin
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.environ = environ or {}
        self.process: subprocess.Popen[bytes] | None = None
        place.mkdir(parents=True, exist_ok=True)
        conf = conf or (
            "[scrapyd]\nbind_address = 127.0.0.1\nhttp_port = 6800\nmax_proc = 2\npoll_interval = 0.2\n"
            "jobstorage = scrapyd.jobstorage.SqliteJobStorage\njobs_to_keep = 50\n"
        )
        (place / "scrapyd.conf").write_text(conf.replace("6800", str(self.port)))

    def start(self) -> None:
        """Starts the daemon and waits until it answers."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
        with (self.place / "daemon.log").open("ab") as log:
            # A session of its own, so that nothing a test kills is more than it means to kill.
            self.process = subprocess.Popen(
                [str((self.bin or installed()) / "scrapyd")],
                cwd=self.place,
                env=env | self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.until(lambda: self._answers(), "the daemon answers")

    def _answers(self) -> bool:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            return self.get("daemonstatus.json")["status"] == "ok"
        return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Sends the daemon a signal and waits for its end; its jobs go on."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def __enter__(self) -> "Scrapyd":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for job in self.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(job["pid"], signal.SIGKILL)
        self.stop()

    def until(self, holds: Any, what: str) -> None:
        """Returns once `holds()` is true; AssertionError with the daemon's last words where it does not come."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end or (self.process is not None and self.process.poll() is not None):
                raise AssertionError(f"not seen: {what}. {(self.place / 'daemon.log').read_text()[-3000:]}")
            time.sleep(0.05)

    # ------------------------------------------------------------------------------------------------ its API

    def get(self, path: str) -> Any:
        """The JSON of an address."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def post(self, path: str, *fields: tuple[str, str]) -> dict[str, Any]:
        """The JSON that a form is answered with."""
        with urllib.request.urlopen(self.url + path, urllib.parse.urlencode(fields).encode(), timeout=60) as answer:
            return json.load(answer)

    def schedule(self, spider: str, *, settings: dict[str, str], **fields: str) -> str:
        """Schedules a job and returns its id."""
        form = [("project", "newsarchive"), ("spider", spider), *fields.items()]
        form += [("setting", f"{name}={value}") for name, value in settings.items()]
        said = self.post("schedule.json", *form)
        assert said["status"] == "ok", said
        return said["jobid"]

    def state(self, job: str) -> str | None:
        """pending, running or finished."""
        return self.get(f"status.json?job={job}&project=newsarchive")["currstate"]

    def running(self) -> list[dict[str, Any]]:
        """The jobs that run, with their process ids."""
        return self.get("listjobs.json?project=newsarchive").get("running", []) if self.process is not None else []

    def finish(self, job: str) -> str:
        """Waits for a job's end and returns its log, read over HTTP."""
        self.until(lambda: self.state(job) == "finished", f"job {job} ends")
        return self.log(job)

    def log(self, job: str, spider: str = "southfront") -> str:
        """A job's log, read over HTTP; empty where there is none."""
        try:
            with urllib.request.urlopen(f"{self.url}logs/newsarchive/{spider}/{job}.log", timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return ""
            raise
