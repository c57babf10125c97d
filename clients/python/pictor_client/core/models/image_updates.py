from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.image_update import ImageUpdate


T = TypeVar("T", bound="ImageUpdates")


@_attrs_define
class ImageUpdates:
    """Changes of many images.

    Attributes:
        updates (list[ImageUpdate]): Done in this order; an image may be named several times.
    """

    updates: list[ImageUpdate]

    def to_dict(self) -> dict[str, Any]:
        updates = []
        for updates_item_data in self.updates:
            updates_item = updates_item_data.to_dict()
            updates.append(updates_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "updates": updates,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.image_update import ImageUpdate

        d = dict(src_dict)
        updates = []
        _updates = d.pop("updates")
        for updates_item_data in _updates:
            updates_item = ImageUpdate.from_dict(updates_item_data)

            updates.append(updates_item)

        image_updates = cls(
            updates=updates,
        )

        return image_updates
