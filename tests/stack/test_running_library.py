"""`pictor model use` promotes: what it does when the gateway, here a FAKE, refuses."""

import httpx
import pytest

from pictor.model import running_library
from pictor.model.running_library import ModelUseError, RunningLibrary

SPACE = "vgg16-1"
MODEL = {"space": SPACE, "points": 3, "coverage": 1.0, "active": False, "served": True}
OK = (200, {})
INCOMPLETE = (409, {"code": "coverage_incomplete", "detail": "2 of 3 images"})
FORBIDDEN = (403, {"code": "forbidden", "detail": "Not yours."})


class FakeGateway:
    """Answers promotions in this order; the last answer again and again."""

    def __init__(self, *answers: tuple[int, dict[str, str]]) -> None:
        self._answers = list(answers)
        self.promotions = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"items": [MODEL]})
        assert request.url.path == f"/v1/spaces/{SPACE}:promote"
        self.promotions += 1
        status, body = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return httpx.Response(status, json=body)


def promote(gateway: FakeGateway) -> None:
    library = RunningLibrary("http://fake", "pk_1")
    library._http = httpx.Client(transport=httpx.MockTransport(gateway), base_url="http://fake")
    with library:
        library.promote(SPACE, force=False)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_library, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(running_library, "UNTIL_COMPLETE_S", 0.2)


def test_an_image_that_comes_at_that_moment_is_waited_for() -> None:
    gateway = FakeGateway(INCOMPLETE, INCOMPLETE, OK)
    promote(gateway)
    assert gateway.promotions == 3


def test_but_not_for_ever() -> None:
    with pytest.raises(ModelUseError, match="2 of 3 images"):
        promote(FakeGateway(INCOMPLETE))


def test_any_other_refusal_is_said_at_once() -> None:
    gateway = FakeGateway(FORBIDDEN)
    with pytest.raises(ModelUseError, match="Not yours"):
        promote(gateway)
    assert gateway.promotions == 1
