from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.image_restore_results import ImageRestoreResults
from ...models.problem import Problem
from ...models.trash_selection import TrashSelection
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: TrashSelection,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/trash:restore",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ImageRestoreResults | Problem | None:
    if response.status_code == 200:
        response_200 = ImageRestoreResults.from_dict(response.json())

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
) -> Response[ImageRestoreResults | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: TrashSelection,
    idempotency_key: str | Unset = UNSET,
) -> Response[ImageRestoreResults | Problem]:
    """Restore deleted images

     Labels, decisions, tags and collections are as they were; vectors are made again in the background.
    Each on its own: one that is not in the trash says so in its item, and so does one whose bytes you
    sent again meanwhile. At most 500 at once: while `remaining` is above 0, ask again for the others.

    Args:
        idempotency_key (str | Unset):
        body (TrashSelection): Which of your images in the trash: some, or all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ImageRestoreResults | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: TrashSelection,
    idempotency_key: str | Unset = UNSET,
) -> ImageRestoreResults | Problem | None:
    """Restore deleted images

     Labels, decisions, tags and collections are as they were; vectors are made again in the background.
    Each on its own: one that is not in the trash says so in its item, and so does one whose bytes you
    sent again meanwhile. At most 500 at once: while `remaining` is above 0, ask again for the others.

    Args:
        idempotency_key (str | Unset):
        body (TrashSelection): Which of your images in the trash: some, or all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ImageRestoreResults | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: TrashSelection,
    idempotency_key: str | Unset = UNSET,
) -> Response[ImageRestoreResults | Problem]:
    """Restore deleted images

     Labels, decisions, tags and collections are as they were; vectors are made again in the background.
    Each on its own: one that is not in the trash says so in its item, and so does one whose bytes you
    sent again meanwhile. At most 500 at once: while `remaining` is above 0, ask again for the others.

    Args:
        idempotency_key (str | Unset):
        body (TrashSelection): Which of your images in the trash: some, or all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ImageRestoreResults | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: TrashSelection,
    idempotency_key: str | Unset = UNSET,
) -> ImageRestoreResults | Problem | None:
    """Restore deleted images

     Labels, decisions, tags and collections are as they were; vectors are made again in the background.
    Each on its own: one that is not in the trash says so in its item, and so does one whose bytes you
    sent again meanwhile. At most 500 at once: while `remaining` is above 0, ask again for the others.

    Args:
        idempotency_key (str | Unset):
        body (TrashSelection): Which of your images in the trash: some, or all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ImageRestoreResults | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
