"""The trash: what was deleted can be chosen and brought back, or removed for good."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.conftest import Person


def test_some_are_brought_back_and_the_rest_goes(person: Person) -> None:
    images = person.keep(4)
    for image, title in zip(images, ("first", "second", "third"), strict=False):
        person.client.patch(f"/v1/images/{image['id']}", json={"title": title}).raise_for_status()
        person.client.delete(f"/v1/images/{image['id']}").raise_for_status()
    page = person.visitor.go()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Trash").click()
    expect(page.get_by_role("heading", name="Trash")).to_be_visible()
    assert page.locator(".row strong").all_inner_texts() == ["third", "second", "first"]
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    page.get_by_text("second").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("1 image restored.")).to_be_visible()
    expect(page.locator(".row")).to_have_count(2)
    assert {image["id"] for image in person.images()} == {images[1]["id"], images[3]["id"]}
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("tooltip").get_by_role("button", name="Empty the trash").click()
    expect(page.get_by_text("Nothing is in the trash.")).to_be_visible()
    assert person.client.get("/v1/trash").json()["items"] == []
    page.go_back()
    expect(page.locator(".tile")).to_have_count(2)
