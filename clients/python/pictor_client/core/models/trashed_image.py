from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrashedImage")


@_attrs_define
class TrashedImage:
    """A deleted image that can be restored. Its bytes and labels are read once it is.

    Attributes:
        id (UUID): Which image.
        sha256 (str): Of the original.
        title (str): What it is called.
        file_name (None | str): The name under which the original was sent.
        media_type (str): Of the original, as its bytes say.
        bytes_ (int): Size of the original.
        width (int): In pixels, upright.
        height (int): In pixels, upright.
        created_at (datetime.datetime): When it was sent.
        deleted_at (datetime.datetime): When it was deleted.
        trashed_until (datetime.datetime): From then on it cannot be restored.
    """

    id: UUID
    sha256: str
    title: str
    file_name: None | str
    media_type: str
    bytes_: int
    width: int
    height: int
    created_at: datetime.datetime
    deleted_at: datetime.datetime
    trashed_until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        sha256 = self.sha256

        title = self.title

        file_name: None | str
        file_name = self.file_name

        media_type = self.media_type

        bytes_ = self.bytes_

        width = self.width

        height = self.height

        created_at = self.created_at.isoformat()

        deleted_at = self.deleted_at.isoformat()

        trashed_until = self.trashed_until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "sha256": sha256,
                "title": title,
                "file_name": file_name,
                "media_type": media_type,
                "bytes": bytes_,
                "width": width,
                "height": height,
                "created_at": created_at,
                "deleted_at": deleted_at,
                "trashed_until": trashed_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        sha256 = d.pop("sha256")

        title = d.pop("title")

        def _parse_file_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        file_name = _parse_file_name(d.pop("file_name"))

        media_type = d.pop("media_type")

        bytes_ = d.pop("bytes")

        width = d.pop("width")

        height = d.pop("height")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        deleted_at = datetime.datetime.fromisoformat(d.pop("deleted_at"))

        trashed_until = datetime.datetime.fromisoformat(d.pop("trashed_until"))

        trashed_image = cls(
            id=id,
            sha256=sha256,
            title=title,
            file_name=file_name,
            media_type=media_type,
            bytes_=bytes_,
            width=width,
            height=height,
            created_at=created_at,
            deleted_at=deleted_at,
            trashed_until=trashed_until,
        )

        trashed_image.additional_properties = d
        return trashed_image

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
