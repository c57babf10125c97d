from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.images_of_deleted import ImagesOfDeleted

T = TypeVar("T", bound="Deletion")


@_attrs_define
class Deletion:
    """That an account is being deleted.

    Attributes:
        images (ImagesOfDeleted): What becomes of the images of an account that is deleted.
        keep_for (None | UUID): Who is given them; null where they are deleted.
        begun_at (datetime.datetime): Since when.
    """

    images: ImagesOfDeleted
    keep_for: None | UUID
    begun_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images = self.images.value

        keep_for: None | str
        if isinstance(self.keep_for, UUID):
            keep_for = str(self.keep_for)
        else:
            keep_for = self.keep_for

        begun_at = self.begun_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images": images,
                "keep_for": keep_for,
                "begun_at": begun_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        images = ImagesOfDeleted(d.pop("images"))

        def _parse_keep_for(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                keep_for_type_0 = UUID(data)

                return keep_for_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        keep_for = _parse_keep_for(d.pop("keep_for"))

        begun_at = datetime.datetime.fromisoformat(d.pop("begun_at"))

        deletion = cls(
            images=images,
            keep_for=keep_for,
            begun_at=begun_at,
        )

        deletion.additional_properties = d
        return deletion

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
