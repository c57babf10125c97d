"""Many images at once: selected, tagged, collected, published, deleted, and brought back."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.stack import eventually, send
from tests.photographs import half_size, photographs
from tests.web.conftest import Person


def select(page: Page, first: int, last: int) -> None:
    """Click one tick, and another with Shift."""
    for n, modifiers in ((first, []), (last, ["Shift"])):
        page.locator(".tile").nth(n).hover()
        page.locator(".tile .tick").nth(n).click(modifiers=modifiers)  # type: ignore[arg-type]


def test_many_are_tagged(person: Person) -> None:
    images = person.keep(5, tags=["old"])
    page = person.visitor.go()
    select(page, 1, 3)
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_role("toolbar").get_by_title("Tags").click()
    expect(page.get_by_text("3 of 3")).to_be_visible()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_label("Add tags…").fill("beach, sea,")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("3 images changed.")).to_be_visible()
    tags = [sorted(image["tags"]) for image in person.images()]
    assert tags == [["old"], ["beach", "sea"], ["beach", "sea"], ["beach", "sea"], ["old"]]
    assert len(images) == 5


def test_many_are_deleted_and_brought_back(person: Person) -> None:
    images = person.keep(4)
    page = person.visitor.go()
    select(page, 0, 2)
    page.get_by_role("toolbar").get_by_title("Delete").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tile")).to_have_count(4)
    assert len(person.images()) == 4
    select(page, 0, 1)
    page.keyboard.press("Delete")
    expect(page.locator(".tile")).to_have_count(2)
    page.reload()  # to leave is to mean it
    left = eventually(person.images, lambda found: len(found) == 2, seconds=10)
    assert [image["id"] for image in left] == [images[1]["id"], images[0]["id"]]
    expect(page.locator(".tile")).to_have_count(2)


def test_a_collection_from_first_to_last(person: Person) -> None:
    person.keep(3)
    page = person.visitor.go()
    select(page, 0, 1)
    page.get_by_role("toolbar").get_by_title("Collect").click()
    page.get_by_label("Find or make a collection").fill("Summer")
    page.get_by_role("button", name="Make “Summer”").click()
    expect(page.get_by_text("2 images added to Summer.")).to_be_visible()
    person.visitor.go("/collections")
    page.get_by_role("link", name=re.compile("Summer")).click()
    expect(page.locator(".tile")).to_have_count(2)
    page.locator(".tile").first.hover()
    page.locator(".tile .tick").first.click()
    page.get_by_role("button", name="Take 1 out").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name of the collection").fill("Autumn")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Autumn")).to_be_visible()
    [kept] = [one for one in person.client.get("/v1/collections").json()["items"] if one["name"] == "Autumn"]
    assert kept["image_count"] == 1
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("tooltip").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/collections$"))
    assert len(person.images()) == 3


def test_everything_found_is_published_at_once(person: Person) -> None:
    person.keep(3)
    page = person.visitor.go()
    select(page, 0, 0)
    page.get_by_role("button", name="Select all 3").click()
    page.get_by_role("toolbar").get_by_title("Publish").click()
    expect(page.get_by_text("3 images changed.")).to_be_visible()
    assert {image["visibility"] for image in person.images()} == {"public"}
    page.get_by_role("toolbar").get_by_title("Make private").click()
    eventually(person.images, lambda found: {image["visibility"] for image in found} == {"private"}, seconds=10)
    assert {image["visibility"] for image in person.images()} == {"private"}


def test_copies_side_by_side(person: Person) -> None:
    large = photographs(1)[0]
    kept, small = (send(person.client, data) for data in (large, half_size(large)))
    page = person.visitor.go("/duplicates")
    page.get_by_role("button", name="Keep this one").first.wait_for()
    best = page.locator("li.best")
    expect(best).to_contain_text(f"{kept['width']:,}")
    best.get_by_role("button", name="Keep this one").click()
    expect(page.get_by_role("heading", name="No copies")).to_be_visible()
    page.reload()
    left = eventually(person.images, lambda found: len(found) == 1, seconds=10)
    assert [image["id"] for image in left] == [kept["id"]]
    assert small["id"] != kept["id"]
