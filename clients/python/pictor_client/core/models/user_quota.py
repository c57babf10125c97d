from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="UserQuota")


@_attrs_define
class UserQuota:
    """What a user may keep, and keeps, what is in the trash included.

    Attributes:
        max_bytes (int | None): The most bytes; null: no limit.
        max_images (int | None): The most images; null: no limit.
        bytes_ (int | None | Unset): Bytes kept; null while that is not known.
        images (int | None | Unset): Images kept; null while that is not known.
    """

    max_bytes: int | None
    max_images: int | None
    bytes_: int | None | Unset = UNSET
    images: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_bytes: int | None
        max_bytes = self.max_bytes

        max_images: int | None
        max_images = self.max_images

        bytes_: int | None | Unset
        if isinstance(self.bytes_, Unset):
            bytes_ = UNSET
        else:
            bytes_ = self.bytes_

        images: int | None | Unset
        if isinstance(self.images, Unset):
            images = UNSET
        else:
            images = self.images

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "max_bytes": max_bytes,
                "max_images": max_images,
            }
        )
        if bytes_ is not UNSET:
            field_dict["bytes"] = bytes_
        if images is not UNSET:
            field_dict["images"] = images

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_max_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_bytes = _parse_max_bytes(d.pop("max_bytes"))

        def _parse_max_images(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_images = _parse_max_images(d.pop("max_images"))

        def _parse_bytes_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_ = _parse_bytes_(d.pop("bytes", UNSET))

        def _parse_images(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        images = _parse_images(d.pop("images", UNSET))

        user_quota = cls(
            max_bytes=max_bytes,
            max_images=max_images,
            bytes_=bytes_,
            images=images,
        )

        user_quota.additional_properties = d
        return user_quota

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
