"""`scrapy schema`: the JSON Schema of an archived line, and its types as Parquet has them."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from newsarchive import schema
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.extract import ROWS, Parquet


class Command(ScrapyCommand):
    """Prints the JSON Schema, or writes it and docs/items.md anew from the item classes. Exit code 1: a file cannot be written."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Print the JSON Schema of an archived line"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--write", action="store_true", help="write the shipped schema and docs/items.md in this checkout"
        )
        parser.add_argument(
            "--parquet",
            metavar="DIRECTORY",
            help="write a Parquet file without rows for each kind of line: the types, for readers that would guess them",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.parquet:
            self._write_types(Path(opts.parquet))
            return
        if not opts.write:
            print(schema.schema_text(), end="")
            return
        package = Path(schema.__file__).parent
        for path, text in (
            (package / schema.SCHEMA_FILE, schema.schema_text()),
            (package.parent / "docs" / "items.md", schema.items_page()),
        ):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")

    def _write_types(self, directory: Path) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            for kind in ROWS:
                Parquet((directory / f"{kind}.parquet").open("wb"), kind).close()
                print(directory / f"{kind}.parquet")
        except (OSError, ArchiveError) as error:
            print(f"scrapy schema: {error}", file=sys.stderr)
            self.exitcode = 1
