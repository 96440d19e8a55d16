"""A strict reader of Elasticsearch's and OpenSearch's bulk format over HTTP: what their servers refuse, it refuses.

No such server can be installed here, so it stands for one. What it holds a request to:
https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk and, of the types a field gets with its first
value, https://www.elastic.co/docs/manage-data/data-store/mapping/dynamic-field-mapping.
"""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_FIELDS = 1000
"""``index.mapping.total_fields.limit``."""
LONGEST_ID_BYTES = 512
_DATE = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?|\d{4}/\d\d/\d\d( \d\d:\d\d:\d\d)?"
)
"""What date detection takes for a date."""
_ACTION_KEYS = {"_index", "_id", "routing", "require_alias", "version", "version_type"}


class Refused(Exception):
    """The whole request is refused, with this status."""

    def __init__(self, status: int, why: str):
        super().__init__(why)
        self.status = status


class Index:
    """Documents by id, and the type each field got with its first value."""

    def __init__(self, mappings: dict[str, Any] | None = None):
        mappings = mappings or {}
        self.detects = mappings.get("date_detection", True)
        self.types = {name: about["type"] for name, about in mappings.get("properties", {}).items()}
        self.documents: dict[str, dict[str, Any]] = {}

    def put(self, id: str, document: dict[str, Any]) -> str | None:
        """Keeps the document; why not, where a field is of another type than before or there are too many."""
        for name, kind, value in self._leaves(document):
            known = self.types.setdefault(name, kind)
            fits = known == kind or (known, kind) in {("float", "long"), ("text", "date")}
            if known == "date" and isinstance(value, str) and _DATE.fullmatch(value):
                fits = True
            if not fits:
                return f"failed to parse field [{name}] of type [{known}]: {value!r}"
        if len(self.types) > MOST_FIELDS:
            return f"Limit of total fields [{MOST_FIELDS}] has been exceeded"
        self.documents[id] = document
        return None

    def _leaves(self, value: Any, name: str = "") -> Iterator[tuple[str, str, Any]]:
        if isinstance(value, dict):
            if name:
                yield name, "object", value
            for key, one in value.items():
                yield from self._leaves(one, f"{name}.{key}" if name else key)
        elif isinstance(value, list):
            for one in value:
                yield from self._leaves(one, name)
        elif isinstance(value, bool):
            yield name, "boolean", value
        elif isinstance(value, int):
            yield name, "long", value
        elif isinstance(value, float):
            yield name, "float", value
        elif isinstance(value, str):
            yield name, "date" if self.detects and _DATE.fullmatch(value) else "text", value


def _object(line: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refused(400, "duplicate field")
        return dict(pairs)

    try:
        read = json.loads(line.decode(), object_pairs_hook=once)
    except ValueError as error:
        raise Refused(400, f"Malformed line: {error}") from error
    if not isinstance(read, dict):
        raise Refused(400, "Malformed line: no object")
    return read


def bulk(indices: dict[str, Index], content_type: str, body: bytes) -> dict[str, Any]:
    """What the server answers to a bulk request; raises `Refused`."""
    if content_type.partition(";")[0] not in {"application/x-ndjson", "application/json"}:
        raise Refused(406, f"Content-Type header [{content_type}] is not supported")
    if not body.endswith(b"\n"):
        raise Refused(400, "The bulk request must be terminated by a newline [\\n]")
    lines, items = body.split(b"\n")[:-1], []
    if len(lines) % 2:
        raise Refused(400, "an action without a document")
    for at in range(0, len(lines), 2):
        action, document = _object(lines[at]), _object(lines[at + 1])
        if list(action) != ["index"] or set(action["index"]) - _ACTION_KEYS:
            raise Refused(400, f"Malformed action/metadata line [{at + 1}]")
        name, id = action["index"]["_index"], action["index"]["_id"]
        if not isinstance(id, str) or not 0 < len(id.encode()) <= LONGEST_ID_BYTES or name != name.lower():
            raise Refused(400, f"id or index of line [{at + 1}]")
        index = indices.setdefault(name, Index())
        replaces = id in index.documents
        wrong = index.put(id, document)
        said: dict[str, Any] = {"_index": name, "_id": id, "status": 400 if wrong else 200 if replaces else 201}
        items.append(
            {"index": said | ({"error": {"type": "document_parsing_exception", "reason": wrong}} if wrong else {})}
        )
    return {"took": 1, "errors": any("error" in item["index"] for item in items), "items": items}


class BulkServer:
    """The reader on a free port; ``with`` starts and stops it."""

    def __init__(self) -> None:
        self.indices: dict[str, Index] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, status: int, answer: dict[str, Any]) -> None:
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def _take(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = self.headers["Content-Type"]
                try:
                    if self.command == "POST" and self.path == "/_bulk":
                        self._answer(200, bulk(outer.indices, kind, body))
                    elif self.command == "PUT" and re.fullmatch("/[a-z]+", self.path) and kind == "application/json":
                        outer.indices[self.path[1:]] = Index(_object(body).get("mappings"))
                        self._answer(200, {"acknowledged": True, "index": self.path[1:]})
                    else:
                        raise Refused(400, f"no handler found for uri [{self.path}] and method [{self.command}]")
                except Refused as error:
                    self._answer(error.status, {"error": str(error), "status": error.status})

            do_POST = do_PUT = _take

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "BulkServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
