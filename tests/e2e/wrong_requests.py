"""Requests with one thing wrong each, made from an OpenAPI document: a new operation gets its own by itself."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from services.kit.http.openapi import operations
from services.kit.http.strict import LISTS

UNKNOWN = "nonsense"
NAIVE = "2026-01-31T12:00:00"
AN_ID = "0197a3c0-0000-7000-8000-000000000000"
PLACES = {"label_id": "n02084071", "preset": "thumb"}
JSON, FORM, BYTES = "application/json", "multipart/form-data", "application/octet-stream"
Schema = dict[str, Any]
Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Wrong:
    """`kind` says what is wrong, `pointer` what the refusal has to name. The rest are arguments of httpx."""

    operation: str
    kind: str
    pointer: str
    method: str
    path: str
    sent: dict[str, Any] = field(default_factory=dict)


def wrong_requests(document: Schema) -> Iterator[Wrong]:
    for (method, path), operation in operations(document):
        yield from Operation(document, method, path, operation).wrong()


class Operation:
    def __init__(self, document: Schema, method: str, path: str, operation: Schema) -> None:
        self.schemas = document["components"]["schemas"]
        self.name, self.method = operation["operationId"], method
        self.parameters = operation.get("parameters", [])
        places = {one["name"]: PLACES.get(one["name"], AN_ID) for one in self.parameters if one["in"] == "path"}
        self.path = path.format(**places)
        content = operation.get("requestBody", {}).get("content", {})
        self.media_type, self.schema = next(
            ((kind, self.resolved(one["schema"])) for kind, one in content.items()), ("", {})
        )

    def wrong(self) -> Iterator[Wrong]:
        yield self._one("unknown query parameter", f"/query/{UNKNOWN}", params={UNKNOWN: "1"}, **self._right())
        for parameter in self.parameters:
            if parameter["in"] == "query":
                yield from self._in_the_query(parameter["name"], self.resolved(parameter["schema"]))
            if parameter["in"] == "header" and parameter["name"].lower() not in LISTS:
                name = parameter["name"]
                right = self._right()
                headers = [*right.pop("headers", {}).items(), (name, "a"), (name.lower(), "b")]
                yield self._one("doubled header", f"/header/{name}", headers=headers, **right)
        if self.media_type == JSON:
            for kind, pointer, body in self._in_json(self.schema, self.schema["examples"][0]):
                yield self._one(kind, pointer, json=body)
        elif self.media_type == FORM:
            yield from self._in_the_form()
        elif not self.media_type:
            yield self._one("body that nothing reads", "", json={UNKNOWN: 1})

    def _one(self, kind: str, pointer: str, **sent: Any) -> Wrong:
        return Wrong(self.name, kind, pointer, self.method, self.path, sent)

    def resolved(self, schema: Schema) -> Schema:
        """Give the schema itself: what is referred to, and of a union with null the other."""
        others = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if others:
            return self.resolved(others[0])
        return self.schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def _right(self) -> dict[str, Any]:
        """A body with nothing wrong in it."""
        if self.media_type == JSON:
            return {"json": self.schema["examples"][0]}
        if self.media_type == FORM:
            return {"files": {"file": ("a.jpg", b"x", "image/jpeg")}}
        return {"content": b"x", "headers": {"content-type": "image/jpeg"}} if self.media_type == BYTES else {}

    def _in_the_query(self, name: str, schema: Schema) -> Iterator[Wrong]:
        if schema.get("type") != "array":
            yield self._one("doubled scalar", f"/query/{name}", params=[(name, "1"), (name, "1")], **self._right())
        for kind, value in wrong_values(schema):
            text = str(value).lower() if isinstance(value, bool) else value
            yield self._one(kind, f"/query/{name}", params={name: text}, **self._right())

    def _in_the_form(self) -> Iterator[Wrong]:
        right = self._right()
        yield self._one("unknown field of a form", f"/{UNKNOWN}", data={UNKNOWN: "1"}, **right)
        for name, told in self.schema["properties"].items():
            schema = self.resolved(told)
            if schema.get("format") == "binary":
                continue
            if schema.get("type") != "array":
                yield self._one("doubled scalar", f"/{name}", data={name: ["1", "1"]}, **right)
            for kind, value in wrong_values(schema):
                text = str(value).lower() if isinstance(value, bool) else value
                yield self._one(kind, f"/{name}", data={name: text}, **right)
            if schema.get("contentMediaType") == JSON:
                example = json.loads(schema["examples"][0])
                for kind, pointer, body in self._in_json(self.resolved(schema["contentSchema"]), example):
                    yield self._one(kind, f"/{name}{pointer}", data={name: json.dumps(body)}, **right)

    def _in_json(self, schema: Schema, whole: Any) -> Iterator[tuple[str, str, Any]]:
        """Give what is wrong, where, and the whole body with it, for the object and for all that are in it."""
        for steps, inner in self._objects(schema, ()):
            yield "unknown field", pointer_of((*steps, UNKNOWN)), with_value(whole, (*steps, UNKNOWN), 1)
            for name, told in inner["properties"].items():
                here = (*steps, name)
                if {"type": "null"} not in told.get("anyOf", []):
                    yield "null", pointer_of(here), with_value(whole, here, None)
                value_schema = self.resolved(told)
                if "items" in value_schema:
                    here, value_schema = (*here, 0), self.resolved(value_schema["items"])
                for kind, value in wrong_values(value_schema):
                    yield kind, pointer_of(here), with_value(whole, here, value)

    def _objects(self, schema: Schema, steps: Steps) -> Iterator[tuple[Steps, Schema]]:
        if "properties" in schema:
            yield steps, schema
        for name, told in schema.get("properties", {}).items():
            yield from self._objects(self.resolved(told), (*steps, name))
        if "items" in schema:
            yield from self._objects(self.resolved(schema["items"]), (*steps, 0))


def wrong_values(schema: Schema) -> Iterator[tuple[str, Any]]:
    if schema.get("type") in {"integer", "number"}:
        yield "boolean for a number", True
    if schema.get("format") == "date-time":
        yield "time without a zone", NAIVE


def with_value(whole: Any, steps: Steps, value: Any) -> Any:
    """Give a copy with the value at this place; what is missing on the way is made."""
    changed = copy.deepcopy(whole)
    here = changed
    for step, after in pairwise(steps):
        empty: Any = [{}] if isinstance(after, int) else {}
        here = here.setdefault(step, empty) if isinstance(step, str) else here[step]
    here[steps[-1]] = value
    return changed


def pointer_of(steps: Steps) -> str:
    return "".join(f"/{step}" for step in steps)
