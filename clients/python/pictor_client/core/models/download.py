from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Download")


@_attrs_define
class Download:
    """Images that can be downloaded together, for an hour.

    Attributes:
        id (UUID): Its id.
        file_name (str): What the file will be called.
        image_count (int): How many images are in it.
        bytes_ (int): Size of all originals; the file is a little larger.
        url (str): Where the file is: yours alone.
        expires_at (datetime.datetime): Until when.
    """

    id: UUID
    file_name: str
    image_count: int
    bytes_: int
    url: str
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        file_name = self.file_name

        image_count = self.image_count

        bytes_ = self.bytes_

        url = self.url

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "file_name": file_name,
                "image_count": image_count,
                "bytes": bytes_,
                "url": url,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        file_name = d.pop("file_name")

        image_count = d.pop("image_count")

        bytes_ = d.pop("bytes")

        url = d.pop("url")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        download = cls(
            id=id,
            file_name=file_name,
            image_count=image_count,
            bytes_=bytes_,
            url=url,
            expires_at=expires_at,
        )

        download.additional_properties = d
        return download

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
