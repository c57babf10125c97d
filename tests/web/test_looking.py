"""The wall, the search in the address, one image, its labels, and what looks like it."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.web.conftest import PHONE, Person


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def tile(image: dict[str, str]) -> str:
    return f'.tile a[data-id="{image["id"]}"]'


def test_the_address_is_the_search(person: Person) -> None:
    images = person.keep(4)
    person.client.patch(f"/v1/images/{images[0]['id']}", json={"tags": ["holiday"]}).raise_for_status()
    page = person.visitor.go()
    expect(page.get_by_role("status").filter(has_text="4 images")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("holi")
    page.get_by_role("option", name=re.compile("holiday")).click()
    expect(page.locator(".tile")).to_have_count(1)
    assert asked(page) == {"tag": ["holiday"]}
    search = page.get_by_label("Search", exact=True)
    search.fill("nothingofthekind")
    search.press("Enter")
    page.get_by_role("button", name="Without “nothingofthekind”: 1").click()
    expect(page.locator(tile(images[0]))).to_be_visible()
    page.get_by_role("button", name="Remove #holiday").click()
    expect(page.locator(".tile")).to_have_count(4)
    page.go_back()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_role("button", name="Last taken first").click()
    page.get_by_role("menuitem", name="Oldest first").click()
    other = person.visitor.open()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Oldest first")).to_be_visible()
    expect(other.locator(".tile")).to_have_count(1)


def test_one_image_by_keys_alone(person: Person) -> None:
    """Arrows, zoom, turning: the keys go on working after each, and Escape gives the focus back."""
    newest = person.keep(3)[::-1]
    page = person.visitor.go()
    page.locator(tile(newest[0])).focus()
    page.keyboard.press("Enter")
    dialog, picture = page.get_by_role("dialog"), page.locator(".stage .picture")
    expect(dialog).to_be_focused()
    expect(picture).to_be_visible()
    page.keyboard.press("+")
    expect(picture).to_have_css("transform", re.compile(r"matrix\(1\.4"))
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(newest[1]["id"]))
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("r")
    with page.expect_response(lambda answer: "/favorites/" in answer.url):
        page.keyboard.press("f")
    now = person.client.get(f"/v1/images/{newest[1]['id']}").json()
    assert (now["rotation"], now["in_favorites"]) == (90, True)
    expect(dialog.locator(".stage img").last).to_have_attribute("src", re.compile("90"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(tile(newest[1]))).to_be_focused()
    assert urlsplit(page.url).path == "/"


def test_labels_are_decided(person: Person) -> None:
    [image] = person.keep(1)
    page = person.visitor.go(f"/images/{image['id']}")
    first, second = (page.get_by_label("Labels").get_by_role("listitem").nth(n) for n in (0, 1))
    first.get_by_role("button", name=re.compile("is right$")).click()
    expect(first.get_by_role("button", name=re.compile("is right$"))).to_have_attribute("aria-pressed", "true")
    second.get_by_role("button", name=re.compile("is wrong$")).click()
    expect(page.locator("li.rejected")).to_have_count(1)
    labels = person.client.get(f"/v1/images/{image['id']}/labels").json()["items"]
    assert {label["status"] for label in labels} >= {"confirmed", "rejected"}
    first.get_by_title("Why?").click()
    expect(first).to_contain_text("Seen by efficientnet_lite2")
    first.locator(".path a").first.click()
    expect(page).to_have_url(re.compile(r"/\?label=n\d{8}"))
    expect(page.locator(".tile")).to_have_count(1)


def test_what_is_in_here_as_a_tree(person: Person) -> None:
    """Kinds stand under what they are kinds of, and every label in use is somewhere."""
    person.keep(8)
    page = person.visitor.go("/labels")
    tree = page.get_by_role("region", name="Labels")
    tree.locator("li li").first.wait_for()
    expect(tree.get_by_role("link", name="entity", exact=True)).to_have_count(0)
    while tree.locator("button[aria-expanded=false]").count():
        tree.locator("button[aria-expanded=false]").first.click()
    hrefs = [link.get_attribute("href") or "" for link in tree.get_by_role("link").all()]
    shown = {parse_qs(urlsplit(href).query)["label"][0] for href in hrefs}
    assert shown >= {image["labels"][0]["id"] for image in person.images()}
    assert len(shown) == len(hrefs)


def test_what_looks_like_it(person: Person) -> None:
    image, *others = person.keep(4)
    page = person.visitor.go(f"/images/{image['id']}")
    page.get_by_role("tab", name="Look-alikes").click()
    expect(page.locator(".alike li")).to_have_count(len(others))
    page.keyboard.press("b")
    area = page.get_by_role("application").bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + area["width"] * 0.25, area["y"] + area["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.75, area["y"] + area["height"] * 0.75, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"/similar\?like="))
    [box] = asked(page)["like"]
    assert box.startswith(f"{image['id']}@0.25")
    expect(page.get_by_role("button", name="More like this").first).to_be_attached()
    page.get_by_role("button", name="Less like this").first.click()
    expect(page).to_have_url(re.compile("unlike="))


def test_somebody_else_deleted_it(person: Person) -> None:
    person.visitor.expected.append("404")
    open_one, next_one, _ = person.keep(3)[::-1]
    page = person.visitor.go()
    page.locator(tile(open_one)).click()
    page.get_by_role("list", name="Labels").wait_for()
    for gone in (open_one, next_one):
        person.client.delete(f"/v1/images/{gone['id']}").raise_for_status()
    page.keyboard.press("r")
    expect(page.get_by_text("somebody may have deleted it").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("no longer there")
    page.keyboard.press("Escape")
    expect(page.locator(tile(next_one))).to_have_count(0)


def test_a_finger_on_a_phone(person: Person) -> None:
    """A swipe goes to the next image, two fingers zoom."""
    first, second = person.keep(2)[::-1]
    page = person.visitor.go()
    page.set_viewport_size(PHONE)
    page.locator(tile(first)).click()
    page.locator(".stage").wait_for()
    touch = person.visitor.context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[int, int]) -> None:
        at = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    fingers("touchStart", (300, 300))
    fingers("touchMove", (120, 310))
    fingers("touchEnd")
    expect(page).to_have_url(re.compile(second["id"]))
    fingers("touchStart", (180, 300), (220, 300))
    fingers("touchMove", (100, 300), (220, 300))
    fingers("touchMove", (100, 300), (300, 300))
    fingers("touchEnd")
    expect(page.locator(".stage")).to_have_class(re.compile("zoomed"))
