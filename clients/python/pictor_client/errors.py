"""What can go wrong, as one small tree of exceptions."""

from dataclasses import dataclass

import httpx


class PictorError(Exception):
    """Everything that this package raises by itself."""


class Unreachable(PictorError):
    """No answer came: no connection, or none in time."""


class FileChanged(PictorError):
    """A file changed while it was sent. The upload was broken off, and nothing of it is kept."""


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field: `pointer` into the body, or `/query/name`."""

    pointer: str
    code: str
    message: str


class Refused(PictorError):
    """The server answered with a problem (RFC 9457). `code` is for programs, `detail` for people."""

    def __init__(
        self,
        detail: str,
        *,
        status: int,
        code: str,
        errors: tuple[FieldProblem, ...] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.code = code
        self.errors = errors
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds after which to try again, where the server says so."""

    def __str__(self) -> str:
        return " ".join([self.detail, *(f"{error.pointer}: {error.message}" for error in self.errors)])


class Invalid(Refused):
    """What was sent is not taken: 400, 411, 413, 414, 415, 422, 431."""


class Unauthorized(Refused):
    """No key, or one that does not hold: 401."""


class Forbidden(Refused):
    """The key lacks the scope: 403."""


class NotFound(Refused):
    """There is no such thing, or not for you: 404."""


class Conflict(Refused):
    """It is not in the state for that: 409, or 412 where somebody else changed it meanwhile."""


class TooManyRequests(Refused):
    """Too much at once: 429. `retry_after` says when to come again."""


class Unavailable(Refused):
    """The server, or a part of it, is away or broken: 5xx."""


_BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    411: Invalid,
    412: Conflict,
    413: Invalid,
    414: Invalid,
    415: Invalid,
    422: Invalid,
    429: TooManyRequests,
    431: Invalid,
}
_SERVER_FAULTS = 500


def refusal(response: httpx.Response) -> Refused:
    """Make the exception of an answer that was read. What is not a problem document comes from something between."""
    kind = _BY_STATUS.get(response.status_code, Unavailable if response.status_code >= _SERVER_FAULTS else Refused)
    try:
        said = response.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {}
    return kind(
        str(said.get("detail") or said.get("title") or f"{response.status_code} {response.reason_phrase}"),
        status=response.status_code,
        code=str(said.get("code") or "unknown"),
        errors=tuple(
            FieldProblem(str(one.get("pointer")), str(one.get("code")), str(one.get("message")))
            for one in said.get("errors") or ()
            if isinstance(one, dict)
        ),
        request_id=response.headers.get("x-request-id"),
        retry_after=retry_after(response),
    )


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that the answer asks to wait; Pictor never sends the form with a date."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else None
