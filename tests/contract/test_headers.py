"""The headers that the public document declares."""

import json

import pytest

from pictor.contracts import FOLDER
from services.kit.http.openapi import operations

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
OPERATIONS = {operation["operationId"]: operation for _, operation in operations(PUBLIC)}
READS = {operation["operationId"] for (method, _), operation in operations(PUBLIC) if method == "GET"}


def headers(name: str, status: str) -> set[str]:
    return set(OPERATIONS[name]["responses"][status]["headers"])


def asked(name: str) -> set[str]:
    return {one["name"] for one in OPERATIONS[name].get("parameters", ()) if one["in"] == "header"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_holds_for_every_operation(name: str) -> None:
    for status in OPERATIONS[name]["responses"]:
        declared = headers(name, status)
        assert "X-Request-Id" in declared
        assert ("Retry-After" in declared) is (status in {"429", "502", "503", "504"})
        assert ("RateLimit" in declared) is ("RateLimit-Policy" in declared) is (status < "400" or status == "429")
        assert ("WWW-Authenticate" in declared) is (status == "401")
        assert {"Location", "Preference-Applied"} & declared == set() or status < "300"


def test_conditional_reads() -> None:
    conditional = {name for name in READS if "304" in OPERATIONS[name]["responses"]}
    assert {name for name in OPERATIONS if "304" in OPERATIONS[name]["responses"]} == conditional
    assert {name for name in OPERATIONS if "If-None-Match" in asked(name)} == conditional
    # An order that may change without the images; what is made while it is sent.
    assert conditional == READS - {"images_similar", "downloads_content", "events_list"}
    for name in conditional:
        assert "ETag" in headers(name, "200") & headers(name, "304")


def test_guarded_changes() -> None:
    guarded = {name for name in OPERATIONS if "412" in OPERATIONS[name]["responses"]}
    assert {name for name in OPERATIONS if "If-Match" in asked(name)} == guarded
    assert guarded >= {"images_update", "images_delete", "collections_update", "collections_delete"}


def test_bytes() -> None:
    for name in ("images_content", "images_variant"):
        assert asked(name) == {"If-None-Match", "If-Range", "Range"}
        for status in ("200", "206"):
            assert {"ETag", "Accept-Ranges"} <= headers(name, status)
        assert "Content-Range" in headers(name, "206") & headers(name, "416")


def test_where_what_was_made_is() -> None:
    located = {
        (name, status)
        for name in OPERATIONS
        for status in ("200", "201", "202")
        if status in OPERATIONS[name]["responses"] and "Location" in headers(name, status)
    }
    assert located == {
        ("images_create", "200"),
        ("images_create", "201"),
        ("images_upload", "200"),
        ("images_upload", "201"),
        ("images_reprocess_all", "202"),
        ("images_rerender", "202"),
        ("users_delete", "202"),
    }
    for name in ("images_create", "images_upload"):
        assert "Preference-Applied" in headers(name, "201")
