from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.account import Account
from ...models.images_of_deleted import ImagesOfDeleted
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    user_id: UUID,
    *,
    images: ImagesOfDeleted,
    keep_for: UUID | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_images = images.value
    params["images"] = json_images

    json_keep_for: str | Unset = UNSET
    if not isinstance(keep_for, Unset):
        json_keep_for = str(keep_for)
    params["keep_for"] = json_keep_for

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/users/{user_id}".format(
            user_id=quote(str(user_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Account | Problem | None:
    if response.status_code == 202:
        response_202 = Account.from_dict(response.json())

        return response_202

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
) -> Response[Account | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    images: ImagesOfDeleted,
    keep_for: UUID | Unset = UNSET,
) -> Response[Account | Problem]:
    """Delete an account

     For admins, and for good. Signed out everywhere within 5 s; keys and share links end.
    `images=delete` deletes images and collections too, `images=keep_for` hands them to the user
    `keep_for`: private ones stay private, favorites go, and where that user has the same bytes the own
    image stays. It runs in the background, also after a restart of the server; `GET` is 404 once it is
    over, which takes as long as an upload may. Sent again, it changes nothing.

    Args:
        user_id (UUID):
        images (ImagesOfDeleted): What becomes of the images of an account that is deleted.
        keep_for (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Account | Problem]
    """

    kwargs = _get_kwargs(
        user_id=user_id,
        images=images,
        keep_for=keep_for,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    images: ImagesOfDeleted,
    keep_for: UUID | Unset = UNSET,
) -> Account | Problem | None:
    """Delete an account

     For admins, and for good. Signed out everywhere within 5 s; keys and share links end.
    `images=delete` deletes images and collections too, `images=keep_for` hands them to the user
    `keep_for`: private ones stay private, favorites go, and where that user has the same bytes the own
    image stays. It runs in the background, also after a restart of the server; `GET` is 404 once it is
    over, which takes as long as an upload may. Sent again, it changes nothing.

    Args:
        user_id (UUID):
        images (ImagesOfDeleted): What becomes of the images of an account that is deleted.
        keep_for (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Account | Problem
    """

    return sync_detailed(
        user_id=user_id,
        client=client,
        images=images,
        keep_for=keep_for,
    ).parsed


async def asyncio_detailed(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    images: ImagesOfDeleted,
    keep_for: UUID | Unset = UNSET,
) -> Response[Account | Problem]:
    """Delete an account

     For admins, and for good. Signed out everywhere within 5 s; keys and share links end.
    `images=delete` deletes images and collections too, `images=keep_for` hands them to the user
    `keep_for`: private ones stay private, favorites go, and where that user has the same bytes the own
    image stays. It runs in the background, also after a restart of the server; `GET` is 404 once it is
    over, which takes as long as an upload may. Sent again, it changes nothing.

    Args:
        user_id (UUID):
        images (ImagesOfDeleted): What becomes of the images of an account that is deleted.
        keep_for (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Account | Problem]
    """

    kwargs = _get_kwargs(
        user_id=user_id,
        images=images,
        keep_for=keep_for,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    images: ImagesOfDeleted,
    keep_for: UUID | Unset = UNSET,
) -> Account | Problem | None:
    """Delete an account

     For admins, and for good. Signed out everywhere within 5 s; keys and share links end.
    `images=delete` deletes images and collections too, `images=keep_for` hands them to the user
    `keep_for`: private ones stay private, favorites go, and where that user has the same bytes the own
    image stays. It runs in the background, also after a restart of the server; `GET` is 404 once it is
    over, which takes as long as an upload may. Sent again, it changes nothing.

    Args:
        user_id (UUID):
        images (ImagesOfDeleted): What becomes of the images of an account that is deleted.
        keep_for (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Account | Problem
    """

    return (
        await asyncio_detailed(
            user_id=user_id,
            client=client,
            images=images,
            keep_for=keep_for,
        )
    ).parsed
