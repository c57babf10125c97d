from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.share_create import ShareCreate
from ...models.share_with_secret import ShareWithSecret
from ...types import UNSET, Response, Unset


def _get_kwargs(
    collection_id: str,
    *,
    body: ShareCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/collections/{collection_id}/shares".format(
            collection_id=quote(str(collection_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ShareWithSecret | None:
    if response.status_code == 201:
        response_201 = ShareWithSecret.from_dict(response.json())

        return response_201

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
) -> Response[Problem | ShareWithSecret]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    collection_id: str,
    *,
    client: AuthenticatedClient,
    body: ShareCreate,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | ShareWithSecret]:
    """Share a collection by a link

     Who has the link sees your own images in the collection, as it is by then, without signing in: the
    pictures, and what `fields` names. The answer shows the secret, this once, and for 24 h under the
    same Idempotency-Key.

    Args:
        collection_id (str):
        idempotency_key (str | Unset):
        body (ShareCreate): A share link to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShareWithSecret]
    """

    kwargs = _get_kwargs(
        collection_id=collection_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    collection_id: str,
    *,
    client: AuthenticatedClient,
    body: ShareCreate,
    idempotency_key: str | Unset = UNSET,
) -> Problem | ShareWithSecret | None:
    """Share a collection by a link

     Who has the link sees your own images in the collection, as it is by then, without signing in: the
    pictures, and what `fields` names. The answer shows the secret, this once, and for 24 h under the
    same Idempotency-Key.

    Args:
        collection_id (str):
        idempotency_key (str | Unset):
        body (ShareCreate): A share link to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShareWithSecret
    """

    return sync_detailed(
        collection_id=collection_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    collection_id: str,
    *,
    client: AuthenticatedClient,
    body: ShareCreate,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | ShareWithSecret]:
    """Share a collection by a link

     Who has the link sees your own images in the collection, as it is by then, without signing in: the
    pictures, and what `fields` names. The answer shows the secret, this once, and for 24 h under the
    same Idempotency-Key.

    Args:
        collection_id (str):
        idempotency_key (str | Unset):
        body (ShareCreate): A share link to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShareWithSecret]
    """

    kwargs = _get_kwargs(
        collection_id=collection_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    collection_id: str,
    *,
    client: AuthenticatedClient,
    body: ShareCreate,
    idempotency_key: str | Unset = UNSET,
) -> Problem | ShareWithSecret | None:
    """Share a collection by a link

     Who has the link sees your own images in the collection, as it is by then, without signing in: the
    pictures, and what `fields` names. The answer shows the secret, this once, and for 24 h under the
    same Idempotency-Key.

    Args:
        collection_id (str):
        idempotency_key (str | Unset):
        body (ShareCreate): A share link to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShareWithSecret
    """

    return (
        await asyncio_detailed(
            collection_id=collection_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
