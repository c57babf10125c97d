"""Signing in and out, status, keys, languages, what a screen reader finds, and what the page keeps to itself."""

import re
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.conftest import PHONE

Library = list[dict[str, Any]]
PLACES = ["/", "/?q=nothingofthekind", "/collections", "/collections/favorites", "/duplicates", "/labels", "/status"]
PLACES += ["/settings/account", "/settings/keys", "/similar?like={0}", "/images/{0}"]


def test_a_wrong_password_is_told_in_words(visit: Any) -> None:
    visitor = visit()
    page = visitor.go()
    visitor.expected.append("401")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit")


def test_no_secret_is_where_a_script_can_read_it(visit: Any) -> None:
    visitor = visit()
    page = visitor.sign_in()
    page.locator(".bar").wait_for()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert not re.search(r"p[sk]_[0-9a-f]{8}", stored)
    [cookie] = visitor.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_signed_out_in_another_tab(visit: Any) -> None:
    visitor = visit()
    page = visitor.sign_in()
    other = visitor.open()
    other.goto(visitor.stack.url)
    other.get_by_role("button", name=re.compile("Account of")).click()
    other.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()


def test_a_key_is_made_and_its_curl_works(visit: Any) -> None:
    visitor = visit()
    visitor.sign_in()
    page = visitor.go("/settings/keys")
    page.get_by_label("Name of the key").fill("from the page")
    page.get_by_role("button", name="Make a key").click()
    curl = page.locator("pre").inner_text()
    found = re.search(r'Bearer (\S+)" "(\S+)"', curl)
    assert found is not None
    assert httpx.get(found[2], headers={"authorization": f"Bearer {found[1]}"}).status_code == 200


def test_chinese(visit: Any) -> None:
    visitor = visit(locale="zh-CN")
    visitor.expected.append("401")
    page = visitor.go()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh"


@pytest.mark.parametrize(("scheme", "viewport"), [("light", None), ("dark", PHONE)], ids=["desktop", "phone"])
def test_nothing_serious_for_axe(visit: Any, library: Library, scheme: str, viewport: dict[str, int] | None) -> None:
    size = {} if viewport is None else {"viewport": viewport, "is_mobile": True, "has_touch": True}
    visitor = visit(color_scheme=scheme, bypass_csp=True, **size)
    page = visitor.sign_in()
    found = []
    for place in PLACES:
        visitor.go(place.format(library[0]["id"]))
        page.wait_for_load_state("networkidle")
        violations = Axe().run(page).response["violations"]
        found += [
            (place, one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in violations
            if one["impact"] in {"serious", "critical"}
        ]
    assert found == []


def test_at_320_pixels_nothing_is_cut(visit: Any, library: Library) -> None:
    visitor = visit(viewport={"width": 320, "height": 640})
    page = visitor.sign_in()
    for place in PLACES:
        visitor.go(place.format(library[0]["id"]))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, place
