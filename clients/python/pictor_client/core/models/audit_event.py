from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audit_outcome import AuditOutcome

if TYPE_CHECKING:
    from ..models.audit_actor import AuditActor


T = TypeVar("T", bound="AuditEvent")


@_attrs_define
class AuditEvent:
    """Something that was done to accounts, keys, share links, or by deleting.

    Attributes:
        id (UUID): Its id.
        at (datetime.datetime): When.
        action (str): What was asked for, such as `user.disabled`.
        outcome (AuditOutcome): Whether it came to what was asked for.
        actor (AuditActor): Who asked. Without an id: somebody who did not sign in, or the server itself.
        subject (str): The id of what it was done to; empty where many were named at once.
    """

    id: UUID
    at: datetime.datetime
    action: str
    outcome: AuditOutcome
    actor: AuditActor
    subject: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        at = self.at.isoformat()

        action = self.action

        outcome = self.outcome.value

        actor = self.actor.to_dict()

        subject = self.subject

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "at": at,
                "action": action,
                "outcome": outcome,
                "actor": actor,
                "subject": subject,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_actor import AuditActor

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        action = d.pop("action")

        outcome = AuditOutcome(d.pop("outcome"))

        actor = AuditActor.from_dict(d.pop("actor"))

        subject = d.pop("subject")

        audit_event = cls(
            id=id,
            at=at,
            action=action,
            outcome=outcome,
            actor=actor,
            subject=subject,
        )

        audit_event.additional_properties = d
        return audit_event

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
