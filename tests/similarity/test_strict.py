"""Nothing in silence, where pictures are searched with: what would not be used is refused."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.kit.testing.apps import a_user
from tests.photographs import drawn
from tests.similarity.asking import FORM, PICTURE, SEARCH, asked, axis, files_left
from tests.similarity.stage import OWNER, Stage, ids

AN_ID = str(UUID(int=1))
OTHER = a_user(2)


@pytest.mark.parametrize("path", [SEARCH, FORM])
async def test_filters_in_the_query_beside_a_body_that_has_its_own_are_refused(stage: Stage, path: str) -> None:
    await stage.keep(drawn(1))
    body: dict[str, Any] = {"json": {"like": [{"image_id": AN_ID}]}}
    if path == FORM:
        body = {"files": {"file": ("x.jpg", drawn(1), "image/jpeg")}}
    for name, value in (("label", "dog"), ("limit", "1"), ("owner", "me"), ("mode", "exact")):
        answer = await stage.client.post(path, params={name: value}, **body)
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/query/{name}"]
        assert answer.json()["errors"][0]["code"] == "unknown_parameter"


async def test_an_option_that_is_unknown_or_doubled_is_refused(stage: Stage) -> None:
    for query, pointer, said in (
        ("tags=x", "/query/tags", "Did you mean 'tag'?"),
        ("min_scores=0.5", "/query/min_scores", "Did you mean 'min_score'?"),
        ("limit=1&limit=2", "/query/limit", "may be given once"),
        ("limit=1.0", "/query/limit", "whole number"),
        ("recall_probe=1", "/query/recall_probe", "true or false"),
        ("taken_after=2020-01-01", "/query/taken_after", "time with its zone"),
    ):
        for method, path in (("POST", PICTURE), ("GET", f"/v1/images/{AN_ID}/similar")):
            sent = {"content": drawn(1), "headers": {"content-type": "image/jpeg"}} if method == "POST" else {}
            answer = await stage.client.request(method, f"{path}?{query}", **sent)
            assert answer.status_code == 422, (query, answer.text)
            [error] = answer.json()["errors"]
            assert (error["pointer"], said in error["message"]) == (pointer, True), error


async def test_parts_of_a_form_that_nothing_uses_are_refused(stage: Stage) -> None:
    before = files_left()
    picture = ("x.jpg", drawn(1), "image/jpeg")
    request = json.dumps({"like": [{"upload": "a"}]})
    for data, files, pointer, code in (
        ({"request": request, "limit": "3"}, {"a": picture}, "/limit", "unknown_parameter"),
        ({"request": [request, request]}, {"a": picture}, "/request", "repeated_parameter"),
        ({"request": request}, {"a": picture, "b": picture}, "/b", "unused_file"),
        ({}, {"picture": picture}, "/request/like/0/upload", "unknown_upload"),
        ({"query": request}, {"file": picture}, "/query", "unknown_parameter"),
    ):
        answer = await stage.client.post(FORM, data=data, files=files)
        assert answer.status_code == 422, answer.text
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert files_left() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limits": 5}, "/limits"),
        ({"filter": {"tags": ["x"]}}, "/filter/tags"),
        ({"limit": "5"}, "/limit"),
        ({"limit": True}, "/limit"),
        ({"limit": 5.5}, "/limit"),
        ({"min_score": "0.5"}, "/min_score"),
        ({"min_score": False}, "/min_score"),
        ({"recall_probe": 1}, "/recall_probe"),
        ({"filter": {"min_width": "5"}}, "/filter/min_width"),
        ({"filter": {"taken_after": 1700000000}}, "/filter/taken_after"),
        ({"filter": {"taken_after": "2020-01-01"}}, "/filter/taken_after"),
        ({"like": [{"vector": [True, 1]}]}, "/like/0/vector/0"),
        ({"like": [{"vector": ["1", 1]}]}, "/like/0/vector/0"),
    ],
)
async def test_json_is_taken_by_its_types_alone_and_as_a_form_too(
    stage: Stage, body: dict[str, Any], pointer: str
) -> None:
    whole = {"like": [{"image_id": AN_ID}], **body}
    answer = await asked(stage, **whole)
    form = await stage.client.post(FORM, data={"request": json.dumps(whole)}, files={"x": ("x", b"x")})
    for refused, place in ((answer, pointer), (form, f"/request{pointer}")):
        assert refused.status_code == 422, refused.text
        assert [error["pointer"] for error in refused.json()["errors"]] == [place]


async def test_a_name_twice_in_the_json_of_a_form_is_refused(stage: Stage) -> None:
    raw = '{"like": [{"upload": "x"}], "limit": 1, "limit": 2}'
    for answer in (
        await stage.client.post(FORM, data={"request": raw}, files={"x": ("x", drawn(1))}),
        await stage.client.post(SEARCH, content=raw, headers={"content-type": "application/json"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_an_owner_by_id_and_as_me_is_known_to_the_index(stage: Stage) -> None:
    mine = await stage.put(axis(1, 0.1))
    theirs = await stage.put(axis(1, 0.2), owner=OTHER, public=True)
    for owner, found in (
        ("me", [mine]), ("ME", [mine]), (str(OWNER.identity), [mine]), (str(OTHER.identity).upper(), [theirs]),
        (OTHER.identity.hex, [theirs]),
    ):  # fmt: skip
        answer = await asked(stage, like=[{"vector": axis(1).tolist()}], filter={"owner": owner})
        assert ids(answer.json()) == found


async def test_an_owner_by_name_is_asked_of_the_catalog(stage: Stage) -> None:
    mine, theirs = await stage.put(axis(1, 0.1)), await stage.put(axis(1, 0.2), owner=OTHER, public=True)
    stage.catalog.images[theirs].owner_name = "bob"
    for owner, found in (("Bob", [theirs]), ("bob", [theirs]), ("FAKE", [mine]), ("nobody", [])):
        answer = await asked(stage, like=[{"vector": axis(1).tolist()}], filter={"owner": owner})
        assert (answer.status_code, ids(answer.json())) == (200, found)


async def test_what_is_no_owner_is_refused(stage: Stage) -> None:
    for owner in ("", "x" * 101, "a\0b", 7, True, None):
        answer = await asked(stage, like=[{"image_id": AN_ID}], filter={"owner": owner})
        assert answer.status_code == (404 if owner is None else 422), answer.text
