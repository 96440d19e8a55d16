"""Calls made in processes of their own."""

import asyncio
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from newsarchive.markup import Document
from newsarchive.readers import Readers

ROOT = Path(__file__).resolve().parent.parent


def work(processes: int, *calls) -> list:
    async def run() -> list:
        readers = Readers(processes)
        try:
            return await readers(*calls)
        finally:
            readers.close()

    return asyncio.run(run())


@pytest.mark.parametrize("processes", [0, 1])
def test_each_call_has_its_outcome_whatever_the_others_raise(processes: int) -> None:
    found, error = work(processes, partial(int, "7"), partial(int, "seven"))
    assert found == 7
    assert isinstance(error, ValueError)


def test_calls_are_made_in_another_process() -> None:
    here, other = work(0, os.getpid), work(1, os.getpid)
    assert here == [os.getpid()]
    assert other != here


def test_where_a_process_dies_the_call_is_made_here(caplog) -> None:
    assert work(1, partial(die_unless, os.getpid())) == ["alive"]
    assert "broken down" in caplog.text


def die_unless(pid: int) -> str:
    if os.getpid() != pid:
        os._exit(1)
    return "alive"


CRAWL = """
import asyncio, os, time
from newsarchive.markup import Document
from newsarchive.readers import Readers

async def run():
    readers = Readers(1)
    print(*await readers(os.getpid), flush=True)  # its reader runs
    time.sleep(60)

if __name__ == "__main__":
    asyncio.run(run())
"""


def test_the_processes_end_with_a_crawl_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "crawl.py"
    script.write_text(CRAWL, "utf-8")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    crawl = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    )
    assert crawl.stdout is not None
    assert int(crawl.stdout.readline()) != crawl.pid
    os.kill(crawl.pid, signal.SIGKILL)
    # Standard output ends once the last process that holds it, the reader, has ended.
    rest, _ = crawl.communicate(timeout=30)
    assert rest == ""


def test_two_calls_on_one_document_share_its_tree_and_another_process_parses_its_own() -> None:
    for processes in (0, 1):
        document = Document(b"<html><body><p>Moin</p></body></html>")
        first, second = work(processes, partial(mark, document), partial(mark, document))
        assert (first, second) == ("0 marks", "1 marks")
        assert document.text_and_tree[1].get("marks") == ("2" if processes == 0 else None)


def mark(document: Document) -> str:
    root = document.text_and_tree[1]
    seen = root.get("marks") or "0"
    root.set("marks", str(int(seen) + 1))
    return f"{seen} marks"
