from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.image_labels import ImageLabels
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    image_id: UUID,
    label_id: str,
    *,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/images/{image_id}/labels/{label_id}:reject".format(
            image_id=quote(str(image_id), safe=""),
            label_id=quote(str(label_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ImageLabels | Problem | None:
    if response.status_code == 200:
        response_200 = ImageLabels.from_dict(response.json())

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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
) -> Response[ImageLabels | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    image_id: UUID,
    label_id: str,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
) -> Response[ImageLabels | Problem]:
    """Reject a label

     The image is no longer found by it, also when the model gives it again. `If-Match` takes the ETag of
    the image's labels. Doing it again changes nothing.

    Args:
        image_id (UUID):
        label_id (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ImageLabels | Problem]
    """

    kwargs = _get_kwargs(
        image_id=image_id,
        label_id=label_id,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    image_id: UUID,
    label_id: str,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
) -> ImageLabels | Problem | None:
    """Reject a label

     The image is no longer found by it, also when the model gives it again. `If-Match` takes the ETag of
    the image's labels. Doing it again changes nothing.

    Args:
        image_id (UUID):
        label_id (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ImageLabels | Problem
    """

    return sync_detailed(
        image_id=image_id,
        label_id=label_id,
        client=client,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    image_id: UUID,
    label_id: str,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
) -> Response[ImageLabels | Problem]:
    """Reject a label

     The image is no longer found by it, also when the model gives it again. `If-Match` takes the ETag of
    the image's labels. Doing it again changes nothing.

    Args:
        image_id (UUID):
        label_id (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ImageLabels | Problem]
    """

    kwargs = _get_kwargs(
        image_id=image_id,
        label_id=label_id,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    image_id: UUID,
    label_id: str,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
) -> ImageLabels | Problem | None:
    """Reject a label

     The image is no longer found by it, also when the model gives it again. `If-Match` takes the ETag of
    the image's labels. Doing it again changes nothing.

    Args:
        image_id (UUID):
        label_id (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ImageLabels | Problem
    """

    return (
        await asyncio_detailed(
            image_id=image_id,
            label_id=label_id,
            client=client,
            if_match=if_match,
        )
    ).parsed
