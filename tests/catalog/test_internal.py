"""What other services ask: images by id as a viewer sees them, and how far the library is."""

from uuid import UUID, uuid4

from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

ADA, BOB = str(UUID(int=1)), str(UUID(int=2))


async def test_a_lookup_gives_what_the_viewer_may_see_in_the_order_asked(catalog: RunningCatalog) -> None:
    public = await catalog.upload(a_picture(number=1), visibility="public")
    private = await catalog.upload(a_picture(number=2))
    bobs = await catalog.upload(a_picture(number=3), by=2)
    gone = await catalog.upload(a_picture(number=4))
    await catalog.client.delete(f"/v1/images/{gone['id']}")
    await catalog.bob.put(f"/v1/collections/favorites/images/{public['id']}")
    ids = [str(uuid4()), bobs["id"], private["id"], gone["id"], public["id"]]
    for viewer, seen in ((ADA, [private, public]), (BOB, [bobs, {**public, "in_favorites": True}])):
        answer = await catalog.service.post("/internal/images:lookup", json={"viewer_id": viewer, "ids": ids})
        assert answer.status_code == 200
        items = answer.json()["items"]
        assert [item["image"] for item in items] == seen
        assert all(len(item["perceptual_hash"]) == 16 and int(item["perceptual_hash"], 16) >= 0 for item in items)


async def test_the_hash_is_that_of_the_picture(catalog: RunningCatalog) -> None:
    """A copy in another format has about the same; other pictures do not, and half of all have their first bit set."""
    sent = [a_picture("red"), a_picture("red", file_format="PNG"), *(a_picture("blue", number=n) for n in range(3))]
    ids = [(await catalog.upload(data))["id"] for data in sent]
    answer = await catalog.service.post("/internal/images:lookup", json={"viewer_id": ADA, "ids": ids})
    hashes = [int(item["perceptual_hash"], 16) for item in answer.json()["items"]]
    stored = await catalog.rows("SELECT id::text, perceptual_hash FROM images")
    assert {key: value % 2**64 for key, value in stored} == dict(zip(ids, hashes, strict=True))
    assert (hashes[0] ^ hashes[1]).bit_count() <= 6


async def test_a_lookup_is_bounded_and_checked(catalog: RunningCatalog) -> None:
    nobody = str(uuid4())
    full = await catalog.service.post(
        "/internal/images:lookup", json={"viewer_id": nobody, "ids": [str(uuid4()) for _ in range(500)]}
    )
    assert (full.status_code, full.json()) == (200, {"items": []})
    for body, pointer in (
        ({"viewer_id": nobody, "ids": [nobody] * 501}, "/ids"),
        ({"viewer_id": "ada", "ids": []}, "/viewer_id"),
        ({"viewer_id": nobody, "ids": ["x"]}, "/ids/0"),
        ({"ids": []}, "/viewer_id"),
    ):
        answer = await catalog.service.post("/internal/images:lookup", json=body)
        assert_problem(answer, 422, "validation_failed", pointers=[pointer])


async def test_coverage_counts_what_the_viewer_may_see(catalog: RunningCatalog, fakes: Fakes) -> None:
    async def coverage(viewer: str) -> dict[str, int]:
        answer = await catalog.service.get("/internal/coverage", params={"viewer_id": viewer})
        assert answer.status_code == 200
        return answer.json()

    nothing = {"total": 0, "ready": 0, "processing": 0, "deferred": 0, "failed": 0, "labelled": 0, "embedded": 0}
    assert await coverage(ADA) == nothing
    first = await catalog.upload(a_picture(number=1), visibility="public")
    await catalog.upload(a_picture(number=2))
    async with working(catalog, fakes):
        await catalog.until(first["id"], "ready")
        await catalog.until_idle()
    third = await catalog.upload(a_picture(number=3))
    fourth = await catalog.upload(a_picture(number=4))
    await catalog.upload(a_picture(number=5), by=2)
    for image, state in ((third, "deferred"), (fourth, "failed")):
        await catalog.rows("UPDATE images SET state = :s WHERE id = :i", s=state, i=image["id"])
    assert await coverage(ADA) == {
        "total": 4, "ready": 2, "processing": 0, "deferred": 1, "failed": 1, "labelled": 2, "embedded": 2
    }  # fmt: skip
    assert await coverage(BOB) == {**nothing, "total": 2, "ready": 1, "processing": 1, "labelled": 1, "embedded": 1}
    await catalog.client.delete(f"/v1/images/{first['id']}")
    assert await coverage(BOB) == {**nothing, "total": 1, "processing": 1}


async def test_the_whole_library_is_counted_and_drawn_from_for_services_alone(catalog: RunningCatalog) -> None:
    kept = [await catalog.upload(a_picture(number=number), by=1 + number % 2) for number in range(4)]
    gone = await catalog.upload(a_picture(number=9))
    await catalog.client.delete(f"/v1/images/{gone['id']}")
    assert (await catalog.service.get("/internal/coverage")).json()["total"] == 4
    drawn = (await catalog.service.get("/internal/images:sample", params={"limit": 10})).json()["items"]
    expected = [{"id": image["id"], "owner_id": image["owner"]["id"]} for image in kept]
    assert sorted(drawn, key=lambda item: item["id"]) == sorted(expected, key=lambda item: item["id"])
    assert len((await catalog.service.get("/internal/images:sample", params={"limit": 2})).json()["items"]) == 2
    for limit in (0, 501):
        answer = await catalog.service.get("/internal/images:sample", params={"limit": limit})
        assert_problem(answer, 422, "validation_failed")
    for path in ("/internal/coverage", "/internal/images:sample"):
        assert_problem(await catalog.client.get(path), 403, "forbidden")


async def test_matching_gives_the_ids_of_a_word_search_in_pages(catalog: RunningCatalog) -> None:
    tagged = [await catalog.upload(a_picture(number=number), tags="best") for number in range(3)]
    await catalog.upload(a_picture(number=3), tags="other")
    await catalog.upload(a_picture(number=4), by=2, tags="best")
    query = {"tag": ["best"], "created_after": "2020-01-01T00:00:00Z", "min_width": 10}

    async def matching(**more: object) -> list[str]:
        body = {"viewer_id": ADA, "query": query, "limit": 2, **more}
        answer = await catalog.service.post("/internal/images:matching", json=body)
        assert answer.status_code == 200, answer.text
        return [str(UUID(bytes=answer.content[at : at + 16])) for at in range(0, len(answer.content), 16)]

    ids = [image["id"] for image in tagged]
    assert [await matching(), await matching(after=ids[1]), await matching(after=ids[2])] == [ids[:2], ids[2:], []]
    asked = {"viewer_id": ADA, "ids": [*reversed(ids), str(uuid4())], "query": {**query, "q": "best"}}
    found = await catalog.service.post("/internal/images:lookup", json=asked)
    assert [item["image"]["id"] for item in found.json()["items"]] == ids[::-1]
    refused = await catalog.service.post(
        "/internal/images:matching", json={"viewer_id": ADA, "query": {"min_width": -1}, "limit": 1}
    )
    assert_problem(refused, 422, "validation_failed", pointers=["/query/min_width"])
