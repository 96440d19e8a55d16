"""The contract in its other forms."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pyarrow.parquet
import pytest

from newsarchive import items, schema

ROOT = Path(__file__).parent.parent


def test_the_shipped_schema_is_the_classes() -> None:
    assert (ROOT / "newsarchive" / schema.SCHEMA_FILE).read_text("utf-8") == schema.schema_text(), (
        "run: scrapy schema --write"
    )


def test_the_page_is_the_classes() -> None:
    assert (ROOT / "docs" / "items.md").read_text("utf-8") == schema.items_page(), "run: scrapy schema --write"


@pytest.mark.parametrize("kind", schema.item_classes(), ids=lambda kind: kind.__name__)
def test_every_field_has_a_docstring(kind: type) -> None:
    assert {field.name for field in dataclasses.fields(kind)} == set(schema.field_docs(kind))


@pytest.mark.parametrize("kind", items.LINE_TYPES, ids=lambda kind: kind.__name__)
def test_an_empty_line_is_valid(kind: type) -> None:
    jsonschema.validate(json.loads(msgspec.json.encode(kind(id="example/1"))), schema.shipped_schema())


def test_a_line_that_lacks_a_key_is_not_valid() -> None:
    line = json.loads(msgspec.json.encode(items.Article(id="example/1")))
    del line["subtitle"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line, schema.shipped_schema())


def test_a_line_with_a_key_of_another_type_is_not_valid() -> None:
    line = json.loads(msgspec.json.encode(items.Article(id="example/1"))) | {"comment_count": "26"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line, schema.shipped_schema())


def test_the_schema_says_which_texts_are_times() -> None:
    found = schema.shipped_schema()["$defs"]
    times = {
        f"{kind}.{field}"
        for kind, one in found.items()
        for field, about in one["properties"].items()
        if any(part.get("format") == "date-time" for part in about.get("anyOf", [about]))
    }
    assert times == {
        *(f"{kind}.fetched_at" for kind in ("Article", "CommentThread", "Tweet")),
        "Article.published_at", "Article.modified_at", "Comment.posted_at", "Gone.seen_at", "Metrics.observed_at", "Evidence.at",
        *(f"{kind}.{field}" for kind in ("Tweet", "EmbeddedTweet") for field in ("created_at", "state_checked_at", "resolved_at")),
    }  # fmt: skip


def test_the_types_are_files_without_a_row(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "schema", "--parquet", str(tmp_path / "types")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    names = ["article", "comment_thread", "tweet", "comment"]
    assert done.stdout.splitlines() == [str(tmp_path / "types" / f"{name}.parquet") for name in names]
    made = {name: pyarrow.parquet.read_table(tmp_path / "types" / f"{name}.parquet") for name in names}
    assert [table.num_rows for table in made.values()] == [0, 0, 0, 0]
    assert str(made["article"].schema.field("gone").type) == "struct<status: int64, seen_at: string>"
    assert str(made["comment"].schema.field("votes").type) == "int64"
