"""Pictures brought in from the page: chosen, dropped, pasted, looked at, sent, refused, and sent after all."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.e2e.stack import eventually
from tests.photographs import drawn, photographs
from tests.web.conftest import Person

Pictures = Callable[[int, int], list[Path]]

GIVE = """([event, files]) => {
  const transfer = new DataTransfer()
  for (const [name, type, bytes] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }))
  }
  const options = { bubbles: true, cancelable: true }
  const given = event === 'paste' ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
    : new DragEvent(event, { ...options, dataTransfer: transfer })
  document.body.dispatchEvent(given)
}"""


def give(page: Page, event: str, files: dict[str, bytes]) -> None:
    """Drop or paste files on the page."""
    packed = [[name, "image/jpeg", base64.b64encode(data).decode()] for name, data in files.items()]
    page.evaluate(GIVE, [event, packed])


def choose(page: Page, paths: list[Path]) -> None:
    page.get_by_role("button", name="Upload", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Choose pictures").click()
    chooser.value.set_files(paths)


def outcome(page: Page, name: str) -> str:
    return page.get_by_label("Upload", exact=True).get_by_role("listitem").filter(has_text=name).inner_text()


def test_chosen_files_are_looked_at_taken_out_and_sent(person: Person, pictures: Pictures, tmp_path: Path) -> None:
    page, paths = person.page, pictures(0, 3)
    broken, text = tmp_path / "broken.jpg", tmp_path / "notes.txt"
    broken.write_bytes(b"this was a picture once")
    text.write_text("not a picture")
    person.visitor.expected.append("415")  # the browser notes a refusal
    choose(page, [*paths, broken, text])
    offer = page.get_by_role("dialog", name="4 pictures to upload")
    expect(offer).to_contain_text("1 file is not a picture")
    expect(offer.get_by_role("listitem").locator("img").first).to_have_js_property("complete", value=True)
    offer.get_by_role("button", name="Remove photo 1.jpg").click()
    page.get_by_role("button", name="Upload 3").click()
    expect(page.get_by_text("3 done")).to_be_visible()
    assert "new" in outcome(page, "photo 0")
    assert re.search(r"refused\n+.{15,}", outcome(page, "broken"))
    assert sorted(image["title"] for image in person.images()) == ["photo 0", "photo 2"]
    expect(page.locator(".tile")).to_have_count(2)
    choose(page, paths[:1])
    page.get_by_role("button", name="Upload 1").click()
    expect(page.get_by_role("button", name="already here 1")).to_be_visible()
    assert len(person.images()) == 2


def test_dropped_and_pasted(person: Person) -> None:
    page, (first, second) = person.page, photographs(2)
    give(page, "dragover", {"dropped.jpg": first})
    expect(page.get_by_text("Drop pictures or folders here")).to_be_visible()
    give(page, "drop", {"dropped.jpg": first})
    give(page, "paste", {"pasted.jpg": second})
    expect(page.get_by_text("Drop pictures or folders here")).to_be_hidden()
    page.get_by_role("button", name="Upload 2").click()
    expect(page.get_by_role("button", name="new 2")).to_be_visible()
    assert {image["file_name"] for image in person.images()} == {"dropped.jpg", "pasted.jpg"}


def test_a_dropped_picture_can_be_searched_with(person: Person) -> None:
    known = person.keep(2)
    page = person.visitor.go()
    page.get_by_role("search").wait_for()  # a drop is for the page that is there
    give(page, "drop", {"like this.jpg": photographs(1)[0]})
    page.get_by_role("button", name="Search with it").click()
    expect(page.get_by_role("heading", name="Look-alikes")).to_be_visible()
    expect(page.get_by_text("same", exact=True)).to_have_count(1)
    assert len(person.images()) == len(known)


def test_a_reload_in_the_middle(person: Person) -> None:
    """What was not sent is sent by the page that comes after it, and by no other tab beside it."""
    page = person.page
    files = {f"{n}.jpg": drawn(n) for n in range(8)}
    sent: list[str] = []

    def two_and_no_more(route: Route) -> None:
        sent.append(route.request.url)
        if len(sent) <= 2:
            route.continue_()  # the others are on their way for good

    page.route(re.compile(r"/v1/images\?title="), two_and_no_more)
    give(page, "drop", files)
    page.get_by_role("button", name="Upload 8").click()
    expect(page.get_by_role("button", name="new 2")).to_be_visible()
    other = person.visitor.open()
    asked: list[str] = []
    other.on("request", lambda one: one.method == "POST" and asked.append(one.url))
    other.goto(person.visitor.stack.url)
    other.locator(".tile").first.wait_for()
    other.wait_for_timeout(500)
    assert asked == []
    other.close()
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.get_by_text("6 done")).to_be_visible()
    assert sorted(image["file_name"] for image in person.images()) == sorted(files)
    page.reload()
    page.locator(".tile").first.wait_for()
    expect(page.get_by_label("Show the uploads")).to_have_count(0)


def test_the_server_goes_and_comes_back(person: Person) -> None:
    page = person.page
    person.visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    give(page, "drop", {"late.jpg": drawn(1)})
    person.visitor.context.set_offline(True)
    page.get_by_role("button", name="Upload 1").click()
    expect(page.get_by_text("1 left")).to_be_visible()
    page.wait_for_timeout(800)
    assert person.images() == []
    person.visitor.context.set_offline(False)
    expect(page.get_by_role("button", name="new 1")).to_be_visible()


def test_a_name_is_only_a_name(person: Person) -> None:
    page, name = person.page, "<script>document.title='taken'<img src=x onerror=alert(1)>"
    give(page, "drop", {f"{name}.jpg": drawn(3)})
    page.get_by_role("button", name="Upload 1").click()
    expect(page.get_by_role("button", name="new 1")).to_be_visible()
    [image] = eventually(person.images, lambda found: [one["state"] for one in found] == ["ready"])
    assert image["title"] == name
    page.locator(".tile a").click()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    page.get_by_role("tab", name="Details").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value(name)
    assert page.title() == "Pictor"
