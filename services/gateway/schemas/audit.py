"""The audit log."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.values import Timestamp


class AuditOutcome(StrEnum):
    """Whether it came to what was asked for."""

    DONE = "done"
    REFUSED = "refused"


class AuditActor(BaseModel):
    """Who asked. Without an id: somebody who did not sign in, or the server itself."""

    id: UUID | None = Field(description="The user's id.")
    name: str = Field(description="The user's name, as it was then.", examples=["ada"])
    address: str = Field(description="Where the request came from; empty for the server itself.")


class AuditEvent(BaseModel):
    """Something that was done to accounts, keys, share links, or by deleting."""

    id: UUID = Field(description="Its id.")
    at: Timestamp = Field(description="When.")
    action: str = Field(description="What was asked for, such as `user.disabled`.", examples=["user.disabled"])
    outcome: AuditOutcome = Field(description="Whether it was done.")
    actor: AuditActor = Field(description="Who asked.")
    subject: str = Field(description="The id of what it was done to; empty where many were named at once.")


class AuditPage(BaseModel):
    """A page of the audit log."""

    items: list[AuditEvent] = Field(description="Newest first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)
