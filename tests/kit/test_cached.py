"""A value is asked for once by all, again after its time, and goes on where nobody answers."""

import asyncio

import pytest

from services.kit.cached import Cached


class Source:
    """Gives 1, 2, 3, …; `away` raises."""

    def __init__(self) -> None:
        self.given, self.away = 0, False

    async def ask(self) -> int:
        given = self.given = self.given + 1
        await asyncio.sleep(0.01)
        if self.away:
            raise ConnectionError
        return given


async def test_many_at_once_ask_once_and_again_after_its_time() -> None:
    source = Source()
    cached = Cached(source.ask, keep_s=0.1)
    assert await asyncio.gather(*(cached.get() for _ in range(5))) == [1] * 5
    await asyncio.sleep(0.12)
    assert [await cached.get(), await cached.get()] == [2, 2]


async def test_what_was_forgotten_is_asked_again_also_while_somebody_asks() -> None:
    source = Source()
    cached = Cached(source.ask, keep_s=60)
    assert await cached.get() == 1
    cached.forget()
    asking = asyncio.create_task(cached.get())
    await asyncio.sleep(0.002)
    cached.forget()
    assert (await asking, await cached.get(), await cached.get()) == (2, 3, 3)


async def test_the_value_before_goes_on_where_that_is_wanted() -> None:
    source = Source()
    cached = Cached(source.ask, keep_s=60, survives=(ConnectionError,))
    source.away = True
    with pytest.raises(ConnectionError):
        await cached.get()
    source.away = False
    assert await cached.get() == 2
    source.away = True
    cached.forget()
    assert [await cached.get(), await cached.get()] == [2, 2]
    assert source.given == 3


async def test_an_error_is_not_kept() -> None:
    source = Source()
    cached = Cached(source.ask, keep_s=60)
    source.away = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await cached.get()
    assert source.given == 2
