"""Pages for people, and headers for browsers."""

import re
from urllib.parse import urljoin

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


async def test_the_landing_page_says_where_to_go_and_how_it_is(stage: Stage) -> None:
    well = await stage.gateway("catalog", "classifier", "similarity")
    page = await well.client.get("/")
    assert re.findall(r'href="([^"]+)"', page.text) == ["/docs", "/v1/openapi.json"]
    assert "State: <strong>ok</strong>" in page.text
    away = await stage.gateway()
    assert "State: <strong>degraded</strong>" in (await away.client.get("/")).text


async def test_every_answer_has_the_security_headers(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    for path in ("/", "/docs", "/livez", "/v1/me", "/v1/images", "/v1/nothing", "/nothing", "/v1/fake/broken"):
        headers = (await gateway.client.get(path, headers=session)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
