"""Pages for people, and headers for browsers."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from services.gateway.services.page_files import read_page
from tests.gateway.stage import Stage


async def test_the_docs_need_no_other_host(stage: Stage) -> None:
    gateway = await stage.gateway()
    page = await gateway.client.get("/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//", policy)
    assert "<script>" not in page.text
    references = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(references) == 4
    for reference in references:
        if reference == "data:,":
            continue
        assert re.fullmatch(r"/[a-z][a-z./-]*", reference)
        asset = await gateway.client.get(urljoin("/docs", reference))
        assert asset.status_code == 200
        assert asset.headers["x-content-type-options"] == "nosniff"
    script = (await gateway.client.get("/docs/init.js")).text
    assert "//" not in script
    assert re.search(r"validatorUrl: null", script)
    assert re.findall(r'"(/[^"]*)"', script) == ["/v1/openapi.json"]


async def test_the_docs_know_openapi_3_1(stage: Stage) -> None:
    gateway = await stage.gateway()
    bundle = (await gateway.client.get("/docs/swagger-ui-bundle.js")).text
    version = re.search(r'PACKAGE_VERSION:"(\d+)\.', bundle)
    assert version is not None
    assert int(version[1]) >= 5
    assert "isOAS31" in bundle


async def test_only_what_the_docs_use_is_served(stage: Stage) -> None:
    gateway = await stage.gateway()
    for path in ("/docs/redoc.standalone.js", "/docs/", "/openapi.json", "/redoc", "/static", "/favicon.ico"):
        assert (await gateway.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=dog",
        "/images/0197a3c0-0000-7000-8000-000000000000",
        "/similar?like=x",
        "/collections",
        "/collections/favorites",
        "/duplicates",
        "/labels",
        "/status",
        "/settings/keys",
    ],
)
async def test_the_page_is_at_each_of_its_addresses(stage: Stage, path: str) -> None:
    gateway = await stage.gateway()
    page = await gateway.client.get(path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//", policy)
    again = await gateway.client.get(path, headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await gateway.client.head(path)).status_code == 200


async def test_the_page_needs_no_other_host_and_its_files_are_kept_for_good(stage: Stage) -> None:
    gateway = await stage.gateway()
    page = (await gateway.client.get("/")).text
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    references = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert references.count("/") == 1  # the base
    assert len(references) > 3
    for reference in references:
        file = await gateway.client.get(urljoin("http://test/", reference))
        assert file.status_code == 200, reference
        assert urljoin("http://test/", reference).startswith("http://test/")
        if "assets" in reference:
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert re.search(r"-[\w-]{8}\.(js|css)$", reference)
    plain = await gateway.client.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == page


async def test_what_is_not_in_the_page_is_not_served(stage: Stage) -> None:
    gateway = await stage.gateway()
    for path in ("/assets/", "/assets/nothing.js", "/assets/../index.html", "/assets/%2e%2e/config.py", "/index.html"):
        assert (await gateway.client.get(path)).status_code == 404, path
    for path in ("/nothing", "/imagesx", "/v1/images/", "/share"):
        assert (await gateway.client.get(path)).status_code == 404, path
    assert (await gateway.client.post("/")).status_code == 405


async def test_the_first_load_of_script_is_small(stage: Stage) -> None:
    """All that the wall loads: what index.html names, and what that imports, also lazily for the first view."""
    gateway = await stage.gateway()
    index = (await gateway.client.get("/")).text
    waiting, seen, size = re.findall(r"assets/[\w.-]+\.js", index), set[str](), 0
    waiting += [f"assets/{name}" for name in re.findall(r"WallPage-[\w-]+\.js", str(sorted(read_page())))]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        file = read_page()[name]
        size += len(gzip.compress(file.body, 4))
        text = file.body.decode()
        waiting += [f"assets/{found}" for found in re.findall(r'from"\./([\w.-]+\.js)"', text)]
        waiting += [f"assets/{found}" for found in re.findall(r'import"\./([\w.-]+\.js)"', text)]
    assert len(seen) > 3
    assert 50_000 < size < 350_000


async def test_every_answer_has_the_security_headers(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    for path in ("/", "/docs", "/livez", "/v1/me", "/v1/images", "/v1/nothing", "/nothing", "/v1/fake/broken"):
        headers = (await gateway.client.get(path, headers=session)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
