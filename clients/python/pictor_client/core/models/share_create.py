from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.shared_field import SharedField
from ..types import UNSET, Unset

T = TypeVar("T", bound="ShareCreate")


@_attrs_define
class ShareCreate:
    """A share link to be made.

    Attributes:
        name (str): What it is for; visitors do not see it.
        expires_at (datetime.datetime | None | Unset): In the future; null: it does not expire.
        password (None | str | Unset): What visitors are asked for; null: nothing.
        fields (list[SharedField] | Unset): What visitors are shown beside the pictures.
        allow_download (bool | Unset): Whether visitors may have the originals, and with them all that is in the files.
            Default: False.
    """

    name: str
    expires_at: datetime.datetime | None | Unset = UNSET
    password: None | str | Unset = UNSET
    fields: list[SharedField] | Unset = UNSET
    allow_download: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        password: None | str | Unset
        if isinstance(self.password, Unset):
            password = UNSET
        else:
            password = self.password

        fields: list[str] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = []
            for fields_item_data in self.fields:
                fields_item = fields_item_data.value
                fields.append(fields_item)

        allow_download = self.allow_download

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if password is not UNSET:
            field_dict["password"] = password
        if fields is not UNSET:
            field_dict["fields"] = fields
        if allow_download is not UNSET:
            field_dict["allow_download"] = allow_download

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_password(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        password = _parse_password(d.pop("password", UNSET))

        _fields = d.pop("fields", UNSET)
        fields: list[SharedField] | Unset = UNSET
        if _fields is not UNSET:
            fields = []
            for fields_item_data in _fields:
                fields_item = SharedField(fields_item_data)

                fields.append(fields_item)

        allow_download = d.pop("allow_download", UNSET)

        share_create = cls(
            name=name,
            expires_at=expires_at,
            password=password,
            fields=fields,
            allow_download=allow_download,
        )

        return share_create
