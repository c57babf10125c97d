"""Signing in from the page: a cookie that no script can read, and that holds for the page's own requests alone."""

from http.cookies import SimpleCookie

import httpx
import pytest

from tests.gateway.stage import PASSWORD, Gateway, Stage, bearer

ORIGIN = "http://test"
PAGE = {"x-pictor-page": "1", "sec-fetch-site": "same-origin", "origin": ORIGIN}


async def from_page(gateway: Gateway, **headers: str) -> httpx.Response:
    sign_in = {"name": "ada", "password": PASSWORD}
    return await gateway.client.post("/v1/sessions:page", json=sign_in, headers={**PAGE, **headers})


async def cookie_in(gateway: Gateway) -> dict[str, str]:
    """Register ada and give the header of her page's session."""
    await gateway.register()
    answer = await from_page(gateway)
    gateway.client.cookies.clear()
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


async def test_sign_in_use_sign_out(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    user = await gateway.register()
    answer = await from_page(gateway)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert answer.json() == {"expires_at": answer.json()["expires_at"], "user": user}
    [(name, cookie)] = SimpleCookie(answer.headers["set-cookie"]).items()
    assert name == gateway.app.state.process.pepper.cookie_name
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "strict", "/", "")
    assert cookie["domain"] == ""
    assert cookie["expires"]

    gateway.client.cookies.clear()
    signed = {"cookie": f"{name}={cookie.value}"}
    assert (await gateway.client.get("/v1/me", headers=signed)).json() == user
    assert (await gateway.client.get("/v1/images", headers=signed)).status_code == 200
    gone = await gateway.client.delete("/v1/sessions", headers={**signed, **PAGE})
    assert gone.status_code == 204
    [(name_again, removed)] = SimpleCookie(gone.headers["set-cookie"]).items()
    assert (name_again, removed.value, removed["max-age"]) == (name, "", "0")
    gateway.client.cookies.clear()
    assert (await gateway.client.get("/v1/me", headers=signed)).json()["code"] == "revoked_key"


async def test_over_https_the_cookie_is_secure(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register()
    answer = await from_page(gateway, origin="https://pictures.example")
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "strange",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"x-pictor-page": ""},
        {"sec-fetch-site": "", "origin": "http://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": "", "origin": "http://test:8001"},
    ],
)
async def test_another_page_cannot_change_anything(stage: Stage, strange: dict[str, str]) -> None:
    gateway = await stage.gateway("catalog")
    signed = await cookie_in(gateway)
    headers = {name: value for name, value in {**PAGE, **strange}.items() if value}
    for method, path in (("POST", "/v1/images"), ("PATCH", "/v1/images/x"), ("DELETE", "/v1/sessions")):
        answer = await gateway.client.request(method, path, headers={**signed, **headers})
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
    sign_in = {"name": "ada", "password": PASSWORD}
    forced = await gateway.client.post("/v1/sessions:page", json=sign_in, headers=headers)
    assert (forced.status_code, forced.json()["code"]) == (403, "cross_site_request")
    assert "set-cookie" not in forced.headers
    assert (await gateway.client.get("/v1/me", headers=signed)).status_code == 200


async def test_another_page_can_show_nothing(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    signed = await cookie_in(gateway)
    for site, status in (("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)):
        answer = await gateway.client.get("/v1/images", headers={**signed, "sec-fetch-site": site})
        assert answer.status_code == status
    answer = await gateway.client.get("/v1/images", headers={**signed, "origin": "http://evil.example"})
    assert answer.json()["code"] == "cross_site_request"


async def test_a_key_needs_none_of_it_and_goes_before_the_cookie(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    signed = await cookie_in(gateway)
    key = await gateway.a_key(await gateway.sign_in(), "images:read")
    both = {**signed, **bearer(key["key"]), "sec-fetch-site": "cross-site"}
    assert (await gateway.client.get("/v1/me", headers=both)).json()["scopes"] == ["images:read"]
    wrong = {**signed, **bearer("nonsense")}
    assert (await gateway.client.get("/v1/me", headers=wrong)).json()["code"] == "malformed_key"


async def test_the_cookie_stays_at_the_gateway(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    signed = await cookie_in(gateway)
    await gateway.client.get("/v1/images", headers=signed)
    [seen] = gateway.fakes["catalog"].state.seen
    assert not {"cookie", "x-pictor-page"} & dict(seen["headers"]).keys()


async def test_strange_cookies_are_no_sign_in(stage: Stage) -> None:
    gateway = await stage.gateway()
    signed = await cookie_in(gateway)
    name = signed["cookie"].partition("=")[0]
    for cookie in ("", "x=y", f"{name}=", f"{name}=nonsense", f"{name}_2={signed['cookie'].partition('=')[2]}", ";;="):
        assert (await gateway.client.get("/v1/me", headers={"cookie": cookie})).status_code == 401
