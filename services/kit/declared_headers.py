"""The headers of requests and answers in the OpenAPI document, declared by what an operation is and not one by one."""

from collections.abc import Collection
from typing import Any

Document = dict[str, Any]


def _header(description: str, example: str | int, **schema: Any) -> Document:  # noqa: ANN401 - JSON schema
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


HEADERS: dict[str, Document] = {
    "Accept-Ranges": _header("`bytes`: the operation understands Range.", "bytes"),
    "Cache-Control": _header("How long caches may keep the answer.", "private, no-cache"),
    "Content-Range": _header("Which bytes these are, of how many; of a 416 only how many.", "bytes 0-499/12345"),
    "ETag": _header(
        "The state of what is answered, for If-Match and If-None-Match. Weak (`W/`) when the answer is compressed; "
        "either form is taken back.",
        '"6b1b36cbb04b41490bfc0ab2bfa26f86"',
    ),
    "Idempotency-Replayed": _header(
        "`true` when this is the answer to an earlier request with the same Idempotency-Key.", "true"
    ),
    "Location": _header(
        "The address of what was made: a path from the root, or an address under PICTOR_PUBLIC_URL.",
        "/v1/images/0197a3c0-0000-7000-8000-000000000000",
        format="uri-reference",
    ),
    "Preference-Applied": _header("The preferences that were honoured (RFC 7240).", "wait=5"),
    "RateLimit": _header(
        "The limit that counts: requests left (`r`), and seconds until it is full again (`t`).", '"user";r=399;t=1'
    ),
    "RateLimit-Policy": _header(
        "The limit itself: requests at once (`q`), and seconds in which an empty one fills (`w`).", '"user";q=400;w=4'
    ),
    "Retry-After": _header("Seconds until the same request is welcome again.", 5, type="integer", minimum=0),
    "WWW-Authenticate": _header("How to sign in (RFC 9110, section 11.6.1).", 'Bearer realm="pictor"'),
    "X-Request-Id": _header("The id of the request in the log: the caller's own, or a new one.", "req_5f0c"),
}
PARAMETERS = {
    "If-Match": "Change only what still has one of these ETags, or `*`; else 412.",
    "If-None-Match": "Answer 304 when what is there has one of these ETags.",
    "If-Range": "Understand Range only when what is there has this ETag; else send all.",
    "Range": "A part of the bytes, such as `bytes=0-499`; several parts at once are sent as all.",
}
LOCATED: Document = {"headers": {"Location": {"$ref": "#/components/headers/Location"}}}
"""For `responses` of an operation that says where what it made is."""
_NOT_MODIFIED = {"description": "You have it: If-None-Match names its ETag."}
_PASSING = frozenset({"429", "502", "503", "504"})
_BYTES, _JSON = "206", "application/json"


def declare_headers(operation: Document, *, public: bool, conditional: bool, reads: bool) -> None:
    """Add the headers of one operation. `public`: it is asked through the gateway; `conditional`: its JSON has ETags;
    `reads`: it is a GET."""
    responses: dict[str, Document] = operation["responses"]
    asked = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "header"}
    ranges = _BYTES in responses
    drawn = "304" in responses and not ranges
    if reads and (conditional or ranges):
        responses.setdefault("304", dict(_NOT_MODIFIED))
    for status, response in responses.items():
        names = _names(
            status, response, public=public, conditional=conditional, ranges=ranges, drawn=drawn, asked=asked
        )
        said = response.get("headers", {})
        references = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        responses[status] = {**response, "headers": dict(sorted({**references, **said}.items()))}
    operation["responses"] = dict(sorted(responses.items()))
    taken = ["If-Match"] if "412" in responses else []
    taken += ["If-None-Match"] if "304" in responses else []
    taken += ["If-Range", "Range"] if ranges else []
    for name in (name for name in taken if name not in asked):
        operation.setdefault("parameters", []).append(
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": PARAMETERS[name],
                "schema": {"type": "string"},
            }
        )


def _names(
    status: str,
    response: Document,
    *,
    public: bool,
    conditional: bool,
    ranges: bool,
    drawn: bool,
    asked: Collection[str],
) -> list[str]:
    """Name the headers of one answer. `drawn`: it is bytes that are made for the caller, with an ETag."""
    names, good = ["X-Request-Id"], status < "300"
    if public and (good or status in {"304", "429"}):
        names += ["RateLimit", "RateLimit-Policy"]
    if status in _PASSING:
        names.append("Retry-After")
    if status == "401":
        names.append("WWW-Authenticate")
    tagged = conditional and status in {"200", "201"} and _JSON in response.get("content", {})
    if tagged or status == "304" or (good and (ranges or drawn)):
        names.append("ETag")
    if status == "304" or (good and (ranges or drawn)):
        names.append("Cache-Control")
    if ranges and (good or status == "304"):
        names.append("Accept-Ranges")
    if status in {_BYTES, "416"}:
        names.append("Content-Range")
    if good and "Prefer" in asked:
        names.append("Preference-Applied")
    if good and "Idempotency-Key" in asked:
        names.append("Idempotency-Replayed")
    return names


def used_headers(document: Document) -> Document:
    """Give the components that the answers of a document refer to."""
    names = {
        name
        for item in document["paths"].values()
        for operation in item.values()
        for response in operation["responses"].values()
        for name in response.get("headers", ())
    }
    return {name: HEADERS[name] for name in sorted(names)}
