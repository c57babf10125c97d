"""Under another address: PICTOR_PUBLIC_URL, with a path prefix that a proxy strips or does not strip."""

import json
import re
from urllib.parse import urljoin

import pytest
from pydantic import ValidationError

from tests.gateway.stage import Stage, settings_of

PUBLIC = "https://example.org/pictor"


@pytest.mark.parametrize("prefix", ["", "/pictor"])
async def test_with_a_prefix_paths_work_stripped_and_not(stage: Stage, prefix: str) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity", public_url=PUBLIC)
    session = await gateway.joined()
    seen = (await gateway.client.get(f"{prefix}/v1/images/caf%C3%A9?q=%20", headers=session)).json()
    assert (seen["raw_path"], seen["path"], seen["query"]) == ("/v1/images/caf%C3%A9", "/v1/images/café", "q=%20")
    for path, status in [("/v1/me", 200), ("/livez", 200), ("/docs", 200), ("/", 200), ("/v1/nothing", 404)]:
        answer = await gateway.client.get(f"{prefix}{path}", headers=session)
        assert answer.status_code == status, path
    problem = (await gateway.client.get(f"{prefix}/v1/nothing")).json()
    assert problem["instance"] == f"{PUBLIC}/v1/nothing"


async def test_the_prefix_is_taken_off_once_and_whole(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", public_url=PUBLIC)
    session = await gateway.joined()
    for path in ("/pictor/pictor/v1/me", "/pictorv1/me", "/pictor2/v1/me", "/PICTOR/v1/me", "/pictor//v1/me"):
        assert (await gateway.client.get(path, headers=session)).status_code == 404, path
    assert (await gateway.client.get("/pictor")).status_code == 200


async def test_pages_refer_to_what_is_under_the_prefix(stage: Stage) -> None:
    gateway = await stage.gateway(public_url=PUBLIC)
    page = (await gateway.client.get("/pictor/")).text
    assert '<base href="/pictor/" />' in page
    for reference in re.findall(r'(?:src|href)="\./([^"]+)"', page):
        assert (await gateway.client.get(f"/pictor/{reference}")).status_code == 200
    docs = (await gateway.client.get("/pictor/docs")).text
    for reference in ("/pictor/docs/init.js", "/pictor/docs/swagger-ui.css", "/pictor/docs/swagger-ui-bundle.js"):
        assert f'"{reference}"' in docs
        assert (await gateway.client.get(urljoin("/pictor/docs", reference))).status_code == 200
    assert 'url: "/pictor/v1/openapi.json"' in (await gateway.client.get("/pictor/docs/init.js")).text


@pytest.mark.parametrize("said", [PUBLIC, "/pictor", "https://example.org:8443"])
async def test_the_document_names_the_server(stage: Stage, said: str) -> None:
    gateway = await stage.gateway(public_url=said)
    document = json.loads((await gateway.client.get("/v1/openapi.json")).content)
    assert [server["url"] for server in document["servers"]] == [said]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", ""),
        ("/", ""),
        ("/pictor/", "/pictor"),
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("http://10.0.0.5:8000/a/b/", "http://10.0.0.5:8000/a/b"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_is_kept_without_its_last_slash(said: str, meant: str, tmp_path) -> None:
    assert settings_of("postgresql+asyncpg://x@y/z", tmp_path, public_url=said).public_url == meant


@pytest.mark.parametrize(
    "said",
    [
        "example.org/pictor",
        "pictor",
        "ftp://example.org",
        "https://",
        "https:///pictor",
        "//example.org/pictor",
        "https://me:secret@example.org",
        "https://example.org/pictor?x=1",
        "https://example.org/pictor#top",
        "https://example.org/a//b",
        "https://example.org/../x",
        "https://example.org/caf%C3%A9",
        "https://example.org/a b",
        "https://example.org/v1",
        "/docs",
        "/v1/pictor",
        "/images",
        "https://example.org/collections/x",
    ],
)
def test_what_is_no_public_address_is_refused_with_a_sentence(said: str, tmp_path) -> None:
    with pytest.raises(ValidationError, match="PICTOR_PUBLIC_URL must"):
        settings_of("postgresql+asyncpg://x@y/z", tmp_path, public_url=said)
