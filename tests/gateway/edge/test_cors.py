"""Browsers of other origins: off by default, by setting else."""

import pytest
from pydantic import ValidationError

from services.gateway.config import Settings
from services.gateway.edge.cors import ASKED
from tests.gateway.stage import Stage, settings_of

ORIGIN = "https://app.example.org"
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "PATCH"}


def allows(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


async def test_by_default_no_page_of_another_origin_is_allowed(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    answer = await gateway.client.get("/v1/images", headers={**session, "origin": ORIGIN})
    preflight = await gateway.client.options("/v1/images", headers=PREFLIGHT)
    assert (allows(answer.headers), allows(preflight.headers)) == ({}, {})


async def test_a_preflight_of_an_origin_in_the_settings_is_answered(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", cors_origins=f"http://localhost:5173, {ORIGIN}")
    wanted = "authorization,content-type,idempotency-key,if-match,prefer,range,x-request-id"
    headers = {**PREFLIGHT, "access-control-request-headers": wanted}
    answer = await gateway.client.options("/v1/images/1", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]
    assert set(answer.headers["access-control-allow-methods"].split(", ")) >= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    allowed = {name.lower() for name in answer.headers["access-control-allow-headers"].split(", ")}
    assert allowed >= {*wanted.split(","), *(name.lower() for name in ASKED)}
    assert answer.headers["access-control-max-age"] == "600"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {**PREFLIGHT, "origin": "https://evil.example.org"},
        {**PREFLIGHT, "origin": "null"},
        {**PREFLIGHT, "origin": "https://app.example.org.evil.org"},
        {**PREFLIGHT, "origin": "http://app.example.org"},
        {**PREFLIGHT, "access-control-request-method": "TRACE"},
        {**PREFLIGHT, "access-control-request-headers": "authorization, x-strange"},
    ],
)
async def test_a_preflight_of_anything_else_is_a_problem(stage: Stage, headers: dict[str, str]) -> None:
    gateway = await stage.gateway("catalog", cors_origins=ORIGIN)
    answer = await gateway.client.options("/v1/images/1", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cors_refused")
    assert answer.headers.get("access-control-allow-origin", ORIGIN) == ORIGIN
    assert ("access-control-allow-origin" in answer.headers) is (headers["origin"] == ORIGIN)


async def test_answers_and_refusals_can_be_read_by_the_page(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", cors_origins=ORIGIN)
    session = await gateway.joined()
    for path, signed, status in (("/v1/images", session, 200), ("/v1/images", {}, 401), ("/v1/nothing", {}, 404)):
        answer = await gateway.client.get(path, headers={**signed, "origin": ORIGIN})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, ORIGIN)
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert exposed >= {"ETag", "Location", "Retry-After", "X-Request-Id", "Preference-Applied", "RateLimit"}
        assert "Origin" in answer.headers["vary"]
    stranger = await gateway.client.get("/v1/images", headers={**session, "origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in stranger.headers
    assert (await gateway.client.options("/v1/images", headers={"origin": ORIGIN})).headers["allow"]  # no preflight


async def test_every_origin_where_the_settings_say_so(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", cors_origins="*")
    answer = await gateway.client.get("/v1/images", headers={"origin": "https://anywhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (await gateway.client.options("/v1/images", headers=PREFLIGHT)).status_code == 204


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", ()),
        (" https://App.Example.org ,, http://localhost:5173", ("https://app.example.org", "http://localhost:5173")),
        ("https://example.org:443, http://example.org:80", ("https://example.org", "http://example.org")),
        ("http://[::1]:3000", ("http://[::1]:3000",)),
        ("*", ("*",)),
    ],
)
def test_origins_are_read_as_browsers_write_them(said: str, meant: tuple[str, ...], tmp_path) -> None:
    assert settings_of("postgresql+asyncpg://x@y/z", tmp_path, cors_origins=said).cors_origins == meant


@pytest.mark.parametrize(
    "said",
    [
        "example.org",
        "https://example.org/",
        "https://example.org/app",
        "https://user@example.org",
        "https://*.example.org",
        "ftp://example.org",
        "null",
        "https://",
        "https://example.org:99999",
        "https://example.org:",
        "https://ex\u00e4mple.org",
        "https://a.example https://b.example",
        "*, https://example.org",
        '["https://example.org"]',
    ],
)
def test_what_is_no_origin_is_refused_with_a_sentence(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERNAL_SECRET", "KEY_PEPPER", "CATALOG_URL", "CLASSIFIER_URL", "SIMILARITY_URL", "DATABASE_URL"):
        monkeypatch.setenv(f"PICTOR_{name}", "http://here".ljust(40, "x"))
    monkeypatch.setenv("PICTOR_CORS_ORIGINS", said)
    with pytest.raises(ValidationError, match=r"PICTOR_CORS_ORIGINS (has|is)") as refused:
        Settings()
    assert [error["loc"] for error in refused.value.errors()] == [("cors_origins",)]
