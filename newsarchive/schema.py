"""The public contract in other forms: the JSON Schema and the page `docs/items.md`, both made from the item classes."""

import ast
import dataclasses
import inspect
import json
import typing
from importlib import resources
from itertools import pairwise
from typing import Any

import msgspec

from newsarchive import items

SCHEMA_FILE = "data/items.schema.json"


def field_docs(kind: type) -> dict[str, str]:
    """The docstring under each field of a dataclass, its bases' included."""
    docs: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if not dataclasses.is_dataclass(base):
            continue
        body = typing.cast(ast.ClassDef, ast.parse(inspect.getsource(base)).body[0]).body
        for statement, after in pairwise(body):
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                docs[statement.target.id] = inspect.cleandoc(after.value.value)
    return docs


def item_classes() -> list[type]:
    """Every class of the contract, in the order of the source."""
    return [
        kind
        for _, kind in inspect.getmembers(items, inspect.isclass)
        if dataclasses.is_dataclass(kind) and kind.__module__ == items.__name__
    ]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a line: one of article, comment_thread and tweet, every key present, no other allowed."""
    refs, components = msgspec.json.schema_components(items.LINE_TYPES, ref_template="#/$defs/{name}")
    by_name = {kind.__name__: kind for kind in item_classes()}
    for name, schema in components.items():
        docs = field_docs(by_name[name])
        for field, about in schema["properties"].items():
            about["description"] = docs[field]
            if "enum" not in about and "const" not in about:
                about.pop("default", None)
            if field == "at" or field.endswith("_at"):
                for one in about.get("anyOf", [about]):
                    if one.get("type") == "string":
                        one["format"] = "date-time"
        schema["required"] = list(schema["properties"])
        schema["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An archived line",
        "oneOf": list(refs),
        "$defs": {name: components[name] for name in sorted(components)},
    }


def shipped_schema() -> dict[str, Any]:
    """The JSON Schema that the package ships."""
    return json.loads(resources.files("newsarchive").joinpath(SCHEMA_FILE).read_text(encoding="utf-8"))


def schema_text() -> str:
    """What `SCHEMA_FILE` holds."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _type_name(hint: Any) -> str:
    if hint is type(None):
        return "null"
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return f"[{_type_name(args[0])}]"
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in args)
    if args:
        return " or ".join(_type_name(arg) for arg in args)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]


def items_page() -> str:
    """The Markdown of `docs/items.md`."""
    lines = [
        "# What an archived line says",
        "",
        "Made from the docstrings of `newsarchive/items.py` by `scrapy schema --write`; the JSON Schema beside it is",
        f"`newsarchive/{SCHEMA_FILE}` (`scrapy schema` prints it).",
        "",
        *inspect.cleandoc(items.__doc__ or "").splitlines()[2:],
        "",
    ]
    first = [*items.LINE_TYPES]
    for kind in first + [kind for kind in sorted(item_classes(), key=lambda k: k.__name__) if kind not in first]:
        hints, docs = typing.get_type_hints(kind), field_docs(kind)
        lines += [
            f"## {kind.__name__}",
            "",
            inspect.cleandoc(kind.__doc__ or ""),
            "",
            "| field | type | meaning |",
            "|---|---|---|",
        ]
        for field in dataclasses.fields(kind):
            meaning = " ".join(docs[field.name].replace("``", "`").replace("|", "\\|").split())
            lines.append(f"| `{field.name}` | {_type_name(hints[field.name])} | {meaning} |")
        lines.append("")
    return "\n".join(lines)
