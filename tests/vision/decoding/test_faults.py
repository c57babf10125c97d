"""Whatever dies, hangs or piles up: one request pays for it at the most, and the next one is served."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import uvloop

from services.vision.decoding import (
    DecodeLimitExceeded,
    DecodeLimits,
    Decoder,
    DecoderBusy,
    DecodeRequest,
    VariantSpec,
)
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.observing import (
    children_of,
    is_gone,
    until_gone,
    working_child_of,
    zygote_of,
)
from tests.vision.decoding.working import QUICK, SLOW, SLOWLY, at_most, serves, slow_work


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    """One for each test: here they get hurt."""
    async with Decoder() as decoder:
        yield decoder


async def test_a_killed_child_costs_one_request(decoder: Decoder) -> None:
    zygote = zygote_of(decoder)
    async with slow_work(decoder) as task:
        os.kill(await working_child_of(decoder), signal.SIGKILL)
        with pytest.raises(DecodeLimitExceeded, match="signal 9"):
            await task
    assert await serves(decoder)
    assert zygote_of(decoder) == zygote
    assert children_of(zygote) == []


async def test_the_neighbour_of_a_killed_child_goes_on(decoder: Decoder) -> None:
    async with slow_work(decoder) as task:
        victim = await working_child_of(decoder)
        neighbours = [asyncio.create_task(serves(decoder)) for _ in range(5)]
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(DecodeLimitExceeded):
            await task
        assert await asyncio.gather(*neighbours) == [True] * 5


async def test_a_killed_zygote_is_replaced_and_its_work_done_again(decoder: Decoder, write: Write) -> None:
    zygote = zygote_of(decoder)
    request = DecodeRequest(variants=(VariantSpec("full", None, "webp"),))
    work = asyncio.create_task(decoder.decode(write(SLOW), request))
    child = await working_child_of(decoder)
    os.kill(zygote, signal.SIGKILL)
    assert (await work).width == 4_000
    assert zygote_of(decoder) != zygote
    assert is_gone(child)


async def test_a_zygote_that_died_in_between_is_replaced(decoder: Decoder) -> None:
    for _ in range(3):
        zygote = zygote_of(decoder)
        os.kill(zygote, signal.SIGKILL)
        assert await serves(decoder)
        assert zygote_of(decoder) != zygote


async def test_a_zygote_that_dies_again_and_again_is_not_the_picture_s_fault(decoder: Decoder) -> None:
    async with slow_work(decoder) as task:
        for _ in range(2):
            await working_child_of(decoder)
            os.kill(zygote_of(decoder), signal.SIGKILL)
            await asyncio.sleep(0.05)
        with pytest.raises(DecoderBusy):
            await task
    assert await serves(decoder)


async def test_a_zygote_that_hangs_is_replaced() -> None:
    async with Decoder(DecodeLimits(wall_s=2)) as decoder:
        zygote = zygote_of(decoder)
        os.kill(zygote, signal.SIGSTOP)
        with at_most(40), pytest.raises(DecodeLimitExceeded, match="longer than 2 s"):
            await decoder.decode_bytes(QUICK)
        assert await serves(decoder)
        await until_gone(zygote)


async def test_signals_to_the_whole_group_do_not_end_the_zygote(decoder: Decoder) -> None:
    zygote = zygote_of(decoder)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        os.kill(zygote, number)
    assert await serves(decoder)
    assert zygote_of(decoder) == zygote


async def test_stopping_ends_everything_and_may_happen_twice() -> None:
    decoder = Decoder()
    await decoder.start()
    zygote = zygote_of(decoder)
    async with slow_work(decoder) as task:
        child = await working_child_of(decoder)
        with at_most(30):
            await decoder.stop()
        await decoder.stop()
        assert is_gone(zygote)
        assert is_gone(child)
        with pytest.raises(DecoderBusy, match="stopped"):
            await task
    with pytest.raises(DecoderBusy, match="stopped"):
        await decoder.decode_bytes(QUICK)
    await decoder.start()
    assert await serves(decoder)
    await decoder.stop()


def test_it_works_on_the_loop_that_the_services_run_on() -> None:
    async def story() -> None:
        async with Decoder(DecodeLimits(wall_s=2)) as decoder:
            assert await asyncio.gather(*(serves(decoder) for _ in range(5))) == [True] * 5
            with pytest.raises(DecodeLimitExceeded, match="longer than"):
                await decoder.decode_bytes(SLOW, SLOWLY)
            zygote = zygote_of(decoder)
            os.kill(zygote, signal.SIGKILL)
            assert await serves(decoder)
        assert is_gone(zygote)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


PARENT = """
import asyncio, sys
from services.vision.decoding import Decoder
from tests.vision.decoding.observing import working_child_of
from tests.vision.decoding.working import SLOW, SLOWLY

async def main():
    async with Decoder() as decoder:
        task = asyncio.create_task(decoder.decode_bytes(SLOW, SLOWLY))
        print(decoder.zygote_pid, await working_child_of(decoder), flush=True)
        await task

asyncio.run(main())
"""


async def test_all_ends_when_the_service_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    zygote, child = (int(pid) for pid in (await parent.stdout.readline()).split())
    parent.kill()
    await parent.wait()
    await until_gone(zygote, child)
