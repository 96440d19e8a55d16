import json
from pathlib import Path

from newsarchive.ledger import write_report
from tests.ledger.sample import hostile, large


def test_both_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    written = write_report(large(), tmp_path / "portnews" / "reports")
    assert [path.name for path in written] == ["20240507T120000Z-1f2e.json", "20240507T120000Z-1f2e.html"]
    assert sorted(path.name for path in written[0].parent.iterdir()) == sorted(path.name for path in written)
    assert json.loads(written[0].read_text("utf-8"))["site"] == "portnews"
    assert written[1].read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_hostile_name_stays_in_its_folder(tmp_path: Path) -> None:
    written = write_report(hostile(), tmp_path / "reports")
    assert {path.parent for path in written} == {tmp_path / "reports"}
    assert {path.name[:9] for path in written} == {"__title__"}


def test_a_second_report_of_a_run_replaces_the_first(tmp_path: Path) -> None:
    write_report(large(), tmp_path)
    write_report(large(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
