"""What a person waits for, measured in Chromium from outside: no part of the page helps."""

import gzip
import json
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

SIZE = {"width": 1440, "height": 900}
STEP_PX, STEPS = 240, 250
TRACED = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
TIMEOUT_MS = 60_000
# Tells when the first picture of the wall is there, and when all that are in sight are.
WATCH = """
(() => {
  const seen = (window.__seen = {})
  const look = () => {
    const inSight = [...document.querySelectorAll('.tile img')].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect()
      return bottom > 0 && top < innerHeight
    })
    const there = inSight.filter((one) => one.complete && one.naturalWidth)
    if (there.length) seen.first ??= performance.now()
    if (inSight.length && there.length === inSight.length) seen.all ??= performance.now()
    if (!seen.all) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()
"""
FRAMES = """
(() => {
  const frames = (window.__frames = []), tasks = (window.__tasks = [])
  let last = performance.now()
  const tick = (now) => { frames.push(now - last); last = now; requestAnimationFrame(tick) }
  requestAnimationFrame(tick)
  new PerformanceObserver((list) => list.getEntries().forEach((one) => tasks.push(one.duration)))
    .observe({ type: 'longtask' })
})()
"""


@dataclass(frozen=True)
class Loading:
    """Of one visit with an empty cache; milliseconds since the address was asked for, and kilobytes of script."""

    paint_ms: float
    picture_ms: float
    whole_ms: float
    requests: int
    script_kb: float


@dataclass(frozen=True)
class Scrolling:
    longest_ms: float
    slowest_of_100_ms: float
    frames: int
    longest_task_ms: float
    """Of the page's own script and layout; 0 when none took 50 ms."""
    processor_ms: float
    """Of the longest task: what it takes where nothing else runs."""


def signed_in(browser: Browser, url: str, user: str, password: str) -> BrowserContext:
    context = browser.new_context(viewport=SIZE, locale="en-US")
    account = {"name": user, "password": password}
    answer = context.request.post(f"{url}/v1/sessions:page", data=account, headers={"x-pictor-page": "1"})
    if not answer.ok:
        raise RuntimeError(answer.text())
    return context


def loading(context: BrowserContext, url: str) -> Loading:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    scripts: dict[str, bytes] = {}
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(url)
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while not page.evaluate("window.__seen.all"):  # the page's policy lets nothing wait inside it
        if time.monotonic() > deadline:
            raise TimeoutError("the wall has no pictures")
        page.wait_for_timeout(50)
    names = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).filter((one) => one.endsWith('.js'))"
    )
    for name in dict.fromkeys(names):
        scripts[name] = context.request.get(name).body()
    seen = page.evaluate("window.__seen")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    page.close()
    compressed = sum(len(gzip.compress(body)) for body in scripts.values()) / 1000
    return Loading(paint, seen["first"], seen["all"], len(asked), compressed)


def scrolling(browser: Browser, page: Page, url: str, path: str) -> Scrolling:
    """Turn the wheel for some seconds, as fast as hands do, and look at every frame."""
    page.goto(url + path)
    page.locator(".tile img").first.wait_for(timeout=TIMEOUT_MS)
    page.wait_for_load_state("networkidle")
    page.mouse.move(SIZE["width"] / 2, SIZE["height"] / 2)
    page.evaluate(FRAMES)
    _turn(page)
    frames = sorted(page.evaluate("window.__frames"))
    tasks = page.evaluate("window.__tasks")
    browser.start_tracing(page=page, categories=TRACED)
    _turn(page)
    longest = _longest_task(json.loads(browser.stop_tracing())["traceEvents"])
    return Scrolling(frames[-1], frames[int(len(frames) * 0.99)], len(frames), max(tasks, default=0), longest)


def _turn(page: Page) -> None:
    for _ in range(STEPS):
        page.mouse.wheel(0, STEP_PX)
        page.wait_for_timeout(16)


def _longest_task(events: list[dict[str, Any]]) -> float:
    """Milliseconds of processor time, on the main thread of the page."""
    threads = {(one["pid"], one["tid"]): one["args"]["name"] for one in events if one["name"] == "thread_name"}
    tasks = [one for one in events if one["name"] == "RunTask" and one["ph"] == "X"]
    main = [one for one in tasks if threads.get((one["pid"], one["tid"])) == "CrRendererMain"]
    return max((float(one.get("tdur", 0)) for one in main), default=0.0) / 1000


def middle(runs: list[Loading]) -> Loading:
    """The median of each figure."""
    return Loading(
        median(run.paint_ms for run in runs),
        median(run.picture_ms for run in runs),
        median(run.whole_ms for run in runs),
        int(median(run.requests for run in runs)),
        median(run.script_kb for run in runs),
    )
