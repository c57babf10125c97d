from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.format_ import Format
from ...models.preset import Preset
from ...models.problem import Problem
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    secret: str,
    image_id: UUID,
    preset: Preset,
    *,
    format_: Format | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    if_range: str | Unset = UNSET,
    range_: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    if not isinstance(if_range, Unset):
        headers["If-Range"] = if_range

    if not isinstance(range_, Unset):
        headers["Range"] = range_

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/shares/{secret}/images/{image_id}/variants/{preset}".format(
            secret=quote(str(secret), safe=""),
            image_id=quote(str(image_id), safe=""),
            preset=quote(str(preset), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | File | Problem | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if response.status_code == 206:
        response_206 = File(payload=BytesIO(response.content))

        return response_206

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())

        return response_410

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 414:
        response_414 = Problem.from_dict(response.json())

        return response_414

    if response.status_code == 416:
        response_416 = Problem.from_dict(response.json())

        return response_416

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
) -> Response[Any | File | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    secret: str,
    image_id: UUID,
    preset: Preset,
    *,
    client: AuthenticatedClient | Client,
    format_: Format | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    if_range: str | Unset = UNSET,
    range_: str | Unset = UNSET,
) -> Response[Any | File | Problem]:
    """Download a smaller copy of a shared image

     `thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata.

    Args:
        secret (str):
        image_id (UUID):
        preset (Preset): A size: at most 256 pixels, at most 1024, or all of them.
        format_ (Format | Unset): How a copy is encoded.
        if_none_match (str | Unset):
        if_range (str | Unset):
        range_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File | Problem]
    """

    kwargs = _get_kwargs(
        secret=secret,
        image_id=image_id,
        preset=preset,
        format_=format_,
        if_none_match=if_none_match,
        if_range=if_range,
        range_=range_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    secret: str,
    image_id: UUID,
    preset: Preset,
    *,
    client: AuthenticatedClient | Client,
    format_: Format | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    if_range: str | Unset = UNSET,
    range_: str | Unset = UNSET,
) -> Any | File | Problem | None:
    """Download a smaller copy of a shared image

     `thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata.

    Args:
        secret (str):
        image_id (UUID):
        preset (Preset): A size: at most 256 pixels, at most 1024, or all of them.
        format_ (Format | Unset): How a copy is encoded.
        if_none_match (str | Unset):
        if_range (str | Unset):
        range_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | File | Problem
    """

    return sync_detailed(
        secret=secret,
        image_id=image_id,
        preset=preset,
        client=client,
        format_=format_,
        if_none_match=if_none_match,
        if_range=if_range,
        range_=range_,
    ).parsed


async def asyncio_detailed(
    secret: str,
    image_id: UUID,
    preset: Preset,
    *,
    client: AuthenticatedClient | Client,
    format_: Format | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    if_range: str | Unset = UNSET,
    range_: str | Unset = UNSET,
) -> Response[Any | File | Problem]:
    """Download a smaller copy of a shared image

     `thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata.

    Args:
        secret (str):
        image_id (UUID):
        preset (Preset): A size: at most 256 pixels, at most 1024, or all of them.
        format_ (Format | Unset): How a copy is encoded.
        if_none_match (str | Unset):
        if_range (str | Unset):
        range_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File | Problem]
    """

    kwargs = _get_kwargs(
        secret=secret,
        image_id=image_id,
        preset=preset,
        format_=format_,
        if_none_match=if_none_match,
        if_range=if_range,
        range_=range_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    secret: str,
    image_id: UUID,
    preset: Preset,
    *,
    client: AuthenticatedClient | Client,
    format_: Format | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    if_range: str | Unset = UNSET,
    range_: str | Unset = UNSET,
) -> Any | File | Problem | None:
    """Download a smaller copy of a shared image

     `thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata.

    Args:
        secret (str):
        image_id (UUID):
        preset (Preset): A size: at most 256 pixels, at most 1024, or all of them.
        format_ (Format | Unset): How a copy is encoded.
        if_none_match (str | Unset):
        if_range (str | Unset):
        range_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | File | Problem
    """

    return (
        await asyncio_detailed(
            secret=secret,
            image_id=image_id,
            preset=preset,
            client=client,
            format_=format_,
            if_none_match=if_none_match,
            if_range=if_range,
            range_=range_,
        )
    ).parsed
