"""What a vector index may raise. One shallow tree; each message is one sentence for people."""


class VectorIndexError(Exception):
    """The base of them all."""


class UnknownSpace(VectorIndexError):
    """There is no space of this name."""

    def __init__(self, space: str) -> None:
        super().__init__(f"There is no model space {space!r}.")


class WrongDimension(VectorIndexError):
    """The vector does not fit the space, or the space exists with another dimension."""

    def __init__(self, space: str, *, wanted: int, given: int) -> None:
        super().__init__(f"Vectors of {space} have {wanted} components, not {given}.")


class InvalidVector(VectorIndexError):
    """The vector has no direction: it is zero, or holds NaN or infinities, or is not flat."""


class SpaceBusy(VectorIndexError):
    """The space cannot be dropped while one of its indexes is being built."""


class IndexUnavailable(VectorIndexError):
    """The store behind the index does not answer."""


class IndexTimeout(VectorIndexError):
    """The store took longer than it may."""
