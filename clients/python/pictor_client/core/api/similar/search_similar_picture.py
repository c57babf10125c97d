import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.collapse import Collapse
from ...models.mode import Mode
from ...models.problem import Problem
from ...models.similar_images import SimilarImages
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    owner: str | Unset = UNSET,
    q: str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    collection: str | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    limit: int | Unset = 12,
    min_score: float | Unset = 0.0,
    mode: Mode | Unset = UNSET,
    recall_probe: bool | Unset = False,
    collapse: Collapse | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

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

    params["owner"] = owner

    params["q"] = q

    json_tag: list[str] | Unset = UNSET
    if not isinstance(tag, Unset):
        json_tag = tag

    params["tag"] = json_tag

    params["collection"] = collection

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

    params["min_width"] = min_width

    params["max_width"] = max_width

    params["min_height"] = min_height

    params["max_height"] = max_height

    params["limit"] = limit

    params["min_score"] = min_score

    json_mode: str | Unset = UNSET
    if not isinstance(mode, Unset):
        json_mode = mode.value

    params["mode"] = json_mode

    params["recall_probe"] = recall_probe

    json_collapse: str | Unset = UNSET
    if not isinstance(collapse, Unset):
        json_collapse = collapse.value

    params["collapse"] = json_collapse

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/search/similar:picture",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SimilarImages | None:
    if response.status_code == 200:
        response_200 = SimilarImages.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 414:
        response_414 = Problem.from_dict(response.json())

        return response_414

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[Problem | SimilarImages]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    owner: str | Unset = UNSET,
    q: str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    collection: str | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    limit: int | Unset = 12,
    min_score: float | Unset = 0.0,
    mode: Mode | Unset = UNSET,
    recall_probe: bool | Unset = False,
    collapse: Collapse | Unset = UNSET,
) -> Response[Problem | SimilarImages]:
    """Find images like a picture

     The picture is the body, as application/octet-stream or as what it is (image/jpeg, image/png,
    image/webp, image/gif, image/heic, image/heif, image/avif, image/tiff, image/bmp, image/jp2,
    image/jxl). It has 100 MiB at the most, and is not kept.

    Args:
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        owner (str | Unset):
        q (str | Unset):
        tag (list[str] | Unset):
        collection (str | Unset):
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        limit (int | Unset):  Default: 12.
        min_score (float | Unset):  Default: 0.0.
        mode (Mode | Unset): How to search. AUTO is the fastest that the space has an index for.
        recall_probe (bool | Unset):  Default: False.
        collapse (Collapse | Unset): What becomes one hit.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SimilarImages]
    """

    kwargs = _get_kwargs(
        body=body,
        label=label,
        any_label=any_label,
        not_label=not_label,
        owner=owner,
        q=q,
        tag=tag,
        collection=collection,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        limit=limit,
        min_score=min_score,
        mode=mode,
        recall_probe=recall_probe,
        collapse=collapse,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: File,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    owner: str | Unset = UNSET,
    q: str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    collection: str | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    limit: int | Unset = 12,
    min_score: float | Unset = 0.0,
    mode: Mode | Unset = UNSET,
    recall_probe: bool | Unset = False,
    collapse: Collapse | Unset = UNSET,
) -> Problem | SimilarImages | None:
    """Find images like a picture

     The picture is the body, as application/octet-stream or as what it is (image/jpeg, image/png,
    image/webp, image/gif, image/heic, image/heif, image/avif, image/tiff, image/bmp, image/jp2,
    image/jxl). It has 100 MiB at the most, and is not kept.

    Args:
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        owner (str | Unset):
        q (str | Unset):
        tag (list[str] | Unset):
        collection (str | Unset):
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        limit (int | Unset):  Default: 12.
        min_score (float | Unset):  Default: 0.0.
        mode (Mode | Unset): How to search. AUTO is the fastest that the space has an index for.
        recall_probe (bool | Unset):  Default: False.
        collapse (Collapse | Unset): What becomes one hit.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SimilarImages
    """

    return sync_detailed(
        client=client,
        body=body,
        label=label,
        any_label=any_label,
        not_label=not_label,
        owner=owner,
        q=q,
        tag=tag,
        collection=collection,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        limit=limit,
        min_score=min_score,
        mode=mode,
        recall_probe=recall_probe,
        collapse=collapse,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    owner: str | Unset = UNSET,
    q: str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    collection: str | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    limit: int | Unset = 12,
    min_score: float | Unset = 0.0,
    mode: Mode | Unset = UNSET,
    recall_probe: bool | Unset = False,
    collapse: Collapse | Unset = UNSET,
) -> Response[Problem | SimilarImages]:
    """Find images like a picture

     The picture is the body, as application/octet-stream or as what it is (image/jpeg, image/png,
    image/webp, image/gif, image/heic, image/heif, image/avif, image/tiff, image/bmp, image/jp2,
    image/jxl). It has 100 MiB at the most, and is not kept.

    Args:
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        owner (str | Unset):
        q (str | Unset):
        tag (list[str] | Unset):
        collection (str | Unset):
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        limit (int | Unset):  Default: 12.
        min_score (float | Unset):  Default: 0.0.
        mode (Mode | Unset): How to search. AUTO is the fastest that the space has an index for.
        recall_probe (bool | Unset):  Default: False.
        collapse (Collapse | Unset): What becomes one hit.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SimilarImages]
    """

    kwargs = _get_kwargs(
        body=body,
        label=label,
        any_label=any_label,
        not_label=not_label,
        owner=owner,
        q=q,
        tag=tag,
        collection=collection,
        taken_after=taken_after,
        taken_before=taken_before,
        created_after=created_after,
        created_before=created_before,
        min_width=min_width,
        max_width=max_width,
        min_height=min_height,
        max_height=max_height,
        limit=limit,
        min_score=min_score,
        mode=mode,
        recall_probe=recall_probe,
        collapse=collapse,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: File,
    label: list[str] | Unset = UNSET,
    any_label: list[str] | Unset = UNSET,
    not_label: list[str] | Unset = UNSET,
    owner: str | Unset = UNSET,
    q: str | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    collection: str | Unset = UNSET,
    taken_after: datetime.datetime | Unset = UNSET,
    taken_before: datetime.datetime | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    min_width: int | Unset = UNSET,
    max_width: int | Unset = UNSET,
    min_height: int | Unset = UNSET,
    max_height: int | Unset = UNSET,
    limit: int | Unset = 12,
    min_score: float | Unset = 0.0,
    mode: Mode | Unset = UNSET,
    recall_probe: bool | Unset = False,
    collapse: Collapse | Unset = UNSET,
) -> Problem | SimilarImages | None:
    """Find images like a picture

     The picture is the body, as application/octet-stream or as what it is (image/jpeg, image/png,
    image/webp, image/gif, image/heic, image/heif, image/avif, image/tiff, image/bmp, image/jp2,
    image/jxl). It has 100 MiB at the most, and is not kept.

    Args:
        label (list[str] | Unset):
        any_label (list[str] | Unset):
        not_label (list[str] | Unset):
        owner (str | Unset):
        q (str | Unset):
        tag (list[str] | Unset):
        collection (str | Unset):
        taken_after (datetime.datetime | Unset):
        taken_before (datetime.datetime | Unset):
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        min_width (int | Unset):
        max_width (int | Unset):
        min_height (int | Unset):
        max_height (int | Unset):
        limit (int | Unset):  Default: 12.
        min_score (float | Unset):  Default: 0.0.
        mode (Mode | Unset): How to search. AUTO is the fastest that the space has an index for.
        recall_probe (bool | Unset):  Default: False.
        collapse (Collapse | Unset): What becomes one hit.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SimilarImages
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            label=label,
            any_label=any_label,
            not_label=not_label,
            owner=owner,
            q=q,
            tag=tag,
            collection=collection,
            taken_after=taken_after,
            taken_before=taken_before,
            created_after=created_after,
            created_before=created_before,
            min_width=min_width,
            max_width=max_width,
            min_height=min_height,
            max_height=max_height,
            limit=limit,
            min_score=min_score,
            mode=mode,
            recall_probe=recall_probe,
            collapse=collapse,
        )
    ).parsed
