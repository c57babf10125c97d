from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SharedCollection")


@_attrs_define
class SharedCollection:
    """A collection as visitors with a share link see it.

    Attributes:
        name (str): What it is called.
        description (str): What its owner says of it; may be empty.
        image_count (int): How many images are shared.
        allow_download (bool): Whether the originals may be downloaded.
    """

    name: str
    description: str
    image_count: int
    allow_download: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description = self.description

        image_count = self.image_count

        allow_download = self.allow_download

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "description": description,
                "image_count": image_count,
                "allow_download": allow_download,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        description = d.pop("description")

        image_count = d.pop("image_count")

        allow_download = d.pop("allow_download")

        shared_collection = cls(
            name=name,
            description=description,
            image_count=image_count,
            allow_download=allow_download,
        )

        shared_collection.additional_properties = d
        return shared_collection

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
