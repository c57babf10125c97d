from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ImageDeletes")


@_attrs_define
class ImageDeletes:
    """Images to delete.

    Attributes:
        ids (list[UUID]): The images to delete, all of them your own.
        permanent (bool | Unset): For good, past the trash: they cannot be restored. Default: False.
    """

    ids: list[UUID]
    permanent: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        ids = []
        for ids_item_data in self.ids:
            ids_item = str(ids_item_data)
            ids.append(ids_item)

        permanent = self.permanent

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ids": ids,
            }
        )
        if permanent is not UNSET:
            field_dict["permanent"] = permanent

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        ids = []
        _ids = d.pop("ids")
        for ids_item_data in _ids:
            ids_item = UUID(ids_item_data)

            ids.append(ids_item)

        permanent = d.pop("permanent", UNSET)

        image_deletes = cls(
            ids=ids,
            permanent=permanent,
        )

        return image_deletes
