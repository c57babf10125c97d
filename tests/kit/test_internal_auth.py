"""Internal tokens are minted and checked once, and refused as if they were checked each time."""

import time

import jwt
import pytest

from services.kit.http import internal_auth
from services.kit.http.internal_auth import LEEWAY_S, LIFETIME_S, REUSED_S, InternalTokens
from services.kit.http.problems import Unauthenticated
from services.kit.testing.apps import TEST_SECRET, a_user


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = time.time() // REUSED_S * REUSED_S

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(internal_auth, "time", clock)
    return clock


def tokens() -> InternalTokens:
    return InternalTokens(TEST_SECRET, "gateway")


def test_a_token_is_reused_for_some_seconds_and_never_close_to_its_end(clock: Clock) -> None:
    minting = tokens()
    first = minting.mint("things", a_user(1))
    clock.now += REUSED_S - 0.01
    assert minting.mint("things", a_user(1)) == first
    claims = jwt.decode(first, TEST_SECRET, algorithms=["HS256"], audience="things")
    assert claims["exp"] - clock.now >= LIFETIME_S - REUSED_S
    clock.now += 0.01
    assert minting.mint("things", a_user(1)) != first


def test_a_reused_token_is_of_one_principal_and_one_audience() -> None:
    minting = tokens()
    assert minting.mint("things", a_user(1)) != minting.mint("things", a_user(2))
    assert minting.mint("things", a_user(1)) != minting.mint("things", a_user(1, name="renamed"))
    assert minting.mint("things", a_user(1)) != minting.mint("others", a_user(1))


def test_a_remembered_token_is_refused_once_it_is_over(clock: Clock) -> None:
    verifying, token = tokens(), tokens().mint("things", a_user(1))
    assert verifying.verify(token, "things") == verifying.verify(token, "things") == a_user(1)
    clock.now += LIFETIME_S + LEEWAY_S - 0.01
    assert verifying.verify(token, "things") == a_user(1)
    clock.now += 0.01
    with pytest.raises(Unauthenticated):
        verifying.verify(token, "things")


def test_a_remembered_token_is_refused_by_a_clock_that_was_set_back(clock: Clock) -> None:
    verifying, token = tokens(), tokens().mint("things", a_user(1))
    verifying.verify(token, "things")
    clock.now -= LEEWAY_S + 1
    with pytest.raises(Unauthenticated):
        verifying.verify(token, "things")


def test_a_remembered_token_is_refused_elsewhere_and_when_it_was_touched() -> None:
    verifying, token = tokens(), tokens().mint("things", a_user(1))
    verifying.verify(token, "things")
    with pytest.raises(Unauthenticated):
        verifying.verify(token, "others")
    with pytest.raises(Unauthenticated):
        verifying.verify(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "things")
