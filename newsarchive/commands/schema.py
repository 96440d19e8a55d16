"""`scrapy schema`: the JSON Schema of an archived line."""

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from newsarchive import schema


class Command(ScrapyCommand):
    """Prints the JSON Schema, or writes it and docs/items.md anew from the item classes."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Print the JSON Schema of an archived line"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--write", action="store_true", help="write the shipped schema and docs/items.md in this checkout"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
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
