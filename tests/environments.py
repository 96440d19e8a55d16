"""Virtual environments for the tests that need programs beside the project: made once under ``build/``, made anew when their lists change."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "build"


def environment(name: str, *lists: Path) -> Path:
    """The ``bin`` directory of ``build/<name>``, in which what the requirement `lists` name is installed.

    Raises CalledProcessError where pip fails, with what it said on standard error.
    """
    place, said = BUILD / name, hashlib.sha256(sys.version.encode())
    for file in lists:
        said.update(file.read_bytes())
    mark = place / "made-from"
    if not mark.exists() or mark.read_text() != said.hexdigest():
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *(word for file in lists for word in ("-r", str(file)))], check=True)
        mark.write_text(said.hexdigest())
    return place / "bin"
