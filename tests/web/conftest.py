"""The page in a real Chromium, before the real stack with the starter model. Without Chromium nothing here is run."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import photographs
from tests.vision.package_cache import starter_package

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
WAIT_MS = 30_000
PASSWORD = "a long enough password"
NOT_RUN = "not run: there is no Chromium on this machine (Debian: apt-get install chromium)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module, no longer: while Playwright runs, no test with an event loop of its own can run in the process."""
    if CHROMIUM is None:
        pytest.skip(NOT_RUN)
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """One for all: every test that changes something has a user of its own."""
    if CHROMIUM is None:
        pytest.skip(NOT_RUN)
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS=str(starter_package())) as stack:
        yield stack


@pytest.fixture(scope="session")
def library(stack: RunningStack) -> list[dict[str, Any]]:
    """Eight images of the first user, labelled; newest last."""
    with stack.client() as client:
        sent = [send(client, photo, title=f"Picture {n}", tags=["seen"]) for n, photo in enumerate(photographs(8))]
        eventually(lambda: client.get("/v1/status").json()["coverage"]["ready"], lambda ready: ready >= len(sent))
    return sent


class Visitor:
    """A browser's context in which every fault of the page is noted."""

    def __init__(self, stack: RunningStack, context: BrowserContext) -> None:
        self.stack, self.context = stack, context
        self.faults: list[str] = []
        self.expected: list[str] = []
        self.page = self.open()

    def open(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        page.on("request", lambda asked: self._note(asked.url))
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self.stack.url, "blob:", "data:")):
            self.faults.append(f"another host: {url}")

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.stack.url + path)
        return self.page

    def sign_in(self, name: str | None = None, password: str | None = None) -> Page:
        known = self.stack.credentials
        self.expected.append("401")  # who has not signed in is told so
        self.go()
        self.page.get_by_label("Name").fill(name or known["user"])
        self.page.get_by_label("Password", exact=True).fill(password or known["password"])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("search").wait_for()
        return self.page

    def arrive(self, name: str, path: str = "/") -> Page:
        """Be signed in already, as a user whom `stranger` made."""
        account = {"name": name, "password": PASSWORD}
        asked = self.context.request
        assert asked.post(f"{self.stack.url}/v1/sessions:page", data=account, headers={"x-pictor-page": "1"}).ok
        page = self.go(path)
        page.get_by_role("search").wait_for()
        return page


@pytest.fixture
def visit(stack: RunningStack, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; at the end none may have seen a fault, a policy broken, or another host."""
    made: list[Visitor] = []

    def make(*, locale: str = "en-US", **options: Any) -> Visitor:
        options = {"viewport": WIDE, "reduced_motion": "reduce", "locale": locale, **options}
        made.append(Visitor(stack, browser.new_context(**options)))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()
        assert [fault for fault in visitor.faults if not any(known in fault for known in visitor.expected)] == []


@dataclass(frozen=True)
class Person:
    """A user of one test, whose images nobody else sees: in the browser, and beside it."""

    visitor: Visitor
    client: httpx.Client

    @property
    def page(self) -> Page:
        return self.visitor.page

    def keep(self, count: int, **query: Any) -> list[dict[str, Any]]:
        """Have some images already, labelled; newest last."""
        sent = [send(self.client, photo, title=f"Picture {n}", **query) for n, photo in enumerate(photographs(count))]
        assert {image["state"] for image in sent} == {"ready"}
        return sent

    def images(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/v1/images").json()["items"]
        return found


@pytest.fixture
def person(stack: RunningStack, visit: Callable[..., Visitor]) -> Iterator[Person]:
    name = f"u{uuid4().hex[:12]}"
    with stack.stranger(name) as client:
        visitor = visit()
        visitor.arrive(name)
        yield Person(visitor, client)


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[int, int], list[Path]]:
    """Write some photographs, from the n-th on, as files to choose."""

    def write(first: int, count: int) -> list[Path]:
        paths = []
        for n, photo in enumerate(photographs(first + count)[first:], first):
            path = tmp_path / f"photo {n}.jpg"
            path.write_bytes(photo)
            paths.append(path)
        return paths

    return write
