"""What is Milvus' own: at once, away, hanging, cut off in the middle, released; and half precision on the wire."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from milvus_lite.server_manager import server_manager_instance
from pymilvus import MilvusClient

from services.similarity.index import (
    Filter,
    IndexTimeout,
    IndexUnavailable,
    Mode,
    PayloadChange,
    UnknownSpace,
    WrongDimension,
)
from services.similarity.index.milvus import MilvusIndex, MilvusOptions, registry
from services.similarity.index.milvus.collections import REGISTER, points_collection
from services.similarity.index.milvus.connection import Connection
from services.similarity.index.milvus.session import Session
from tests.congruence.index.indexes import ADA, BOB, SPACE, a_point, milvus_index, vectors

ANY = Filter(viewer=ADA)
X = np.array([1, 0, 0, 0], np.float32)


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    yield tmp_path
    server_manager_instance.release_server(str(tmp_path / "milvus.db"))


def client_of(folder: Path) -> MilvusClient:
    """Somebody else at the same Milvus."""
    return MilvusClient(str(folder / "milvus.db"), timeout=60)


async def test_a_space_is_made_once(folder: Path) -> None:
    async with milvus_index(folder) as index:
        await asyncio.gather(*(index.ensure_space(SPACE, dimension=4, trained=True) for _ in range(6)))
        assert [(space.id, space.dimension, space.trained) for space in await index.spaces()] == [(SPACE, 4, True)]


async def test_of_two_dimensions_at_once_one_wins(folder: Path) -> None:
    async with milvus_index(folder) as index:
        results = await asyncio.gather(
            *(index.ensure_space(SPACE, dimension=dimension) for dimension in (4, 5) * 3), return_exceptions=True
        )
        assert [type(result) for result in results].count(WrongDimension) == 3
        [space] = await index.spaces()
        assert await index.ensure_space(SPACE, dimension=space.dimension) is None


class Late(Session):
    """FAKE: what another process has just made, it sees only after it has tried to make the same."""

    looks = 0

    def names(self) -> set[str]:
        self.looks += 1
        return set() if self.looks in {1, 2, 4} else super().names()


async def test_what_another_process_has_just_made_is_taken(folder: Path) -> None:
    client = client_of(folder)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        await index.upsert(SPACE, [a_point(1, X)])
        late = Late(client, MilvusOptions(uri="milvus.db"))
        registry.ensure(late, SPACE, 4, trained=True)
        assert late.looks == 5
        with pytest.raises(WrongDimension):
            registry.ensure(Late(client, MilvusOptions(uri="milvus.db")), SPACE, 5, trained=True)
        assert await index.count(SPACE) == 1
    client.close()


async def test_changes_of_one_image_at_once_are_all_kept(folder: Path) -> None:
    """Each is a reading and a writing of the row: none may write what another has just changed back."""
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        await index.upsert(SPACE, [a_point(1, X, public=True, labels=("old",))])
        for turn in range(5):
            label = f"turn{turn}"
            await asyncio.gather(
                index.set_payload(UUID(int=1), PayloadChange(public=turn % 2 == 0)),
                index.set_payload(UUID(int=1), PayloadChange(label_ids=(label,))),
                index.set_payload(UUID(int=1), PayloadChange(owner_id=(ADA, BOB)[turn % 2])),
            )
            [point] = await index.points(SPACE, limit=5)
            assert (point.public, point.label_ids, point.owner_id) == (turn % 2 == 0, (label,), (ADA, BOB)[turn % 2])


class Forgetful(Session):
    """FAKE: another process deletes the image after it was seen to be there."""

    def get(self, collection: str, key: str, *, fields: list[str]) -> dict[str, object] | None:
        found = super().get(collection, key, fields=fields)
        self.delete(collection, [key])
        return found


async def test_an_image_that_goes_while_it_is_changed_stays_gone(folder: Path) -> None:
    client = client_of(folder)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        await index.upsert(SPACE, [a_point(1, X)])
        session = Forgetful(client, MilvusOptions(uri="milvus.db"))
        session.change(points_collection(SPACE), str(UUID(int=1)), {"public": False})
        assert await index.count(SPACE) == 0
    client.close()


async def test_an_image_that_is_deleted_does_not_come_back(folder: Path) -> None:
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        for turn in range(8):
            await index.upsert(SPACE, [a_point(1, X)])
            change = PayloadChange(public=bool(turn % 2))
            await asyncio.gather(*(index.set_payload(UUID(int=1), change) for _ in range(3)), index.delete(UUID(int=1)))
            assert await index.count(SPACE) == 0


async def test_a_space_may_go_while_others_write(folder: Path) -> None:
    async with milvus_index(folder) as index:
        for turn in range(3):
            await index.ensure_space(SPACE, dimension=4 + turn)
            await index.upsert(SPACE, [a_point(1, np.ones(4 + turn, np.float32))])
            await asyncio.gather(
                index.drop_space(SPACE),
                index.set_payload(UUID(int=1), PayloadChange(public=bool(turn % 2))),
                index.delete(UUID(int=1)),
                index.spaces(),
            )
        assert await index.spaces() == []
        with pytest.raises(UnknownSpace):
            await index.upsert(SPACE, [a_point(1, X)])


async def test_what_a_making_left_that_was_cut_off_is_finished(folder: Path) -> None:
    """The collection is there, without an index and without a line in the registry."""
    client = client_of(folder)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        client.release_collection(points_collection(SPACE))
        client.drop_index(points_collection(SPACE), "graph")
        client.delete(REGISTER, ids=[SPACE])
        assert await index.spaces() == []
        await index.ensure_space(SPACE, dimension=4, trained=True)
        await index.upsert(SPACE, [a_point(1, X)])
        assert (await index.query(SPACE, X, ANY, limit=1, mode=Mode.HNSW)).mode is Mode.HNSW
        [space] = await index.spaces()
        assert (space.id, space.trained) == (SPACE, True)
    client.close()


async def test_what_a_dropping_left_that_was_cut_off_is_no_space(folder: Path) -> None:
    """The line in the registry is there, the collection is not."""
    client = client_of(folder)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4, trained=False)
        client.drop_collection(points_collection(SPACE))
        assert await index.spaces() == []
        with pytest.raises(UnknownSpace):
            await index.query(SPACE, X, ANY, limit=1)
        await index.delete(UUID(int=1))
        await index.ensure_space(SPACE, dimension=5)
        assert [(space.dimension, space.trained) for space in await index.spaces()] == [(5, None)]
    client.close()


async def test_a_collection_that_somebody_released_is_loaded_again(folder: Path) -> None:
    client = client_of(folder)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        await index.upsert(SPACE, [a_point(1, X)])
        assert await index.build(SPACE) is False
        client.release_collection(points_collection(SPACE))
        assert (await index.query(SPACE, X, ANY, limit=1)).neighbours
        client.release_collection(points_collection(SPACE))
        assert await index.build(SPACE) is True
    client.close()


def graphs_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.graph.hnsw.idx"))


async def test_the_graph_answers_when_it_was_built(folder: Path) -> None:
    """Also for what has gone and come since."""
    drawn = vectors(400)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=drawn.shape[1])
        await index.upsert(SPACE, [a_point(number, vector) for number, vector in enumerate(drawn)])
        await index.build(SPACE)
        assert graphs_in(folder)
        await index.delete(UUID(int=3))
        await index.upsert(SPACE, [a_point(500, drawn[3])])
        for mode, used in ((Mode.AUTO, Mode.HNSW), (Mode.TWO_STAGE, Mode.EXACT)):
            found = await index.query(SPACE, drawn[3], ANY, limit=1, mode=mode)
            assert (found.mode, found.neighbours[0].image_id.int) == (used, 500)


async def test_what_was_written_is_there_after_a_restart(folder: Path) -> None:
    drawn = vectors(50)
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=drawn.shape[1], trained=True)
        await index.upsert(SPACE, [a_point(number, vector) for number, vector in enumerate(drawn)])
    server_manager_instance.release_server(str(folder / "milvus.db"))
    async with milvus_index(folder) as index:
        assert await index.count(SPACE) == 50
        assert (await index.query(SPACE, drawn[7], ANY, limit=1)).neighbours[0].image_id.int == 7
        assert [space.trained for space in await index.spaces()] == [True]


async def test_a_second_process_is_refused_a_file_in_use(folder: Path) -> None:
    async with milvus_index(folder) as index:
        await index.ensure_space(SPACE, dimension=4)
        program = (
            "import asyncio, sys\n"
            "from services.similarity.index import IndexUnavailable\n"
            "from services.similarity.index.milvus import MilvusIndex, MilvusOptions\n"
            "async def main():\n"
            "    try:\n"
            "        await MilvusIndex(MilvusOptions(uri=sys.argv[1])).spaces()\n"
            "    except IndexUnavailable:\n"
            "        print('refused')\n"
            "asyncio.run(main())"
        )
        command = [sys.executable, "-c", program, str(folder / "milvus.db")]
        other = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=180, check=True
        )
        assert other.stdout == "refused\n"


async def test_a_store_that_is_away_is_said_so() -> None:
    index = MilvusIndex(MilvusOptions(uri="http://127.0.0.1:9", timeout_s=0.5))
    for _ in range(2):
        with pytest.raises((IndexUnavailable, IndexTimeout)):
            await index.query(SPACE, X, ANY, limit=1)
    with pytest.raises((IndexUnavailable, IndexTimeout)):
        await index.build(SPACE)
    await index.close()


async def test_a_store_that_hangs_is_given_up() -> None:
    """It takes connections, and says nothing."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    index = MilvusIndex(MilvusOptions(uri=f"http://127.0.0.1:{port}", timeout_s=0.5))
    began = time.monotonic()
    with pytest.raises((IndexTimeout, IndexUnavailable)):
        await index.upsert(SPACE, [a_point(1, X)])
    assert time.monotonic() - began < 30
    server.close()
    await index.close()


async def test_requests_of_one_call_share_its_time(folder: Path) -> None:
    client = client_of(folder)
    session = Session(client, MilvusOptions(uri="milvus.db", timeout_s=0.05))
    assert session.names() == set()
    await asyncio.sleep(0.1)
    with pytest.raises(IndexTimeout):
        session.names()
    client.close()


async def test_what_finds_no_thread_in_time_is_given_up(folder: Path) -> None:
    """One thread, which is busy: the call that waits for it ends, and is not made later either."""
    connection = Connection(MilvusOptions(uri=str(folder / "milvus.db"), timeout_s=0.1))
    made: list[str] = []
    busy = asyncio.create_task(connection.run(lambda _session: time.sleep(2)))
    await asyncio.sleep(0.01)  # it goes first
    with pytest.raises(IndexTimeout):
        await connection.run(lambda _session: made.append("late"))
    with pytest.raises(IndexTimeout):
        await busy
    await connection.close()
    assert made == []
