"""`include=explain`: what made each image match."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.kit.testing.postgres import TestPostgres
from tests.catalog.fakes import DOGS
from tests.catalog.library import Library, a_library

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOG, AMSTAFF, STAFFORDSHIRE, BOXER = "n02084071", "n02093428", "n02093256", "n02108089"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """Tom, the cat, was also called a dog by hand, and its best label was rejected."""
    async with a_library(postgres, tmp_path_factory.mktemp("library")) as library:
        tom = f"/v1/images/{library.images['Tom']['id']}/labels"
        for method, what in (("PUT", DOG), ("POST", "n02123045:reject")):
            assert (await library.catalog.client.request(method, f"{tom}/{what}")).status_code == 200
        yield library


async def explained(library: Library, *, by: int = 1, **wanted: Any) -> dict[str, list[dict[str, Any]]]:
    """Give the matches of each image found, by its title."""
    answer = await library.catalog.user(by).get("/v1/images", params={**wanted, "include": "explain"})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert [item["id"] for item in page["items"]] == [item["image_id"] for item in page["explain"]]
    return {item["title"]: found["matches"] for item, found in zip(page["items"], page["explain"], strict=True)}


def paths(matches: list[dict[str, Any]]) -> list[list[str]]:
    return [[step["name"] for step in match["path"]] for match in matches]


async def test_a_label_asked_for_leads_down_to_the_label_borne(library: Library) -> None:
    rex = (await explained(library, label="dog"))["Rex"]
    assert rex[0] == {
        "parameter": "label",
        "value": "dog",
        "by": "ancestor",
        "term": "dog",
        "words": [],
        "label": {
            "id": AMSTAFF,
            "name": "American Staffordshire terrier",
            "score": pytest.approx(0.9),
            "source": "model",
            "status": "suggested",
        },
        "path": [
            {"id": DOG, "name": "dog"},
            {"id": "n02087122", "name": "hunting dog"},
            {"id": "n02092468", "name": "terrier"},
            {"id": "n02093056", "name": "bullterrier"},
            {"id": AMSTAFF, "name": "American Staffordshire terrier"},
        ],
    }
    assert [match["label"]["id"] for match in rex] == list(DOGS)


async def test_a_label_by_hand_says_so(library: Library) -> None:
    [match] = (await explained(library, label=DOG))["Tom"]
    assert (match["by"], match["value"], match["path"]) == ("label", DOG, [{"id": DOG, "name": "dog"}])
    assert match["label"] == {"id": DOG, "name": "dog", "score": 1.0, "source": "user", "status": "confirmed"}


@pytest.mark.parametrize(("asked", "by", "term"), [
    ("American Staffordshire terrier", "label", "American Staffordshire terrier"),
    ("american_staffordshire_terrier", "label", "American Staffordshire terrier"),
    (AMSTAFF, "label", "American Staffordshire terrier"),
    ("pit bull terrier", "synonym", "pit bull terrier"),
    ("domestic dog", "ancestor", "dog"),
])  # fmt: skip
async def test_it_says_how_the_name_leads_to_the_label(library: Library, asked: str, by: str, term: str) -> None:
    match = (await explained(library, label=asked))["Rex"][0]
    assert (match["by"], match["term"], match["label"]["id"]) == (by, term, AMSTAFF)


async def test_what_was_rejected_or_scores_too_low_is_no_reason(library: Library) -> None:
    tom = (await explained(library, label="cat"))["Tom"]
    assert "n02123045" not in {match["label"]["id"] for match in tom}
    rex = (await explained(library, label="dog", min_score=0.05))["Rex"]
    assert [match["label"]["id"] for match in rex] == [AMSTAFF, STAFFORDSHIRE]


async def test_every_parameter_that_says_why_has_its_match(library: Library) -> None:
    matches = (await explained(library, label="boxer", any_label=["elephant", "terrier"], tag=" PET ", q="rex"))["Rex"]
    told = [(match["parameter"], match["value"], match["by"], match["term"]) for match in matches]
    assert told == [
        ("label", "boxer", "label", "boxer"),
        ("any_label", "terrier", "ancestor", "terrier"),
        ("any_label", "terrier", "ancestor", "terrier"),
        ("tag", " PET ", "tag", "pet"),
        ("q", "rex", "title", None),
    ]


WORDS: list[tuple[str, str, list[tuple[str, str | None, list[str]]]]] = [
    ("REX", "Rex", [("title", None, ["REX"])]),
    ("beaches", "Rex", [("tag", "beach", ["beaches"])]),
    ("sleeping sofas asleep", "", []),
    ("sofas asleep", "Tom", [("description", None, ["sofas", "asleep"])]),
    ("pet -elephant", "Rex", [("tag", "pet", ["pet"])]),
    ('pet -"beach rex"', "Rex", [("tag", "pet", ["pet"])]),
    ("sofa OR zoo", "Jumbo", [("tag", "zoo", ["zoo"])]),
    ('"asleep on the sofa"', "Tom", [("description", None, ["asleep", "on", "the", "sofa"])]),
    ("rhodesian", "Rex", [("label", "Rhodesian ridgeback", ["rhodesian"])]),
    ("pit bull beach", "Rex", [("tag", "beach", ["beach"]), ("synonym", "American pit bull terrier", ["pit", "bull"])]),
    ("pachyderms", "Jumbo", [("ancestor", "pachyderm", ["pachyderms"])] * 2),
    ("true cat pet", "Tom", [("tag", "pet", ["pet"]), ("label", "tiger cat", ["cat"])]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "title", "told"), WORDS, ids=[query for query, *_ in WORDS])
async def test_it_says_which_words_stand_where(
    library: Library, query: str, title: str, told: list[tuple[str, str | None, list[str]]]
) -> None:
    found = await explained(library, q=query)
    if not title:
        assert found == {}
        return
    found_by = [(match["by"], match["term"], match["words"]) for match in found[title]]
    assert (found_by[0], [reason for reason in told if reason not in found_by]) == (told[0], [])
    assert {(match["parameter"], match["value"]) for match in found[title]} == {("q", query)}


async def test_a_word_leads_down_to_the_label_by_the_nearest_way(library: Library) -> None:
    matches = [match for match in (await explained(library, q="terrier"))["Rex"] if match["label"]]
    assert [(match["label"]["id"], match["by"]) for match in matches] == [
        (AMSTAFF, "label"),
        (STAFFORDSHIRE, "synonym"),
    ]
    matches = (await explained(library, q="hunting"))["Rex"]
    assert paths(matches)[0] == ["hunting dog", "terrier", "bullterrier", "American Staffordshire terrier"]


@pytest.mark.parametrize("query", [
    "animal", "dog pet", "dog beach", "mammal OR fruit", "domestic animals", "pet -dog", "it's a dog", "dog's",
    "well-known OR cat", "cat/dog OR dog", "100%", "o'brien OR \\ OR ' OR dog", '"pit bull" terrier', "-dog",
    "dog OR -cat", "http://example.org/cat OR cat", "42 OR -7 OR dog",
])  # fmt: skip
async def test_whatever_is_found_by_words_is_explained_by_words_of_the_query(library: Library, query: str) -> None:
    found = await explained(library, q=query)
    assert list(found) == await library.titles(q=query)
    for title, matches in found.items():
        assert matches or query.startswith("-") or "OR -" in query, title
        for match in matches:
            assert match["words"]
            assert all(word in query for word in match["words"])
            assert "elephant" not in match["words"]


async def test_it_is_told_only_when_asked_and_a_cursor_fits_both(library: Library) -> None:
    plain = (await library.catalog.client.get("/v1/images", params={"label": "dog", "limit": 1})).json()
    assert plain["explain"] is None
    more = {"label": "dog", "limit": 1, "cursor": plain["next_cursor"], "include": "explain"}
    page = (await library.catalog.client.get("/v1/images", params=more)).json()
    assert [item["image_id"] for item in page["explain"]] == [page["items"][0]["id"]]
    nothing = (await library.catalog.client.get("/v1/images?q=nothing&include=explain")).json()
    assert (nothing["items"], nothing["explain"]) == ([], [])


async def test_filters_that_say_nothing_of_why_leave_it_empty(library: Library) -> None:
    assert await explained(library, owner="me", sort="created_at") == {
        "Rex": [], "Tom": [], "Jumbo": [], "Breakfast": [],
    }  # fmt: skip


async def test_what_is_hidden_is_not_explained_to_others(library: Library) -> None:
    assert set(await explained(library, by=3, q="pet")) == {"Bob's dog", "Tom"}
