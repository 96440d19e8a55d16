"""Readers that take a field's type from the first lines they see can rely on it."""

from typing import Any

from newsarchive.schema import shipped_schema


def types_of(about: dict[str, Any]) -> set[str]:
    """The JSON types a field may have, null aside."""
    if "anyOf" in about:
        return set().union(*(types_of(one) for one in about["anyOf"]))
    if "$ref" in about:
        return {about["$ref"]}
    if "enum" in about:
        return {"string" if isinstance(value, str) else type(value).__name__ for value in about["enum"]} - {"NoneType"}
    if "const" in about:
        return {"string"}
    given = about["type"]
    return set(given if isinstance(given, list) else [given]) - {"null"}


def test_no_field_is_sometimes_of_another_type() -> None:
    fields = {
        f"{name}.{field}": types_of(about)
        for name, schema in shipped_schema()["$defs"].items()
        for field, about in schema["properties"].items()
    }
    assert len(fields) > 100
    assert {name: types for name, types in fields.items() if len(types) != 1} == {}
