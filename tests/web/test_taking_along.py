"""What leaves the library from the page: a selection or a collection as one file."""

import io
import json
import zipfile
from typing import Any

from playwright.sync_api import Download, expect

Library = list[dict[str, Any]]


def unpacked(download: Download) -> tuple[set[str], dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(download.path().read_bytes())) as archive:
        assert archive.testzip() is None
        return set(archive.namelist()) - {"manifest.json"}, json.loads(archive.read("manifest.json"))


def test_a_selection_is_collected_and_saved(visit: Any, library: Library) -> None:
    visitor = visit(accept_downloads=True)
    page = visitor.sign_in()
    for number in (0, 1):
        page.get_by_role("checkbox", name=f"Select Picture {number}", exact=True).check(force=True)
    bar = page.get_by_role("toolbar", name="Selection")
    with page.expect_download() as saved:
        bar.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "Images.zip"
    names, manifest = unpacked(saved.value)
    assert {image["id"] for image in manifest["images"]} == {library[0]["id"], library[1]["id"]}
    assert len(names) == 2
    assert manifest["troubles"] == 0

    bar.get_by_role("button", name="Collect").click()
    page.get_by_label("Find or make a collection").fill("Taken along")
    page.get_by_role("button", name="Make “Taken along”").click()
    expect(page.get_by_text("2 images added to Taken along.")).to_be_visible()
    with visitor.stack.client() as client:
        [collection] = [one for one in client.get("/v1/collections").json()["items"] if one["name"] == "Taken along"]
    visitor.go(f"/collections/{collection['id']}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "Taken along.zip"
    assert len(unpacked(saved.value)[0]) == 2
