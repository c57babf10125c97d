"""Client of Pictor. `Pictor` is for plain code, `AsyncPictor` for asyncio; `core` has every operation, generated."""

from pictor_client.asynchronous import AsyncPictor
from pictor_client.client import Pictor
from pictor_client.errors import (
    Conflict,
    FieldProblem,
    FileChanged,
    Forbidden,
    Invalid,
    NotFound,
    PictorError,
    Refused,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from pictor_client.files import Picture
from pictor_client.options import Change, Filters, SimilarOptions, UploadOptions
from pictor_client.retrying import RetryPolicy
from pictor_client.version import VERSION

__all__ = [
    "VERSION",
    "AsyncPictor",
    "Change",
    "Conflict",
    "FieldProblem",
    "FileChanged",
    "Filters",
    "Forbidden",
    "Invalid",
    "NotFound",
    "Pictor",
    "PictorError",
    "Picture",
    "Refused",
    "RetryPolicy",
    "SimilarOptions",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "UploadOptions",
]
