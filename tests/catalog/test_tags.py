"""One tag, however it is written; and a library from before, whose spellings become one."""

from typing import Any

import pytest

from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.services.search.reindex import Reindexer
from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.text.analyzer import Analyzer
from services.vision.labels import load_taxonomy
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

SPELLINGS = {
    "café": ["café", "cafe\u0301", "CAFÉ", " Café ", "cafe", "ca\u200bfé", "caf\u00e9\ufeff", "ｃａｆé"],
    "be ach": ["be ach", "be\u00a0ach", "be\u3000ach", "be\u2009ach", "be  ach", "\u2003be ach"],
    "straße": ["straße", "STRASSE", "Straße", "STRAẞE"],
    "izmir": ["İzmir", "izmir", "IZMIR", "ızmır"],
    "οδός": ["οδός", "ΟΔΌΣ", "οδος"],
    "がく": ["か\u3099く", "がく"],
    "東京タワー": ["東京タワー", "東京ﾀﾜｰ"],
    "o'brien": ["o'brien", "O’Brien", "o＇brien"],
    "wi-fi": ["wi-fi", "Wi‐Fi", "wi–fi"],
    "👨\u200d👩\u200d👧": ["👨\u200d👩\u200d👧"],
    "c++": ["c++", "C＋＋"],
    "c#": ["c#"],
    "می\u200cخواهم": ["می\u200cخواهم", "میخواهم", "مي\u200cخواهم"],
    "مكتبة": ["مكتبة", "مكتبه", "مَكْتَبَة"],
    "हिन्दी फ़ोटो": ["हिन्दी फ़ोटो", "हिंदी फोटो", "हिन्दी फ\u093cोटो"],
    "น้ำ": ["น้ำ", "นํ้า"],
    "ダンス": ["ダンス", "ﾀﾞﾝｽ"],
    "한글": ["한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"],
    "oʻahu": ["oʻahu", "O'ahu", "o’ahu"],
}
PAIRS = [(shown, spelling) for shown, spellings in SPELLINGS.items() for spelling in spellings]


async def counted(catalog: RunningCatalog) -> dict[str, int]:
    answer = await catalog.client.get("/v1/labels", params={"limit": 500})
    return {item["name"]: item["count"] for item in answer.json()["items"]}


async def faceted(catalog: RunningCatalog, **wanted: Any) -> dict[str, int]:
    answer = await catalog.client.get("/v1/images", params={**wanted, "include": "facets"})
    return {facet["name"]: facet["count"] for facet in answer.json()["facets"]["tags"]}


async def assert_one_tag_for_all_spellings(catalog: RunningCatalog) -> None:
    expected = {shown: len(spellings) for shown, spellings in SPELLINGS.items()}
    counts, facets = await counted(catalog), await faceted(catalog)
    some = await faceted(catalog, min_width=1)
    assert sorted(counts.values()) == sorted(facets.values()) == sorted(some.values()) == sorted(expected.values())
    for shown, spelling in PAIRS:
        found = await catalog.listed(tag=spelling)
        assert len(found) == expected[shown], spelling
        assert shown in {image["tags"][0] for image in found}
        assert sum((await faceted(catalog, tag=spelling)).values()) == expected[shown]
        prefix = (await catalog.client.get("/v1/labels", params={"prefix": spelling})).json()["items"]
        assert [item["count"] for item in prefix if item["kind"] == "tag"] == [expected[shown]], spelling


async def compact(catalog: RunningCatalog) -> None:
    maintenance = SearchMaintenance(catalog.app.state.database, load_taxonomy())
    await maintenance.compact(most_changed=0)
    await maintenance.roll_up(most_logged=0)


async def test_spellings_of_a_tag_are_one_tag(catalog: RunningCatalog) -> None:
    for number, (_, spelling) in enumerate(PAIRS):
        await catalog.upload(a_picture(number=number, size=(16, 12)), tags=[spelling])
    await assert_one_tag_for_all_spellings(catalog)
    await compact(catalog)
    await assert_one_tag_for_all_spellings(catalog)


@pytest.mark.parametrize("shown", list(SPELLINGS))
async def test_an_image_bears_a_tag_once_however_it_is_sent(catalog: RunningCatalog, shown: str) -> None:
    image = await catalog.upload(tags=SPELLINGS[shown])
    assert len(image["tags"]) == 1
    path = f"/v1/images/{image['id']}"
    changed = (await catalog.client.patch(path, json={"tags": ["first", *reversed(SPELLINGS[shown])]})).json()
    assert len(changed["tags"]) == 2
    for update, left in (
        ({"add_tags": SPELLINGS[shown]}, changed["tags"]),
        ({"remove_tags": [SPELLINGS[shown][-1]]}, ["first"]),
        ({"add_tags": [SPELLINGS[shown][0]]}, ["first", shown]),
    ):
        body = {"updates": [{"id": image["id"], **update}]}
        answer = await catalog.client.post("/v1/images:batchUpdate", json=body)
        assert answer.json()["items"][0]["image"]["tags"] == left, answer.text


