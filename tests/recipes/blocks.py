"""The fenced blocks of a page of the docs: what is to be run, and what it is said to print."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A command, or some lines of Python."""

    heading: str
    language: str
    note: str
    """What stands behind the language: ``not run: …`` with the reason."""
    code: str
    output: str | None
    """What is to be printed; None where nothing is said of that."""

    @property
    def run(self) -> bool:
        """Whether the block is to be run."""
        return self.language in {"sh", "python"} and not self.note.startswith("not run")


def blocks(page: str) -> list[Block]:
    """The blocks of a page in order, each with the heading it stands under."""
    headings = [(found.start(), found[1]) for found in _HEADING.finditer(page)]
    return [
        Block(max(((at, name) for at, name in headings if at < found.start()), default=(0, ""))[1], *_parts(found))
        for found in _FENCE.finditer(page)
    ]


def _parts(found: re.Match[str]) -> tuple[str, str, str, str | None]:
    return found[1], found[2].strip(), found[3], found[4]


def run(block: Block, place: Path, path: list[Path], **env: str) -> str:
    """Runs a block in `place`, programs from `path` first; what it printed. CalledProcessError carries what went wrong."""
    python = next((str(one / "python") for one in path if (one / "python").exists()), sys.executable)
    command = ["bash", "-euo", "pipefail", "-c", block.code] if block.language == "sh" else [python, "-c", block.code]
    environ = os.environ | {"PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]]), **env}
    done = subprocess.run(command, cwd=place, env=environ, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        raise AssertionError(
            f"{block.heading}: exit code {done.returncode}\n{block.code}\n{done.stdout}{done.stderr[-3000:]}"
        )
    return done.stdout
