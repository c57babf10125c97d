"""How parent and zygote talk: jobs as one JSON message each, answers as a header with raw bytes behind it.

No pickle: a child that an image has taken over can answer with bytes only, and the parent checks them.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any

from services.vision.decoding.model import Box, DecodeLimits, DecodeRequest, ModelInput, VariantSpec

MAX_MESSAGE_BYTES = 16_384
MAX_HEADER_BYTES = 65_536
_PREFIX = struct.Struct(">4sIQ")
_MAGIC = b"PDA1"
_EXIT = struct.Struct(">i")


@dataclass(frozen=True)
class Job:
    """One picture to decode. ``number`` names it when it has to be killed."""

    number: int
    request: DecodeRequest
    limits: DecodeLimits

    def pack(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpack(cls, message: dict[str, Any]) -> "Job":
        request = message["request"]
        return cls(
            number=message["number"],
            request=DecodeRequest(
                variants=tuple(VariantSpec(**variant) for variant in request["variants"]),
                model_input=None if request["model_input"] is None else ModelInput(**request["model_input"]),
                rotation=request["rotation"],
                region=None if request["region"] is None else Box(**request["region"]),
            ),
            limits=DecodeLimits(**message["limits"]),
        )


def pack_kill(number: int) -> bytes:
    """The message that ends the job of this number."""
    return json.dumps({"kill": number}).encode()


def pack_answer(header: dict[str, Any], body: bytes = b"") -> bytes:
    """What a child writes: prefix (magic, length of header and body), JSON header, body."""
    packed = json.dumps(header, ensure_ascii=False).encode(errors="replace")
    return _PREFIX.pack(_MAGIC, len(packed), len(body)) + packed + body


def pack_exit(code: int) -> bytes:
    """What the zygote writes behind the answer when the child is gone: its exit code, negative for a signal."""
    return _EXIT.pack(code)


@dataclass(frozen=True)
class Answer:
    """What came back for one job: a header and body, or neither where the child died early."""

    header: dict[str, Any] | None
    body: memoryview
    exit_code: int | None

    @classmethod
    def unpack(cls, raw: bytearray) -> "Answer":
        """Raises ValueError when the bytes are no answer."""
        view = memoryview(raw)
        exit_code = _EXIT.unpack(view[-_EXIT.size :])[0] if len(raw) >= _EXIT.size else None
        if len(raw) < _PREFIX.size:
            return cls(None, view[:0], exit_code)
        magic, header_length, body_length = _PREFIX.unpack(view[: _PREFIX.size])
        if magic != _MAGIC or header_length > MAX_HEADER_BYTES:
            raise ValueError("no answer")
        start = _PREFIX.size + header_length
        if len(raw) < start + body_length:
            return cls(None, view[:0], exit_code)
        try:
            header = json.loads(bytes(view[_PREFIX.size : start]))
        except RecursionError as error:
            raise ValueError("nested header") from error
        if not isinstance(header, dict):
            raise ValueError("no header")  # noqa: TRY004 to the caller it is bad content like the rest
        return cls(header, view[start : start + body_length], exit_code)
