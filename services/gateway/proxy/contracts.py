"""The contract is the routing table: what the committed OpenAPI documents do not list is not reachable."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.gateway.proxy.paths import compile_template, parameters_in, strict_path
from services.kit.http.limits import JSON_BODY_LIMIT
from services.kit.http.openapi import BODY_LIMIT, Document, operations
from services.kit.http.problems import ApiError, NotFound
from services.protocol.shares import SHARED

INNER_SERVICES = ("catalog", "classifier", "similarity")
OWN = "gateway"
PUBLIC_PREFIX = "/v1/"
SHARE_PREFIX = "/v1/shares/{secret}"


class ContractError(RuntimeError):
    """The committed contracts are not there, or cannot be routed by."""


class MethodNotAllowed(ApiError):
    status, code = 405, "method_not_allowed"


@dataclass(frozen=True)
class Operation:
    """One public operation. `scopes` None means: open to all, also without a key; `shared`: to who has the secret of a
    share link. `body_limit` is in bytes."""

    id: str
    service: str
    method: str
    path: str
    scopes: frozenset[str] | None
    body_limit: int
    shared: bool = False


@dataclass(frozen=True)
class _Route:
    pattern: re.Pattern[str]
    methods: dict[str, Operation]


def allow(methods: Collection[str]) -> str:
    """Name the methods of a path for the header Allow: HEAD is wherever GET is, and OPTIONS everywhere."""
    return ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))


def not_allowed(methods: Collection[str]) -> MethodNotAllowed:
    known = allow(methods)
    return MethodNotAllowed(f"This path knows {known}.", headers={"allow": known})


class RoutingTable:
    """Finds the operation of a request. A literal segment wins over a parameter."""

    def __init__(self, found: Iterable[Operation]) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in found:
            methods = by_path.setdefault(operation.path, {})
            if operation.method in methods:
                raise ContractError(
                    f"{operation.method} {operation.path} stands in the contracts of both "
                    f"{methods[operation.method].service} and {operation.service}."
                )
            methods[operation.method] = operation
        self.operations = [operation for methods in by_path.values() for operation in methods.values()]
        self._literal = {path: methods for path, methods in by_path.items() if not parameters_in(path)}
        self._templates: dict[int, list[_Route]] = {}
        for path in sorted(by_path, key=lambda path: (parameters_in(path), -len(path), path)):
            if parameters_in(path):
                route = _Route(compile_template(path), by_path[path])
                self._templates.setdefault(path.count("/"), []).append(route)

    def match(self, method: str, raw_path: bytes) -> Operation:
        """Raise NotFound for a path that no contract lists and MethodNotAllowed for a listed one with other methods."""
        methods = self._known(raw_path)
        if method not in methods:
            raise not_allowed(methods)
        return methods[method]

    def allowed(self, raw_path: bytes) -> str:
        """Give the methods of a path, as the header Allow has them. Raises NotFound."""
        return allow(self._known(raw_path))

    def _known(self, raw_path: bytes) -> dict[str, Operation]:
        methods = self._methods_of(strict_path(raw_path))
        if methods is None:
            raise NotFound("There is no such path. /docs lists all there are.")
        return methods

    def _methods_of(self, path: str | None) -> dict[str, Operation] | None:
        if path is None or not path.startswith(PUBLIC_PREFIX):
            return None
        if path in self._literal:
            return self._literal[path]
        for route in self._templates.get(path.count("/"), ()):
            if route.pattern.fullmatch(path):
                return route.methods
        return None


def read_document(folder: Path, name: str) -> Document:
    """Read one committed document. Raises ContractError, saying what to do."""
    file = folder / f"{name}.json"
    try:
        document: Document = json.loads(file.read_bytes())
        document["paths"]
    except FileNotFoundError as error:
        raise ContractError(
            f"The contract {file} is missing: the gateway routes by it. Run `pictor openapi`, or point "
            f"PICTOR_CONTRACTS to the folder."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ContractError(f"The contract {file} is not an OpenAPI document: {error!r}.") from error
    return document


def public_operations(service: str, document: Document) -> list[Operation]:
    """List the operations of a document that are under /v1.

    Raises ContractError for one that does not say who may call it: silence must not open a door. Only the gateway's
    own operations may be open to all, for an inner service answers nobody without a token; those that are marked as
    shared are open to who has the secret in their path.
    """
    found = []
    for (method, path), operation in operations(document):
        if not path.startswith(PUBLIC_PREFIX):
            continue
        where = f"{method} {path} of {service}"
        scopes = _scopes(operation.get("security"), where)
        shared = scopes is None and operation.get(SHARED) is True and path.startswith(SHARE_PREFIX)
        if scopes is None and service != OWN and not shared:
            raise ContractError(f"{where} is open to all: an inner service's operations need a sign-in.")
        limit = operation.get(BODY_LIMIT, JSON_BODY_LIMIT)
        if not isinstance(limit, int) or limit < 0:
            raise ContractError(f"{where} has a {BODY_LIMIT} that is no number of bytes.")
        found.append(Operation(operation.get("operationId", where), service, method, path, scopes, limit, shared))
    return found


def _scopes(security: object, where: str) -> frozenset[str] | None:
    match security:
        case []:
            return None
        case [{"bearer": [*scopes], **others}] if not others:
            return frozenset(map(str, scopes))
    raise ContractError(f"{where} must name its scopes as security [{{bearer: [...]}}], or be open to all with [].")
