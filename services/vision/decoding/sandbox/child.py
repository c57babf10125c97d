"""The life of a decoding child: one picture on standard input, one answer on standard output, exit."""

import os
from dataclasses import asdict
from typing import Any

from services.vision.decoding.errors import DecodeError, DecodeLimitExceeded
from services.vision.decoding.formats.opening import open_picture
from services.vision.decoding.formats.rendering import Renderer
from services.vision.decoding.model import DecodeLimits, DecodeRequest
from services.vision.decoding.sandbox.confinement import Sandbox
from services.vision.decoding.sandbox.framing import Job, pack_answer
from services.vision.decoding.sandbox.metadata import metadata_out

_INPUT, _OUTPUT = 0, 1
_READ_BYTES = 1_048_576


def run(job: Job, sandbox: Sandbox) -> None:
    """Decode and answer. Every error that a picture can cause is an answer too."""
    sandbox.limit(job.limits)
    try:
        data = _read_all()
        sandbox.confine(threads=_needs_threads(data))
        answer = decode(data, job.request, job.limits)
    except DecodeError as error:
        answer = _refusal(error)
    except MemoryError:
        megabytes = job.limits.memory_bytes // 1_000_000
        answer = _refusal(DecodeLimitExceeded(f"Decoding needs more than {megabytes} MB of memory."))
    except Exception as error:  # noqa: BLE001 the only way out of here is an answer
        answer = _refusal(DecodeLimitExceeded(f"Decoding failed ({type(error).__name__})."))
    _write_all(answer)


def decode(data: bytes, request: DecodeRequest, limits: DecodeLimits) -> bytes:
    """The packed answer for one picture: its body is the model input, then the variants in the order of the request."""
    picture = open_picture(data, request, limits)
    renderer = Renderer(picture)
    number, parts = renderer.hash(), list[bytes]()
    if request.model_input is not None:
        parts.append(renderer.model_input(request.model_input, request.region))
    files = renderer.variants(request)
    parts += [files[variant.name] for variant in request.variants]
    header: dict[str, Any] = {
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "perceptual_hash": number,
        "metadata": metadata_out(picture.metadata),
        "warnings": [asdict(warning) for warning in picture.blocks.warnings],
        "has_motion": picture.blocks.has_motion,
        "parts": [len(part) for part in parts],
    }
    return pack_answer(header, b"".join(parts))


def _needs_threads(data: bytes) -> bool:
    """HEVC: its library decodes in a thread of its own, and cannot be told not to."""
    return data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis", b"crx ")


def _refusal(error: DecodeError) -> bytes:
    return pack_answer({"error": error.code, "message": str(error)})


def _read_all() -> bytes:
    # Not a file object: those ask for the file's status and position, and nothing else here needs that.
    chunks = []
    while chunk := os.read(_INPUT, _READ_BYTES):
        chunks.append(chunk)
    return b"".join(chunks)


def _write_all(answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(_OUTPUT, rest) :]