@pytest.mark.parametrize("tag", ["\u200b", "\u00ad\ufeff", "\u2060", "㎏" * 100])
async def test_a_tag_that_shows_nothing_or_too_much_is_refused(catalog: RunningCatalog, tag: str) -> None:
    image = await catalog.upload()
    answer = await catalog.client.patch(f"/v1/images/{image['id']}", json={"tags": [tag]})
    assert_problem(answer, 422, "validation_failed", pointers=["/tags/0"])


async def test_what_looks_alike_only_in_part_stays_apart(catalog: RunningCatalog) -> None:
    tags = ["c", "c++", "c#", "café", "cafés", "be ach", "beach", "日本", "本日", "100%", "100"]
    image = await catalog.upload(tags=tags)
    assert image["tags"] == tags
    for tag in tags:
        assert len(await catalog.listed(tag=tag)) == 1
    assert await catalog.listed(tag="10") == []


async def test_a_library_from_before_has_its_spellings_joined(catalog: RunningCatalog) -> None:
    """As older versions wrote it: tags as they came in lower case, documents by the server's parser."""
    for number, (_, spelling) in enumerate(PAIRS):
        image = await catalog.upload(a_picture(number=number, size=(16, 12)), title="“golden” 北京，上海", tags=["x"])
        await catalog.rows(
            "UPDATE images SET tags = CAST(:tags AS text[]), analyzer = '', "
            "document = to_tsvector('english', title) WHERE id = :id",
            id=image["id"], tags=[spelling.lower(), spelling.lower()],
        )  # fmt: skip
    await compact(catalog)
    before = {image["id"]: image for image in await catalog.listed(limit=500)}
    database = catalog.app.state.database
    reindexer = Reindexer(database, SearchDocuments(load_taxonomy(), Analyzer()))
    assert await reindexer.batch(most=5) == 5
    batches = 1
    while await reindexer.batch(most=5):
        batches += 1
    assert batches == -(-len(PAIRS) // 5)
    for state in ("changes", "compacted"):
        if state == "compacted":
            await compact(catalog)
        await assert_one_tag_for_all_spellings(catalog)
        assert len(await catalog.listed(q="golden", limit=500)) == len(PAIRS)
        assert len(await catalog.listed(q="上海", limit=500)) == len(PAIRS)
    after = {image["id"]: image for image in await catalog.listed(limit=500)}
    assert {key: image["updated_at"] for key, image in after.items()} == {
        key: image["updated_at"] for key, image in before.items()
    }


async def test_another_language_has_all_documents_written_again(catalog: RunningCatalog) -> None:
    """What runs with the new setting finds everything once the worker has been there."""
    await catalog.upload(title="Fotografías nocturnas")
    assert await catalog.listed(q="nocturno") == []
    spanish = Reindexer(catalog.app.state.database, SearchDocuments(load_taxonomy(), Analyzer("spanish")))
    assert (await spanish.batch(), await spanish.batch()) == (1, 0)
    catalog.app.state.catalog.analyzer.__init__("spanish")
    for query in ("nocturna", "nocturnas", "nocturno", "fotografia", "fotografías", "noctur*"):
        assert len(await catalog.listed(q=query)) == 1, query


async def test_without_a_language_words_are_found_as_they_are_written(catalog: RunningCatalog) -> None:
    catalog.app.state.catalog.analyzer.__init__("simple")
    await catalog.upload(title="Running dogs")
    found = [query for query in ("running", "dogs", "run", "dog", "dog*") if await catalog.listed(q=query)]
    assert found == ["running", "dogs", "dog*"]


async def test_a_label_that_the_taxonomy_lost_does_not_end_the_work(catalog: RunningCatalog) -> None:
    image = await catalog.upload(title="Rex")
    await catalog.rows(
        "INSERT INTO image_labels (image_id, label_id, score, rank, source, status) "
        "VALUES (:id, 'n00000000', 1, 1, 'model', 'suggested')",
        id=image["id"],
    )
    await catalog.rows("UPDATE images SET analyzer = ''")
    reindexer = Reindexer(catalog.app.state.database, SearchDocuments(load_taxonomy(), Analyzer()))
    assert (await reindexer.batch(), await reindexer.batch()) == (1, 0)
    assert await catalog.rows("SELECT own_label_ids FROM images") == [(["n00000000"],)]
