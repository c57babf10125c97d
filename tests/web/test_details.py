"""What the camera wrote, the date corrected by hand, and number keys for collections."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import PIL.Image
from playwright.sync_api import Page, expect

from tests.e2e.stack import eventually, send
from tests.photographs import drawn, encoded, photographed
from tests.web.conftest import Person, Visitor

CAMERA = ("Canon", "Canon EOS R5")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def details(page: Page) -> dict[str, str]:
    page.get_by_role("tab").nth(1).click()
    page.locator("dl").wait_for()
    texts = page.locator("dl > *").all_inner_texts()
    return dict(zip(texts[::2], texts[1::2], strict=True))


def test_what_the_camera_wrote(person: Person, stack: Any, visit: Callable[..., Visitor]) -> None:
    image = send(person.client, photographed(1, camera=CAMERA, date="2020:02:10 20:24:43", place=True))
    found = details(person.visitor.go(f"/images/{image['id']}"))
    camera = {"Camera": "Canon EOS R5", "Lens": "35mm f/2", "Exposure": "1/125 s, f/2.8", "ISO": "200"}
    assert found.items() >= {**camera, "Focal length": "35 mm", "Place": "33.9° S, 18.4° E"}.items()
    assert "Taken" not in found  # it is a field of its own
    person.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"}).raise_for_status()
    with stack.stranger("chinese-stranger"):
        other = visit(locale="zh-CN")
        other.arrive("chinese-stranger")
        seen = details(other.go(f"/images/{image['id']}"))
    assert seen.items() >= {"相机": "Canon EOS R5", "镜头": "35mm f/2", "拍摄于": "2020年2月10日 20:24:43"}.items()
    assert "地点" not in seen
    person.client.delete(f"/v1/images/{image['id']}").raise_for_status()  # others count what they see


def test_the_date_is_corrected(person: Person) -> None:
    image = send(person.client, photographed(2, camera=CAMERA, date="2020:02:10 20:24:43"))
    here = f"/v1/images/{image['id']}"

    def dated() -> tuple[str | None, str | None, bool]:
        now = person.client.get(here).json()
        return now["taken_at"], now["taken_at_local"], now["time_zone_known"]

    page = person.visitor.go(f"/images/{image['id']}")
    page.get_by_role("tab", name="Details").click()
    taken, zone = page.get_by_label("Taken", exact=True), page.get_by_label("Time zone")
    expect(taken).to_have_value("2020-02-10T20:24:43")
    expect(zone).to_have_value("")
    zone.select_option("UTC+05:30")
    wanted = ("2020-02-10T14:54:43Z", "2020-02-10T20:24:43", True)
    assert eventually(dated, lambda now: now == wanted, seconds=10) == wanted
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        zone.select_option("Zone not known")
    taken.fill("2021-03-04T05:06:00")
    taken.press("Enter")
    wanted = ("2021-03-04T05:06:00Z", "2021-03-04T05:06:00", False)
    assert eventually(dated, lambda now: now == wanted, seconds=10) == wanted
    page.get_by_role("button", name="Date not known").click()
    expect(taken).to_have_value("")
    assert eventually(dated, lambda now: now[0] is None, seconds=10) == (None, None, False)


def test_number_keys_collect(person: Person) -> None:
    images = person.keep(2)
    person.client.post("/v1/collections", json={"name": "Summer"}).raise_for_status()
    names = [one["name"] or one["kind"] for one in person.client.get("/v1/collections").json()["items"]]
    page = person.visitor.go(f"/images/{images[0]['id']}")
    page.get_by_role("dialog").focus()
    page.keyboard.press(str(names.index("Summer") + 1))
    expect(page.get_by_text("1 image added to Summer.")).to_be_visible()
    page = person.visitor.go("/")
    page.locator(f'.tile a[data-id="{images[1]["id"]}"]').focus()
    page.keyboard.press(str(names.index("Summer") + 1))
    expect(page.get_by_text("1 image added to Summer.")).to_be_visible()
    [kept] = [one for one in person.client.get("/v1/collections").json()["items"] if one["name"] == "Summer"]
    assert kept["image_count"] == 2


def test_the_wall_by_date_taken(person: Person) -> None:
    """The months are those of the order: of the camera, or of the upload."""
    dates = ["2020:02:10 20:24:43", "2018:03:04 05:06:07", "2020:02:01 00:00:00"]
    first, second, third = (
        send(person.client, photographed(10 + n, camera=CAMERA, date=date)) for n, date in enumerate(dates)
    )
    page = person.visitor.go()
    expect(page.locator(".tile")).to_have_count(3)
    expect(page.locator("h2.month")).to_have_text(["February 2020", "March 2018"])
    shown = [tile.get_attribute("data-id") for tile in page.locator(".tile a").all()]
    assert shown == [first["id"], third["id"], second["id"]]
    page.get_by_role("button", name="Last taken first").click()
    page.get_by_role("menuitem", name="Newest first").click()
    expect(page).to_have_url(re.compile(r"sort=-created_at$"))
    expect(page.locator("h2.month")).to_have_count(1)


def test_by_camera_size_and_date_taken(person: Person) -> None:
    cameras = [CAMERA, CAMERA, ("NIKON CORPORATION", "NIKON D850")]
    dates = ["2020:02:10 20:24:43", "2018:03:04 05:06:07", "2020:02:11 00:00:00"]
    images = [
        send(person.client, photographed(20 + n, camera=camera, date=date))
        for n, (camera, date) in enumerate(zip(cameras, dates, strict=True))
    ]
    large = send(person.client, encoded(PIL.Image.open(BytesIO(drawn(24))).resize((1200, 900))))
    page = person.visitor.go()
    page.get_by_role("button", name="Filter").click()
    menu = page.get_by_role("tooltip")
    expect(menu.get_by_role("button", name="NIKON D850 1")).to_be_visible()
    expect(menu.get_by_role("button", name="from 1,000 px wide 1")).to_be_visible()
    menu.get_by_role("button", name="Canon EOS R5 2").click()
    expect(page.locator(".tile")).to_have_count(2)
    assert asked(page) == {"camera": ["Canon Canon EOS R5"]}
    page.get_by_role("button", name="Filter").click()
    menu.get_by_label("Taken, From").fill("2020-02-10")
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.get_by_role("button", name="Remove taken since Feb 10, 2020")).to_be_visible()
    other = person.visitor.open()
    other.goto(page.url)
    expect(other.locator(".tile a")).to_have_attribute("data-id", images[0]["id"])
    page.get_by_role("button", name="Remove Canon EOS R5").click()
    expect(page.locator(".tile")).to_have_count(2)
    page.get_by_role("button", name="Filter").click()
    menu.get_by_label("Taken, To").fill("2020-02-10")
    expect(page.locator(".tile")).to_have_count(1)
    assert asked(page) == {"taken_after": ["2020-02-10T00:00:00Z"], "taken_before": ["2020-02-10T23:59:59.999Z"]}
    page = person.visitor.go("/?min_width=1000")
    expect(page.locator(".tile a")).to_have_attribute("data-id", large["id"])
    expect(page.get_by_role("button", name="Remove from 1,000 px wide")).to_be_visible()
