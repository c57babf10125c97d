from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.duplicate_kind import DuplicateKind

if TYPE_CHECKING:
    from ..models.image import Image


T = TypeVar("T", bound="Duplicates")


@_attrs_define
class Duplicates:
    """Copies of one picture among the images that you may see.

    Attributes:
        id (UUID): Id of the newest image of the group.
        kind (DuplicateKind): How alike the images of a group are.
        size (int): How many images the group has.
        images (list[Image]): The largest picture first, then the oldest; 100 at the most.
    """

    id: UUID
    kind: DuplicateKind
    size: int
    images: list[Image]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind.value

        size = self.size

        images = []
        for images_item_data in self.images:
            images_item = images_item_data.to_dict()
            images.append(images_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "size": size,
                "images": images,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.image import Image

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = DuplicateKind(d.pop("kind"))

        size = d.pop("size")

        images = []
        _images = d.pop("images")
        for images_item_data in _images:
            images_item = Image.from_dict(images_item_data)

            images.append(images_item)

        duplicates = cls(
            id=id,
            kind=kind,
            size=size,
            images=images,
        )

        duplicates.additional_properties = d
        return duplicates

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
