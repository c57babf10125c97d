"""How large bodies and files may be, in bytes. Of files the setting PICTOR_UPLOAD_LIMIT says it, to all services."""

MIB = 1024 * 1024
JSON_BODY_LIMIT = MIB
DEFAULT_UPLOAD_LIMIT = 100 * MIB
LEAST_TENSOR_LIMIT = 25 * MIB
LARGEST_UPLOAD_LIMIT = 256 * MIB
"""The memory that decoding one picture may take has room for a file of this size."""
FORM_OVERHEAD = 64 * 1024
"""Bytes that a form may have beside its files."""


def operation_body_limit(upload_limit: int) -> int:
    """The largest body of an operation that takes files; it may take JSON instead, whatever the limit of files."""
    return max(upload_limit + FORM_OVERHEAD, JSON_BODY_LIMIT)


def service_body_limit(upload_limit: int) -> int:
    """The largest body of a service that takes files.

    A limit below 25 MiB is for files alone: tensors and vectors, which other services send, stay as large.
    """
    return operation_body_limit(max(upload_limit, LEAST_TENSOR_LIMIT))


def in_words(size: int) -> str:
    return f"{size:,} bytes" if size % MIB else f"{size // MIB} MiB"
