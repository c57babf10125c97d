"""Errors of pymilvus, mapped to the port's once."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from pymilvus.exceptions import MilvusException

from services.similarity.index.errors import IndexTimeout, IndexUnavailable

NO_COLLECTION = 100
NOT_LOADED = 101
IN_TROUBLE = frozenset({1, 2, 3, 4, 5, 7, 8, 9, 10, 11})
"""Milvus' own: not ready, no memory, too many requests, internal, no disk, limits, lagging."""


class Gone(Exception):
    """The collection is not there. The caller knows whether that is an error, and of which space."""


@contextmanager
def mapped_failures() -> Iterator[None]:
    """A store that is away or too slow raises IndexUnavailable, IndexTimeout; a collection that is not there, Gone."""
    try:
        yield
    except MilvusException as error:
        if error.code == NO_COLLECTION:
            raise Gone from error
        if error.code is grpc.StatusCode.DEADLINE_EXCEEDED:
            raise IndexTimeout("The index did not answer in time; try again shortly.") from error
        if isinstance(error.code, grpc.StatusCode) or error.retriable or error.code in IN_TROUBLE:
            raise IndexUnavailable("The index does not answer; try again shortly.") from error
        raise
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            raise IndexTimeout("The search took longer than it may; narrow it, or try again.") from error
        raise IndexUnavailable("The index does not answer; try again shortly.") from error
