"""The report's two files."""

import os
from pathlib import Path

from newsarchive.ledger.facts import RunFacts
from newsarchive.ledger.page import render_html
from newsarchive.ledger.reconcile import reconcile, render_json


def write_report(facts: RunFacts, folder: Path) -> tuple[Path, Path]:
    """Writes ``<run>.json`` and ``<run>.html`` into `folder`, which is made if need be; gives their paths.

    Each is there whole or not at all. Characters of the run's name that are no letter, digit, ``-``, ``.`` or ``_``
    become ``_``. Raises OSError where it cannot be written.
    """
    report = reconcile(facts)
    name = (
        "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in facts.run).lstrip(".")[:100] or "run"
    )
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"{name}.json", folder / f"{name}.html"
    for path, text in zip(paths, (render_json(report), render_html(report)), strict=True):
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_text(text, "utf-8")
        unfinished.replace(path)
    return paths
