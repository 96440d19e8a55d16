"""The steps of the Containerfile in order, in a directory and a virtual environment that stand for the image."""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tests.crawling import ROOT, UNHURRIED
from tests.sites import SampleSite

IN_THE_IMAGE_ALONE = ("useradd", "apt-get")
"""Steps with these words need root and a file system of their own."""


def steps() -> list[tuple[str, str]]:
    """Instruction and the rest, lines joined, comments left out."""
    text = (ROOT / "Containerfile").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ").splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def build(image: Path) -> tuple[Path, dict[str, str], list[str]]:
    """Takes the steps under `image`, with ``image/python`` as the image's Python; the directory, the environment and the command that come out."""
    venv.create(image / "python", with_pip=True)
    here, environ = image, {"PATH": f"{image / 'python/bin'}:/usr/bin:/bin", "HOME": str(image)}
    environ |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    command: dict[str, list[str]] = {}
    for what, rest in steps():
        if what == "WORKDIR":
            here = image / rest.lstrip("/")
            here.mkdir(parents=True)
        elif what == "COPY":
            *sources, target = rest.split()
            for source in sources:
                assert f"!{source}" in ignored  # else it is not sent to the engine
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, here / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, here / target)
        elif what == "RUN" and not any(word in rest for word in IN_THE_IMAGE_ALONE):
            subprocess.run(["/bin/sh", "-c", rest], cwd=here, env=environ, check=True, capture_output=True, timeout=600)
        elif what == "ENV":
            pairs = (pair.split("=", 1) for pair in rest.split())
            environ |= {name: value.replace("/archive", str(image / "archive")) for name, value in pairs}
        elif what in {"ENTRYPOINT", "CMD"}:
            command[what] = json.loads(rest)
    return here, environ, [*command["ENTRYPOINT"], *command["CMD"]]


@pytest.mark.container
def test_the_steps_of_the_container_file_lead_to_a_crawl(tmp_path: Path) -> None:
    here, environ, command = build(tmp_path)
    assert command == ["scrapy", "crawl", "southfront"]
    options = [word for name, value in UNHURRIED.items() for word in ("-s", f"{name}={value}")]
    with SampleSite() as site:
        done = subprocess.run(
            [str(tmp_path / "python/bin" / command[0]), *command[1:], "-a", f"url={site.url}", *options],
            cwd=here, env=environ, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "southfront: COMPLETE (exit code 0)" in done.stderr
    (part,) = (tmp_path / "archive/southfront/articles").glob("date=*/*.jsonl")
    assert len(part.read_text("utf-8").splitlines()) == 29
    fleet = subprocess.run(
        [tmp_path / "python/bin/scrapy", "fleet", "status"],
        cwd=here, env=environ | {"NEWSARCHIVE_DATABASE": "postgresql://127.0.0.1:9/none"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "port 9 failed: Connection refused" in fleet.stderr  # PostgreSQL's client is there, and asks
    left = subprocess.run(
        [tmp_path / "python/bin/python", "-c", "import pytest"], env=environ, capture_output=True, check=False
    )
    assert left.returncode == 1  # what testing needs is not in it
