from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.on_duplicate import OnDuplicate
from ...models.problem import Problem
from ...models.uploaded_image import UploadedImage
from ...models.visibility import Visibility
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    title: str | Unset = "",
    description: str | Unset = "",
    tags: list[str] | Unset = UNSET,
    visibility: Visibility | Unset = UNSET,
    file_name: str | Unset = "",
    import_keywords: bool | Unset = False,
    on_duplicate: OnDuplicate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    params: dict[str, Any] = {}

    params["title"] = title

    params["description"] = description

    json_tags: list[str] | Unset = UNSET
    if not isinstance(tags, Unset):
        json_tags = tags

    params["tags"] = json_tags

    json_visibility: str | Unset = UNSET
    if not isinstance(visibility, Unset):
        json_visibility = visibility.value

    params["visibility"] = json_visibility

    params["file_name"] = file_name

    params["import_keywords"] = import_keywords

    json_on_duplicate: str | Unset = UNSET
    if not isinstance(on_duplicate, Unset):
        json_on_duplicate = on_duplicate.value

    params["on_duplicate"] = json_on_duplicate

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/images",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

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
    body: File,
    title: str | Unset = "",
    description: str | Unset = "",
    tags: list[str] | Unset = UNSET,
    visibility: Visibility | Unset = UNSET,
    file_name: str | Unset = "",
    import_keywords: bool | Unset = False,
    on_duplicate: OnDuplicate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Response[Problem | UploadedImage]:
    """Keep an image

     Its bytes are the body, and the query says what there is to say of it. It is labelled and embedded
    in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the
    image that is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is
    said of it. If the original of that image is lost or damaged, these bytes take its place, with
    `mended: true`. If the image is in the trash, it is restored as it was, with `restored: true`. A
    form is taken here too, as `/v1/images:upload` describes it.

    Args:
        title (str | Unset):  Default: ''.
        description (str | Unset):  Default: ''.
        tags (list[str] | Unset):
        visibility (Visibility | Unset): Who may see an image: every signed-in user, or its owner
            alone.
        file_name (str | Unset):  Default: ''.
        import_keywords (bool | Unset):  Default: False.
        on_duplicate (OnDuplicate | Unset): What becomes of what is said of an image whose bytes
            its owner has already.
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadedImage]
    """

    kwargs = _get_kwargs(
        body=body,
        title=title,
        description=description,
        tags=tags,
        visibility=visibility,
        file_name=file_name,
        import_keywords=import_keywords,
        on_duplicate=on_duplicate,
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
    body: File,
    title: str | Unset = "",
    description: str | Unset = "",
    tags: list[str] | Unset = UNSET,
    visibility: Visibility | Unset = UNSET,
    file_name: str | Unset = "",
    import_keywords: bool | Unset = False,
    on_duplicate: OnDuplicate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Problem | UploadedImage | None:
    """Keep an image

     Its bytes are the body, and the query says what there is to say of it. It is labelled and embedded
    in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the
    image that is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is
    said of it. If the original of that image is lost or damaged, these bytes take its place, with
    `mended: true`. If the image is in the trash, it is restored as it was, with `restored: true`. A
    form is taken here too, as `/v1/images:upload` describes it.

    Args:
        title (str | Unset):  Default: ''.
        description (str | Unset):  Default: ''.
        tags (list[str] | Unset):
        visibility (Visibility | Unset): Who may see an image: every signed-in user, or its owner
            alone.
        file_name (str | Unset):  Default: ''.
        import_keywords (bool | Unset):  Default: False.
        on_duplicate (OnDuplicate | Unset): What becomes of what is said of an image whose bytes
            its owner has already.
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | UploadedImage
    """

    return sync_detailed(
        client=client,
        body=body,
        title=title,
        description=description,
        tags=tags,
        visibility=visibility,
        file_name=file_name,
        import_keywords=import_keywords,
        on_duplicate=on_duplicate,
        idempotency_key=idempotency_key,
        prefer=prefer,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    title: str | Unset = "",
    description: str | Unset = "",
    tags: list[str] | Unset = UNSET,
    visibility: Visibility | Unset = UNSET,
    file_name: str | Unset = "",
    import_keywords: bool | Unset = False,
    on_duplicate: OnDuplicate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Response[Problem | UploadedImage]:
    """Keep an image

     Its bytes are the body, and the query says what there is to say of it. It is labelled and embedded
    in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the
    image that is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is
    said of it. If the original of that image is lost or damaged, these bytes take its place, with
    `mended: true`. If the image is in the trash, it is restored as it was, with `restored: true`. A
    form is taken here too, as `/v1/images:upload` describes it.

    Args:
        title (str | Unset):  Default: ''.
        description (str | Unset):  Default: ''.
        tags (list[str] | Unset):
        visibility (Visibility | Unset): Who may see an image: every signed-in user, or its owner
            alone.
        file_name (str | Unset):  Default: ''.
        import_keywords (bool | Unset):  Default: False.
        on_duplicate (OnDuplicate | Unset): What becomes of what is said of an image whose bytes
            its owner has already.
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadedImage]
    """

    kwargs = _get_kwargs(
        body=body,
        title=title,
        description=description,
        tags=tags,
        visibility=visibility,
        file_name=file_name,
        import_keywords=import_keywords,
        on_duplicate=on_duplicate,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: File,
    title: str | Unset = "",
    description: str | Unset = "",
    tags: list[str] | Unset = UNSET,
    visibility: Visibility | Unset = UNSET,
    file_name: str | Unset = "",
    import_keywords: bool | Unset = False,
    on_duplicate: OnDuplicate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = "",
) -> Problem | UploadedImage | None:
    """Keep an image

     Its bytes are the body, and the query says what there is to say of it. It is labelled and embedded
    in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes again give the
    image that is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is
    said of it. If the original of that image is lost or damaged, these bytes take its place, with
    `mended: true`. If the image is in the trash, it is restored as it was, with `restored: true`. A
    form is taken here too, as `/v1/images:upload` describes it.

    Args:
        title (str | Unset):  Default: ''.
        description (str | Unset):  Default: ''.
        tags (list[str] | Unset):
        visibility (Visibility | Unset): Who may see an image: every signed-in user, or its owner
            alone.
        file_name (str | Unset):  Default: ''.
        import_keywords (bool | Unset):  Default: False.
        on_duplicate (OnDuplicate | Unset): What becomes of what is said of an image whose bytes
            its owner has already.
        idempotency_key (str | Unset):
        prefer (str | Unset):  Default: ''.
        body (File):

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
            title=title,
            description=description,
            tags=tags,
            visibility=visibility,
            file_name=file_name,
            import_keywords=import_keywords,
            on_duplicate=on_duplicate,
            idempotency_key=idempotency_key,
            prefer=prefer,
        )
    ).parsed
