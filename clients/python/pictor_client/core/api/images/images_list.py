import datetime
from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.image_page import ImagePage
from ...models.image_state import ImageState
from ...models.include import Include
from ...models.problem import Problem
from ...models.sort import Sort
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    q: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    min_score: float | Unset = 0.0,
    owner: str | Unset = UNSET,
    collection: str | Unset = UNSET,
    state: ImageState | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    updated_after: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    camera: str | Unset = UNSET,
    lens: str | Unset = UNSET,
    iso: int | Unset = UNSET,
    near: str | Unset = UNSET,
    sort: Sort | Unset = UNSET,
    seed: int | Unset = 0,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    include: list[Include] | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["q"] = q

    json_label: list[str] | Unset = UNSET
    if not isinstance(label, Unset):
        json_label = label

    params["label"] = json_label

    json_any_label: list[str] | Unset = UNSET
    if not isinstance(any_label, Unset):
        json_any_label = any_label

    params["any_label"] = json_any_label

    json_not_label: list[str] | Unset = UNSET
    if not isinstance(not_label, Unset):
        json_not_label = not_label

    params["not_label"] = json_not_label

    json_tag: list[str] | Unset = UNSET
    if not isinstance(tag, Unset):
        json_tag = tag

    params["tag"] = json_tag

    params["min_score"] = min_score

    params["owner"] = owner

    params["collection"] = collection

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state.value

    params["state"] = json_state

    json_taken_after: str | Unset = UNSET
    if not isinstance(taken_after, Unset):
        json_taken_after = taken_after.isoformat()
    params["taken_after"] = json_taken_after

    json_taken_before: str | Unset = UNSET
    if not isinstance(taken_before, Unset):
        json_taken_before = taken_before.isoformat()
    params["taken_before"] = json_taken_before

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    json_created_before: str | Unset = UNSET
    if not isinstance(created_before, Unset):
        json_created_before = created_before.isoformat()
    params["created_before"] = json_created_before

    json_updated_after: str | Unset = UNSET
    if not isinstance(updated_after, Unset):
        json_updated_after = updated_after.isoformat()
    params["updated_after"] = json_updated_after

    params["min_width"] = min_width

    params["max_width"] = max_width

    params["min_height"] = min_height

    params["max_height"] = max_height

    params["camera"] = camera

    params["lens"] = lens

    params["iso"] = iso

    params["near"] = near

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort.value

    params["sort"] = json_sort

    params["seed"] = seed

    params["limit"] = limit

    params["cursor"] = cursor

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item = include_item_data.value
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/images",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ImagePage | Problem | None:
    if response.status_code == 200:
        response_200 = ImagePage.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 414:
        response_414 = Problem.from_dict(response.json())

        return response_414

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 431:
        response_431 = Problem.from_dict(response.json())

        return response_431

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | ImagePage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    q: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    min_score: float | Unset = 0.0,
    owner: str | Unset = UNSET,
    collection: str | Unset = UNSET,
    state: ImageState | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    updated_after: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    camera: str | Unset = UNSET,
    lens: str | Unset = UNSET,
    iso: int | Unset = UNSET,
    near: str | Unset = UNSET,
    sort: Sort | Unset = UNSET,
    seed: int | Unset = 0,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    include: list[Include] | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | ImagePage | Problem]:
    """Find images

     Everything you may see that fits, as pages. Without parameters: all, newest first.

    Args:
        q (str | Unset):
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        tag (list[str] | Unset):
        min_score (float | Unset):  Default: 0.0.
        owner (str | Unset):
        collection (str | Unset):
        state (ImageState | Unset): How far an image is: waiting for its labels, labelled and
            embedded, put off for a while, or given up.
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        updated_after (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        camera (str | Unset):
        lens (str | Unset):
        iso (int | Unset):
        near (str | Unset):
        sort (Sort | Unset): An order of images: best match first, newest or oldest first by
            upload or by when they were taken, or shuffled.

            An image of which nobody knows when it was taken stands where it was uploaded.
        seed (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 50.
        cursor (str | Unset):
        include (list[Include] | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ImagePage | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        label=label,
        any_label=any_label,
        not_label=not_label,
        tag=tag,
        min_score=min_score,
        owner=owner,
        collection=collection,
        state=state,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        updated_after=updated_after,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        camera=camera,
        lens=lens,
        iso=iso,
        near=near,
        sort=sort,
        seed=seed,
        limit=limit,
        cursor=cursor,
        include=include,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    q: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    min_score: float | Unset = 0.0,
    owner: str | Unset = UNSET,
    collection: str | Unset = UNSET,
    state: ImageState | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    updated_after: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    camera: str | Unset = UNSET,
    lens: str | Unset = UNSET,
    iso: int | Unset = UNSET,
    near: str | Unset = UNSET,
    sort: Sort | Unset = UNSET,
    seed: int | Unset = 0,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    include: list[Include] | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | ImagePage | Problem | None:
    """Find images

     Everything you may see that fits, as pages. Without parameters: all, newest first.

    Args:
        q (str | Unset):
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        tag (list[str] | Unset):
        min_score (float | Unset):  Default: 0.0.
        owner (str | Unset):
        collection (str | Unset):
        state (ImageState | Unset): How far an image is: waiting for its labels, labelled and
            embedded, put off for a while, or given up.
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        updated_after (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        camera (str | Unset):
        lens (str | Unset):
        iso (int | Unset):
        near (str | Unset):
        sort (Sort | Unset): An order of images: best match first, newest or oldest first by
            upload or by when they were taken, or shuffled.

            An image of which nobody knows when it was taken stands where it was uploaded.
        seed (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 50.
        cursor (str | Unset):
        include (list[Include] | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ImagePage | Problem
    """

    return sync_detailed(
        client=client,
        q=q,
        label=label,
        any_label=any_label,
        not_label=not_label,
        tag=tag,
        min_score=min_score,
        owner=owner,
        collection=collection,
        state=state,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        updated_after=updated_after,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        camera=camera,
        lens=lens,
        iso=iso,
        near=near,
        sort=sort,
        seed=seed,
        limit=limit,
        cursor=cursor,
        include=include,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    q: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    min_score: float | Unset = 0.0,
    owner: str | Unset = UNSET,
    collection: str | Unset = UNSET,
    state: ImageState | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    updated_after: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    camera: str | Unset = UNSET,
    lens: str | Unset = UNSET,
    iso: int | Unset = UNSET,
    near: str | Unset = UNSET,
    sort: Sort | Unset = UNSET,
    seed: int | Unset = 0,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    include: list[Include] | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | ImagePage | Problem]:
    """Find images

     Everything you may see that fits, as pages. Without parameters: all, newest first.

    Args:
        q (str | Unset):
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        tag (list[str] | Unset):
        min_score (float | Unset):  Default: 0.0.
        owner (str | Unset):
        collection (str | Unset):
        state (ImageState | Unset): How far an image is: waiting for its labels, labelled and
            embedded, put off for a while, or given up.
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        updated_after (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        camera (str | Unset):
        lens (str | Unset):
        iso (int | Unset):
        near (str | Unset):
        sort (Sort | Unset): An order of images: best match first, newest or oldest first by
            upload or by when they were taken, or shuffled.

            An image of which nobody knows when it was taken stands where it was uploaded.
        seed (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 50.
        cursor (str | Unset):
        include (list[Include] | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ImagePage | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        label=label,
        any_label=any_label,
        not_label=not_label,
        tag=tag,
        min_score=min_score,
        owner=owner,
        collection=collection,
        state=state,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        updated_after=updated_after,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        camera=camera,
        lens=lens,
        iso=iso,
        near=near,
        sort=sort,
        seed=seed,
        limit=limit,
        cursor=cursor,
        include=include,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    q: str | Unset = UNSET,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    min_score: float | Unset = 0.0,
    owner: str | Unset = UNSET,
    collection: str | Unset = UNSET,
    state: ImageState | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    updated_after: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    camera: str | Unset = UNSET,
    lens: str | Unset = UNSET,
    iso: int | Unset = UNSET,
    near: str | Unset = UNSET,
    sort: Sort | Unset = UNSET,
    seed: int | Unset = 0,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    include: list[Include] | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | ImagePage | Problem | None:
    """Find images

     Everything you may see that fits, as pages. Without parameters: all, newest first.

    Args:
        q (str | Unset):
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        tag (list[str] | Unset):
        min_score (float | Unset):  Default: 0.0.
        owner (str | Unset):
        collection (str | Unset):
        state (ImageState | Unset): How far an image is: waiting for its labels, labelled and
            embedded, put off for a while, or given up.
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        updated_after (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        camera (str | Unset):
        lens (str | Unset):
        iso (int | Unset):
        near (str | Unset):
        sort (Sort | Unset): An order of images: best match first, newest or oldest first by
            upload or by when they were taken, or shuffled.

            An image of which nobody knows when it was taken stands where it was uploaded.
        seed (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 50.
        cursor (str | Unset):
        include (list[Include] | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ImagePage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            q=q,
            label=label,
            any_label=any_label,
            not_label=not_label,
            tag=tag,
            min_score=min_score,
            owner=owner,
            collection=collection,
            state=state,
            taken_after=taken_after,
            taken_before=taken_before,
            created_after=created_after,
            created_before=created_before,
            updated_after=updated_after,
            min_width=min_width,
            max_width=max_width,
            min_height=min_height,
            max_height=max_height,
            camera=camera,
            lens=lens,
            iso=iso,
            near=near,
            sort=sort,
            seed=seed,
            limit=limit,
            cursor=cursor,
            include=include,
            if_none_match=if_none_match,
        )
    ).parsed
