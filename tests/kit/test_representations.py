"""ETags, conditional requests, ranges and pages."""

import httpx
import pytest

from tests.kit.things import CONTENT


async def a_thing(client: httpx.AsyncClient, name: str = "a") -> tuple[str, str]:
    made = await client.post("/v1/things", json={"name": name})
    return f"/v1/things/{made.json()['id']}", made.headers["etag"]


async def test_what_create_gave_get_and_if_match_know(client: httpx.AsyncClient) -> None:
    path, etag = await a_thing(client)
    assert (await client.get(path)).headers["etag"] == etag
    again = await client.get(path, headers={"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    changed = await client.put(path, json={"name": "b"}, headers={"if-match": f"W/{etag}"})  # as compression makes it
    assert (changed.status_code, changed.json()["name"]) == (200, "b")
    late = await client.put(path, json={"name": "c"}, headers={"if-match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (await client.get(path, headers={"if-none-match": etag})).json()["name"] == "b"


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-9", 206, CONTENT[:10], "bytes 0-9/1024"),
        ("bytes=1000-", 206, CONTENT[1000:], "bytes 1000-1023/1024"),
        ("bytes=-4", 206, CONTENT[-4:], "bytes 1020-1023/1024"),
        ("bytes=0-99999", 206, CONTENT, "bytes 0-1023/1024"),
        ("bytes=-99999", 206, CONTENT, "bytes 0-1023/1024"),
        ("bytes=1024-", 416, None, "bytes */1024"),
        ("bytes=-0", 416, None, "bytes */1024"),
        ("bytes=9-3", 200, CONTENT, None),
        ("bytes=-", 200, CONTENT, None),
        ("bytes=0-1,5-6", 200, CONTENT, None),
        ("lines=1-2", 200, CONTENT, None),
    ],
)
async def test_a_range(
    client: httpx.AsyncClient, asked: str, status: int, content: bytes | None, told: str | None
) -> None:
    answer = await client.get("/v1/content", headers={"range": asked})
    assert (answer.status_code, answer.headers.get("content-range")) == (status, told)
    if content is not None:
        assert answer.content == content
        assert answer.headers["content-length"] == str(len(content))


async def test_if_range_of_another_version_gives_all(client: httpx.AsyncClient) -> None:
    fresh = await client.get("/v1/content", headers={"range": "bytes=0-1", "if-range": '"content"'})
    stale = await client.get("/v1/content", headers={"range": "bytes=0-1", "if-range": '"older"'})
    assert (fresh.status_code, stale.status_code) == (206, 200)
    assert (await client.get("/v1/content", headers={"if-none-match": '"content"'})).status_code == 304


async def test_pages_give_everything_once(client: httpx.AsyncClient) -> None:
    for number in range(7):
        await a_thing(client, f"thing {number}")
    seen, cursor = [], None
    for _ in range(10):
        params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/v1/things", params=params)).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"thing {number}" for number in range(7)]
    assert len((await client.get("/v1/things?limit=501")).json()["items"]) == 7
