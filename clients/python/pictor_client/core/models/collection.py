from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.collection_kind import CollectionKind

T = TypeVar("T", bound="Collection")


@_attrs_define
class Collection:
    """A set of images, its owner's alone. Several may have one name: the id tells them apart.

    Attributes:
        id (UUID): Its id.
        kind (CollectionKind): The collection that everyone has, or one that a user made.
        name (str): What it is called.
        description (str): What its owner says of it; may be empty.
        image_count (int): How many images it has that you may see.
        created_at (datetime.datetime): When it was made.
        updated_at (datetime.datetime): When it was last renamed or described, or an image came or went, or was hidden
            or shown.
    """

    id: UUID
    kind: CollectionKind
    name: str
    description: str
    image_count: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind.value

        name = self.name

        description = self.description

        image_count = self.image_count

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "name": name,
                "description": description,
                "image_count": image_count,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = CollectionKind(d.pop("kind"))

        name = d.pop("name")

        description = d.pop("description")

        image_count = d.pop("image_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        collection = cls(
            id=id,
            kind=kind,
            name=name,
            description=description,
            image_count=image_count,
            created_at=created_at,
            updated_at=updated_at,
        )

        collection.additional_properties = d
        return collection

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
