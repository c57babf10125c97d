"""The audit log, for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.gateway.handlers.dependencies import CurrentProcess
from services.gateway.schemas.audit import AuditPage
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import InvalidCursor, problem_responses

router = APIRouter(route_class=ETagRoute, tags=["account"])


@router.get(
    "/v1/audit",
    operation_id="audit_list",
    summary="Read the audit log",
    description=(
        "For admins, newest first: what was done to accounts, sessions, API keys and share links, what was deleted, "
        "and, by the operation's id, what an admin was refused. Kept for 365 days (`PICTOR_AUDIT_DAYS`)."
    ),
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("admin"),
)
async def list_audit(
    process: CurrentProcess,
    actor_id: Annotated[UUID | None, Query(description="Of this user's doing alone.")] = None,
    action: Annotated[
        str | None, Query(min_length=1, max_length=64, description="Of this kind alone.", examples=["user.disabled"])
    ] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> AuditPage:
    return await process.audit.page(cursor, limit, actor_id=actor_id, action=action)
