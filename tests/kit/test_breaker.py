"""Who is asked while a service does not answer: hardly anybody."""

import pytest

from services.kit.breaker import FAILURES, MAX_PAUSE_S, PAUSE_S, Breaker
from services.kit.clients import ServiceClient
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.problems import Unavailable
from services.kit.principal import service_principal
from services.kit.testing.apps import TEST_SECRET


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.admit()
        breaker.failed()
    return breaker


def test_some_failures_between_successes_change_nothing() -> None:
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
        assert breaker.admit()


def test_when_it_opened_nobody_passes_until_the_pause_is_over_and_then_one() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert (breaker.admit(), breaker.retry_after_s) == (False, PAUSE_S)
    clock.now += PAUSE_S
    assert [breaker.admit() for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE_S
    assert breaker.admit()
    breaker.succeeded()
    assert [breaker.admit() for _ in range(3)] == [True] * 3


def test_a_probe_that_fails_doubles_the_pause_up_to_a_bound() -> None:
    clock = Clock()
    breaker, pauses = opened(clock), []
    for _ in range(6):
        clock.now += breaker.retry_after_s
        assert breaker.admit()
        breaker.failed()
        pauses.append(breaker.retry_after_s)
    assert pauses == [1.0, 2.0, 4.0, MAX_PAUSE_S, MAX_PAUSE_S, MAX_PAUSE_S]


def test_a_probe_of_which_nothing_is_heard_does_not_keep_it_shut() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE_S
    assert breaker.admit()
    clock.now += PAUSE_S
    assert breaker.admit()


def test_calls_from_before_that_fail_late_do_not_lengthen_the_pause() -> None:
    clock = Clock()
    breaker = opened(clock)
    for _ in range(20):
        breaker.failed()
    assert breaker.retry_after_s == PAUSE_S


async def test_of_many_calls_to_a_service_that_is_not_there_few_are_made(unused_tcp_port: int) -> None:
    made = 0

    async def count(_request: object) -> None:
        nonlocal made
        made += 1

    client = ServiceClient(
        f"http://127.0.0.1:{unused_tcp_port}", audience="catalog", tokens=InternalTokens(TEST_SECRET, "gateway")
    )
    client._http.event_hooks = {"request": [count]}
    for _ in range(50):
        with pytest.raises(Unavailable, match="not there"):
            await client.call("GET", "/livez", principal=service_principal("gateway"))
    await client.close()
    assert made == FAILURES
