from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.classification import Classification
from ...models.problem import Problem
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    top_k: int | Unset = 5,
    min_score: float | Unset = 0.0,
    model: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["top_k"] = top_k

    params["min_score"] = min_score

    params["model"] = model

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/classify",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Classification | Problem | None:
    if response.status_code == 200:
        response_200 = Classification.from_dict(response.json())

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
) -> Response[Classification | Problem]:
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
    top_k: int | Unset = 5,
    min_score: float | Unset = 0.0,
    model: str | Unset = UNSET,
) -> Response[Classification | Problem]:
    """Label an image without keeping it

     Sends back the most probable of the model's labels. The image is the body, as application/octet-
    stream or as what it is (image/jpeg, image/png, image/webp, image/gif, image/heic, image/heif,
    image/avif, image/tiff, image/bmp, image/jp2, image/jxl); 100 MiB at most. Of an animation the first
    frame counts. Nothing is stored. A form is taken here too, as `/v1/classify:upload` describes it.

    Args:
        top_k (int | Unset):  Default: 5.
        min_score (float | Unset):  Default: 0.0.
        model (str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Classification | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        top_k=top_k,
        min_score=min_score,
        model=model,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: File,
    top_k: int | Unset = 5,
    min_score: float | Unset = 0.0,
    model: str | Unset = UNSET,
) -> Classification | Problem | None:
    """Label an image without keeping it

     Sends back the most probable of the model's labels. The image is the body, as application/octet-
    stream or as what it is (image/jpeg, image/png, image/webp, image/gif, image/heic, image/heif,
    image/avif, image/tiff, image/bmp, image/jp2, image/jxl); 100 MiB at most. Of an animation the first
    frame counts. Nothing is stored. A form is taken here too, as `/v1/classify:upload` describes it.

    Args:
        top_k (int | Unset):  Default: 5.
        min_score (float | Unset):  Default: 0.0.
        model (str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Classification | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        top_k=top_k,
        min_score=min_score,
        model=model,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    top_k: int | Unset = 5,
    min_score: float | Unset = 0.0,
    model: str | Unset = UNSET,
) -> Response[Classification | Problem]:
    """Label an image without keeping it

     Sends back the most probable of the model's labels. The image is the body, as application/octet-
    stream or as what it is (image/jpeg, image/png, image/webp, image/gif, image/heic, image/heif,
    image/avif, image/tiff, image/bmp, image/jp2, image/jxl); 100 MiB at most. Of an animation the first
    frame counts. Nothing is stored. A form is taken here too, as `/v1/classify:upload` describes it.

    Args:
        top_k (int | Unset):  Default: 5.
        min_score (float | Unset):  Default: 0.0.
        model (str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Classification | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        top_k=top_k,
        min_score=min_score,
        model=model,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: File,
    top_k: int | Unset = 5,
    min_score: float | Unset = 0.0,
    model: str | Unset = UNSET,
) -> Classification | Problem | None:
    """Label an image without keeping it

     Sends back the most probable of the model's labels. The image is the body, as application/octet-
    stream or as what it is (image/jpeg, image/png, image/webp, image/gif, image/heic, image/heif,
    image/avif, image/tiff, image/bmp, image/jp2, image/jxl); 100 MiB at most. Of an animation the first
    frame counts. Nothing is stored. A form is taken here too, as `/v1/classify:upload` describes it.

    Args:
        top_k (int | Unset):  Default: 5.
        min_score (float | Unset):  Default: 0.0.
        model (str | Unset):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Classification | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            top_k=top_k,
            min_score=min_score,
            model=model,
        )
    ).parsed
