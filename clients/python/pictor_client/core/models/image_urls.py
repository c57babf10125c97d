from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ImageUrls")


@_attrs_define
class ImageUrls:
    """Where the bytes of an image are.

    Attributes:
        content (str): The original.
        thumb (str): A copy of at most 256 pixels.
        preview (str): A copy of at most 1024 pixels.
    """

    content: str
    thumb: str
    preview: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        content = self.content

        thumb = self.thumb

        preview = self.preview

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
                "thumb": thumb,
                "preview": preview,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        content = d.pop("content")

        thumb = d.pop("thumb")

        preview = d.pop("preview")

        image_urls = cls(
            content=content,
            thumb=thumb,
            preview=preview,
        )

        image_urls.additional_properties = d
        return image_urls

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
