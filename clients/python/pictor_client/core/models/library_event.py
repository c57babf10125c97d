from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.event_type import EventType

T = TypeVar("T", bound="LibraryEvent")


@_attrs_define
class LibraryEvent:
    """One change of what you may see.

    Attributes:
        id (str): Where it stands: give it as `after` to go on behind it.
        type_ (EventType): What happened. Of an image that becomes public or private, others are told that it was
            created or deleted.
        subject_id (UUID): To which image or collection.
        at (datetime.datetime): When; the order is that of the feed, and times may differ from it a little.
    """

    id: str
    type_: EventType
    subject_id: UUID
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        type_ = self.type_.value

        subject_id = str(self.subject_id)

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "subject_id": subject_id,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        type_ = EventType(d.pop("type"))

        subject_id = UUID(d.pop("subject_id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        library_event = cls(
            id=id,
            type_=type_,
            subject_id=subject_id,
            at=at,
        )

        library_event.additional_properties = d
        return library_event

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
