from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rotation import Rotation

T = TypeVar("T", bound="SharedImage")


@_attrs_define
class SharedImage:
    """An image as visitors see it: nothing of its owner, and of what is said of it what the link shows.

    Attributes:
        id (UUID): Its id.
        width (int): Pixels, upright, before `rotation`.
        height (int): Pixels, upright, before `rotation`.
        rotation (Rotation): Degrees clockwise.
        title (str): What it is called; empty when the link does not show it.
        description (str): What its owner says of it; empty when the link does not show it.
        tags (list[str]): Its owner's words for it; none when the link does not show them.
    """

    id: UUID
    width: int
    height: int
    rotation: Rotation
    title: str
    description: str
    tags: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        width = self.width

        height = self.height

        rotation = self.rotation.value

        title = self.title

        description = self.description

        tags = self.tags

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "width": width,
                "height": height,
                "rotation": rotation,
                "title": title,
                "description": description,
                "tags": tags,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        width = d.pop("width")

        height = d.pop("height")

        rotation = Rotation(d.pop("rotation"))

        title = d.pop("title")

        description = d.pop("description")

        tags = cast(list[str], d.pop("tags"))

        shared_image = cls(
            id=id,
            width=width,
            height=height,
            rotation=rotation,
            title=title,
            description=description,
            tags=tags,
        )

        shared_image.additional_properties = d
        return shared_image

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
