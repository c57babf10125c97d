from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.image_upload import ImageUpload
from ...models.problem import Problem
from ...models.uploaded_image import UploadedImage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ImageUpload,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/images:upload",
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | UploadedImage | None:
    if response.status_code == 200:
        response_200 = UploadedImage.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = UploadedImage.from_dict(response.json())

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
) -> Response[Problem | UploadedImage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ImageUpload,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Response[Problem | UploadedImage]:
    """Keep an image that comes as a form

     As `POST /v1/images`, for clients that send files as forms. It is labelled and embedded in the
    background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the image that
    is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is said of it. If
    the original of that image is lost or damaged, these bytes take its place, with `mended: true`. If
    the image is in the trash, it is restored as it was, with `restored: true`.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (ImageUpload): An image as a form, with what is said of it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadedImage]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ImageUpload,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Problem | UploadedImage | None:
    """Keep an image that comes as a form

     As `POST /v1/images`, for clients that send files as forms. It is labelled and embedded in the
    background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the image that
    is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is said of it. If
    the original of that image is lost or damaged, these bytes take its place, with `mended: true`. If
    the image is in the trash, it is restored as it was, with `restored: true`.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (ImageUpload): An image as a form, with what is said of it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | UploadedImage
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ImageUpload,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Response[Problem | UploadedImage]:
    """Keep an image that comes as a form

     As `POST /v1/images`, for clients that send files as forms. It is labelled and embedded in the
    background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the image that
    is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is said of it. If
    the original of that image is lost or damaged, these bytes take its place, with `mended: true`. If
    the image is in the trash, it is restored as it was, with `restored: true`.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (ImageUpload): An image as a form, with what is said of it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadedImage]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ImageUpload,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Problem | UploadedImage | None:
    """Keep an image that comes as a form

     As `POST /v1/images`, for clients that send files as forms. It is labelled and embedded in the
    background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the image that
    is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is said of it. If
    the original of that image is lost or damaged, these bytes take its place, with `mended: true`. If
    the image is in the trash, it is restored as it was, with `restored: true`.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (ImageUpload): An image as a form, with what is said of it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | UploadedImage
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            prefer=prefer,
        )
    ).parsed
