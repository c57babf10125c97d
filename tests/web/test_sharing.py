"""Sharing a collection from the page, and the place that visitors see."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.conftest import PHONE

Library = list[dict[str, Any]]


def a_collection(visitor: Any, library: Library, name: str) -> str:
    with visitor.stack.client() as client:
        made: str = client.post("/v1/collections", json={"name": name}).json()["id"]
        ids = [image["id"] for image in library[:3]]
        client.post(f"/v1/collections/{made}/images:batchAdd", json={"ids": ids}).raise_for_status()
    return made


def test_a_link_is_made_visited_and_revoked(visit: Any, library: Library) -> None:
    owner = visit()
    owner.sign_in()
    page = owner.go(f"/collections/{a_collection(owner, library, 'Shared')}")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("For whom is it?").fill("the family")
    dialog.get_by_text("Show titles, descriptions and tags").click()
    dialog.get_by_role("button", name="Make a link").click()
    link = dialog.locator("pre").inner_text()
    assert re.fullmatch(re.escape(owner.stack.url) + "/s/[0-9a-f]{64}", link)

    visitor = visit(bypass_csp=True)
    seen = visitor.go(link.removeprefix(visitor.stack.url))
    expect(seen.get_by_role("heading", name="Shared")).to_be_visible()
    expect(seen.get_by_role("img", name="Picture 0")).to_be_visible()
    assert seen.get_by_role("img").count() == 3
    assert seen.evaluate("[...document.images].every((one) => one.loading === 'lazy' || one.complete)")
    seen.get_by_role("button", name="Picture 0").click()
    expect(seen.locator(".el-image-viewer__img").first).to_be_visible()
    seen.keyboard.press("Escape")
    expect(seen.locator(".el-image-viewer__img")).to_have_count(0)
    found = Axe().run(seen).response["violations"]
    assert [(one["id"], one["nodes"]) for one in found if one["impact"] in {"serious", "critical"}] == []

    dialog.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The link works no more.")).to_be_visible()
    visitor.expected.append("404")
    seen.reload()
    expect(seen.get_by_role("alert")).to_contain_text("works no more")


def test_a_link_with_a_password_on_a_phone(visit: Any, library: Library) -> None:
    visitor = visit(viewport=PHONE)
    collection = a_collection(visitor, library, "Locked")
    with visitor.stack.client() as client:
        asked = {"name": "locked", "password": "open sesame", "allow_download": True}
        secret = client.post(f"/v1/collections/{collection}/shares", json=asked).json()["secret"]
    visitor.expected.append("403")
    page = visitor.go(f"/s/{secret}")
    page.get_by_label("Password").fill("open says me")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("img", name="Picture 1", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download Picture 1", exact=True).click()
    assert saved.value.path().stat().st_size > 0
