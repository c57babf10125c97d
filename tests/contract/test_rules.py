"""Rules of the public document, for every operation and schema there is: generators compile what keeps to them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pictor.contracts import FOLDER
from services.kit.http.openapi import operations

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
OPERATIONS = {f"{method} {path}": operation for (method, path), operation in operations(PUBLIC)}
SCHEMAS: dict[str, Any] = PUBLIC["components"]["schemas"]
NULL = {"type": "null"}
CREATES = {"images_create", "images_upload"}  # their bodies are files


def nodes(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document, with its place."""
    if isinstance(node, dict):
        yield path, node
        for name, value in node.items():
            yield from nodes(value, f"{path}/{name}")
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from nodes(item, f"{path}/{number}")


def schemas(node: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in the paths, and of the components with its name."""
    for path, found in nodes(node):
        if (
            "examples" not in path.split("/")
            and not path.endswith("/properties")
            and ({"type", "$ref", "anyOf", "oneOf", "enum", "const"} & found.keys())
        ):
            yield path, found


EVERY = [(path, found) for path, found in schemas({"paths": PUBLIC["paths"], "schemas": SCHEMAS})]


def broken(rule: Any, among: Any = EVERY) -> list[str]:
    return [path for path, found in among if rule(path, found)]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_an_operation_takes_one_media_type() -> None:
    bodies = {name: [*one["requestBody"]["content"]] for name, one in OPERATIONS.items() if "requestBody" in one}
    assert {name: kinds for name, kinds in bodies.items() if len(kinds) != 1} == {}
    kinds = {kind for [kind] in bodies.values()}
    assert kinds == {"application/json", "multipart/form-data", "application/octet-stream"}


def test_no_reference_is_required_and_may_be_null() -> None:
    def wrong(_: str, schema: dict[str, Any]) -> bool:
        required = schema.get("required", [])
        properties = schema.get("properties", {})
        return any(
            NULL in properties[name].get("anyOf", []) and any("$ref" in kind for kind in properties[name]["anyOf"])
            for name in required
            if name in properties
        )

    assert broken(wrong) == []


def test_a_union_is_of_one_type_and_null() -> None:
    """No `anyOf` of a format and a constant, or of two types: it becomes an empty class."""

    def wrong(_: str, schema: dict[str, Any]) -> bool:
        kinds = [kind for key in ("anyOf", "oneOf", "allOf") for kind in schema.get(key, []) if kind != NULL]
        return len(kinds) > 1 or isinstance(schema.get("type"), list)

    assert broken(wrong) == []


def test_every_enumeration_has_a_name() -> None:
    assert broken(lambda path, schema: "enum" in schema and not re.fullmatch(r"/schemas/\w+", path)) == []
    assert broken(lambda _, schema: "const" in schema) == []


def test_numbers_of_an_enumeration_are_named() -> None:
    numbers = {name: one for name, one in SCHEMAS.items() if one.get("type") == "integer" and "enum" in one}
    assert "Rotation" in numbers
    for name, one in numbers.items():
        assert len(one["x-enum-varnames"]) == len(one["enum"]), name


def test_a_list_has_no_default() -> None:
    assert broken(lambda _, schema: isinstance(schema.get("default"), list | dict)) == []


def test_a_parameter_is_absent_rather_than_null() -> None:
    for name, operation in OPERATIONS.items():
        for parameter in operation.get("parameters", []):
            assert NULL not in parameter["schema"].get("anyOf", []), (name, parameter["name"])


def test_what_creates_takes_a_body_that_says_so() -> None:
    for name, operation in OPERATIONS.items():
        if operation["operationId"].endswith("_create") and operation["operationId"] not in CREATES:
            [content] = operation["requestBody"]["content"].values()
            assert content["schema"]["$ref"].endswith("Create"), name


def test_files_are_bytes() -> None:
    bodies = [one["requestBody"]["content"] for one in OPERATIONS.values() if "requestBody" in one]
    sent = [body for body in bodies if "application/octet-stream" in body]
    forms = [body for body in bodies if "multipart/form-data" in body]
    binary = {"type": "string", "format": "binary"}
    assert len(sent) == len(forms) == 3
    assert all(body["application/octet-stream"]["schema"] == binary for body in sent)
    for body in forms:
        form = resolved(body["multipart/form-data"]["schema"])
        assert binary.items() <= form["properties"]["file"].items()
    downloads = {
        name: one["responses"]["200"]["content"] for name, one in OPERATIONS.items() if "content" in one["tags"]
    }
    assert len(downloads) == 2
    for name, content in downloads.items():
        assert all(kind.startswith(("image/", "application/octet-stream")) for kind in content), name
        assert all(one["schema"] == binary for one in content.values()), name
    answers = [one["responses"].get("200", {}).get("content", {}) for one in OPERATIONS.values()]
    files = [content for content in answers if binary in [one.get("schema") for one in content.values()]]
    assert len(files) == 7
    assert all("application/octet-stream" in content for content in files)


def test_everything_is_described() -> None:
    missing = [name for name, one in SCHEMAS.items() if not one.get("description")]
    for path, schema in EVERY:
        for name, one in schema.get("properties", {}).items():
            if not one.get("description"):
                missing.append(f"{path}/{name}")
    for name, operation in OPERATIONS.items():
        missing += [name] * (not operation.get("description") or not operation.get("summary"))
        for parameter in operation.get("parameters", []):
            if not parameter.get("description"):
                missing.append(f"{name} {parameter['in']} {parameter['name']}")
        for status, answer in operation["responses"].items():
            missing += [f"{name} {status}"] * (not answer.get("description"))
    assert missing == []


def test_operations_are_sorted_by_tags_that_are_described() -> None:
    described = {tag["name"] for tag in PUBLIC["tags"] if tag["description"]}
    assert {tag for one in OPERATIONS.values() for tag in one["tags"]} == described
    assert all(len(one["tags"]) == 1 for one in OPERATIONS.values())


def test_a_server_can_be_named() -> None:
    variables = PUBLIC["servers"][0]["variables"]
    assert set(re.findall(r"\{(\w+)\}", PUBLIC["servers"][0]["url"])) == set(variables)
    assert all(one["default"] and one["description"] for one in variables.values())


def test_titles_invent_no_types() -> None:
    assert broken(lambda path, schema: "title" in schema and not re.fullmatch(r"/schemas/\w+", path)) == []


def test_json_that_is_sent_has_an_example() -> None:
    """tests/e2e/test_examples.py sends them."""
    for name, operation in OPERATIONS.items():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            assert resolved(content["schema"]).get("examples"), name
