"""Routing by contract: what is listed is reachable, under one spelling, and nothing else is."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from pictor.contracts import FOLDER
from services.gateway.proxy.contracts import (
    INNER_SERVICES,
    ContractError,
    MethodNotAllowed,
    RoutingTable,
    public_operations,
    read_document,
)
from services.kit.http.problems import NotFound
from tests.gateway.contracts import CATALOG, CLASSIFIER, READ, SIMILARITY, document, operation, write_contracts
from tests.gateway.stage import Stage

IMAGE = "/v1/images/0197a3c0-0000-7000-8000-000000000000"


def a_table(**paths: dict[str, Any]) -> RoutingTable:
    every = paths or {"catalog": CATALOG, "classifier": CLASSIFIER, "similarity": SIMILARITY}
    return RoutingTable([found for name, held in every.items() for found in public_operations(name, document(held))])


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("GET", "/v1/images", "images_list"),
        ("POST", "/v1/images:check", "images_check"),
        ("GET", IMAGE, "images_get"),
        ("POST", f"{IMAGE}:reprocess", "images_reprocess"),
        ("POST", "/v1/images:batchUpdate", "images_batch_update"),
        ("POST", f"{IMAGE}/labels/n02093428:confirm", "labels_confirm"),
        ("PUT", f"{IMAGE}/labels/n02093428", "labels_add"),
        ("DELETE", f"{IMAGE}/labels/n02093428", "labels_take_back"),
        ("GET", f"{IMAGE}/similar", "images_similar"),
        ("GET", "/v1/labels/n02093428", "labels_get"),
        ("GET", "/v1/labels/caf%C3%A9%20noir", "labels_get"),
        ("POST", "/v1/classify", "classify"),
    ],
)
def test_listed_paths_are_found(method: str, path: str, wanted: str) -> None:
    assert a_table().match(method, path.encode()).id == wanted


NASTY = [
    "",
    "/",
    "//v1/images",
    "/v1",
    "/v1/",
    "/v1//images",
    "/v1/images/",
    "/v1/images//",
    "/v1/./images",
    "/v1/../v1/images",
    "/v1/images/../images",
    "/v1/images/.",
    "/v1/images/..",
    "/v1/images/%2e%2e",
    "/v1/images/%2E",
    "/v1/%2e%2e/internal/coverage",
    "/v1/..%2finternal/coverage",
    "/v1/images/..%2f..%2finternal%2fcoverage",
    "/v1/images/%2e%2e/%2e%2e/internal/coverage",
    "/v1/images/a%2Fb",
    "/v1/images/a%2fcontent",
    "/v1/images/a%5Cb",
    "/v1/images/a\\b",
    "/v1/%69mages",
    "/v1/im%61ges",
    "/%761/images",
    "/V1/images",
    "/v1/Images",
    "/v1/images/a%3Areprocess",
    "/v1/images%3Acheck",
    "/v1/images/%63heck",
    "/v1/images/a:reprocess/",
    "/v1/images/a:nonsense",
    "/v1/images/a:reprocess:reprocess",
    "/v1/images/:reprocess",
    "/v1/images:",
    "/v1/images/a%00",
    "/v1/images/a%0d%0aX-Injected:%201",
    "/v1/images/a%0A",
    "/v1/images/a%09b",
    "/v1/images/a%7F",
    "/v1/images/a%C2%85",
    "/v1/images/a%E2%80%8B",
    "/v1/images/a%E2%80%AE",
    "/v1/images/a%C0%AF",
    "/v1/images/a%C0%AE%C0%AE",
    "/v1/images/a%ED%A0%80",
    "/v1/images/a%FF",
    "/v1/images/a%25",
    "/v1/images/a%252F",
    "/v1/images/a%3F",
    "/v1/images/a?x",
    "/v1/images/a#x",
    "/v1/images/a%",
    "/v1/images/a%2",
    "/v1/images/a%zz",
    "/v1/images/a b",
    "/v1/images/a\tb",
    "/v1/images/\u00e9",
    "/v1/images/" + "a" * 1100,
    "/v1/images/a/b/c/d/e/f",
    "/internal/coverage",
    "/v1/../internal/coverage",
    "/v1/internal/coverage",
    "/v2/models/inception_v3/infer",
    "/points:query",
    "/openapi.json",
    "/metrics/",
    "/docs/redoc.standalone.js",
    "/docs/../metrics",
    "http://elsewhere/v1/images",
    "*",
    "v1/images",
]


@pytest.mark.parametrize("path", NASTY)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nasty_paths_are_not_there(method: str, path: str) -> None:
    with pytest.raises(NotFound):
        a_table().match(method, path.encode())


def test_what_is_let_through_decodes_to_the_same_route() -> None:
    """Every single byte, raw and encoded, inside a parameter: the gateway and a decoding router see one route."""
    table = a_table()
    for byte in range(256):
        for spelling in (bytes([byte]), b"%%%02X" % byte, b"%%%02x" % byte, b"%C3%" + b"%02X" % byte):
            raw = b"/v1/labels/a" + spelling + b"b"
            try:
                found = table.match("GET", raw)
            except NotFound:
                continue
            decoded = unquote(raw.decode())
            assert found.id == "labels_get"
            assert decoded.count("/") == 3
            assert ":" not in decoded
            assert decoded.isprintable()
            assert unquote(quote(decoded, safe="/!$&'()*+,;=@~")) == decoded


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/images", "GET, HEAD, OPTIONS, POST"),
        ("HEAD", "/v1/images", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", IMAGE, "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("GET", f"{IMAGE}:reprocess", "OPTIONS, POST"),
        ("GET", "/v1/images:check", "OPTIONS, POST"),
        ("PUT", f"{IMAGE}/labels/n02093428:confirm", "OPTIONS, POST"),
        ("POST", f"{IMAGE}/labels/n02093428", "DELETE, OPTIONS, PUT"),
        ("get", "/v1/images", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_known_paths_say_which_methods_they_know(method: str, path: str, allowed: str) -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        a_table().match(method, path.encode())
    assert refused.value.headers == {"allow": allowed}


def test_every_committed_operation_is_found_under_its_own_path() -> None:
    """With their parameters filled in, no path of one operation is taken for that of another."""
    committed = [found for name in INNER_SERVICES for found in public_operations(name, read_document(FOLDER, name))]
    table = RoutingTable(committed)
    assert len({found.id for found in committed}) == len(committed) > 20
    for found in committed:
        path = re.sub(r"\{\w+\}", "n02093428", found.path)
        assert table.match(found.method, path.encode()) == found


def test_a_literal_wins_over_a_parameter() -> None:
    paths = {
        "/v1/labels/{label_id}": {"get": operation("labels_get", READ)},
        "/v1/labels/top": {"get": operation("labels_top", READ)},
        "/v1/{anything}/{more}": {"get": operation("anything", READ)},
    }
    table = a_table(catalog=paths)
    assert table.match("GET", b"/v1/labels/top").id == "labels_top"
    assert table.match("GET", b"/v1/labels/topmost").id == "labels_get"
    assert table.match("GET", b"/v1/other/top").id == "anything"


def test_two_services_cannot_list_one_operation() -> None:
    with pytest.raises(ContractError, match="both catalog and classifier"):
        a_table(catalog=CATALOG, classifier={"/v1/images": {"get": operation("again", READ)}})


@pytest.mark.parametrize(
    ("security", "says"),
    [
        (None, "must name its scopes"),
        ([], "is open to all"),
        ([{}], "must name its scopes"),
        ([{"bearer": ["images:read"]}, {}], "must name its scopes"),
        ([{"bearer": []}, {"bearer": ["admin"]}], "must name its scopes"),
        ([{"basic": []}], "must name its scopes"),
        ([{"bearer": [], "other": []}], "must name its scopes"),
    ],
)
def test_an_inner_operation_without_plain_scopes_opens_no_door(security: Any, says: str) -> None:
    described = {"operationId": "open", "responses": {}} | ({} if security is None else {"security": security})
    with pytest.raises(ContractError, match=says):
        a_table(catalog={"/v1/open": {"get": described}})


@pytest.mark.parametrize("limit", ["1", -1, 1.5])
def test_a_limit_is_a_number_of_bytes(limit: Any) -> None:
    with pytest.raises(ContractError, match="no number of bytes"):
        a_table(catalog={"/v1/things": {"post": operation("things", READ, limit=limit)}})


def test_a_missing_or_broken_contract_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"catalog\.json is missing.*PICTOR_CONTRACTS"):
        read_document(tmp_path, "catalog")
    for broken in ("{", "[]", "{}", "\ud800".encode("utf-8", "surrogatepass")):
        content = broken if isinstance(broken, bytes) else broken.encode()
        (tmp_path / "catalog.json").write_bytes(content)
        with pytest.raises(ContractError, match="not an OpenAPI document"):
            read_document(tmp_path, "catalog")


@pytest.mark.parametrize("name", ["catalog", "classifier", "similarity", "public"])
async def test_the_gateway_does_not_start_without_a_contract(stage: Stage, tmp_path: Path, name: str) -> None:
    folder = write_contracts(tmp_path / "incomplete")
    (folder / f"{name}.json").unlink()
    with pytest.raises(ContractError, match=f"{name}.json is missing"):
        await stage.gateway(contracts=folder)


async def test_the_committed_public_document_is_served_to_all(stage: Stage, tmp_path: Path) -> None:
    folder = write_contracts(tmp_path / "public", public={"/v1/images": CATALOG["/v1/images"]})
    gateway = await stage.gateway(contracts=folder)
    answer = await gateway.client.get("/v1/openapi.json")
    served = answer.json()
    assert served.pop("servers") == [{"url": "/", "description": "This gateway."}]
    assert (answer.status_code, served) == (200, json.loads((folder / "public.json").read_text()))
    again = await gateway.client.get("/v1/openapi.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_what_is_shared_by_links_is_open_under_their_secret_alone() -> None:
    described = {"operationId": "shared", "responses": {}, "security": [], "x-pictor-shared": True}
    found = a_table(catalog={"/v1/shares/{secret}/images": {"get": described}})
    assert found.match("GET", b"/v1/shares/abc/images").shared is True
    for path in ("/v1/images", "/v1/things/{secret}"):
        with pytest.raises(ContractError, match="is open to all"):
            a_table(catalog={path: {"get": described}})
