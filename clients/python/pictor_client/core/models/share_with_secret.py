from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.shared_field import SharedField

T = TypeVar("T", bound="ShareWithSecret")


@_attrs_define
class ShareWithSecret:
    """A share link at its making: the only time that its secret is shown.

    Attributes:
        id (UUID): Its id.
        name (str): What it is for.
        created_at (datetime.datetime): When it was made.
        expires_at (datetime.datetime | None): When it stops working; null: it does not expire.
        has_password (bool): Whether visitors are asked for a password.
        fields (list[SharedField]): What visitors are shown beside the pictures.
        allow_download (bool): Whether visitors may have the originals.
        secret (str): 256 bits, in hex. Only a keyed hash of it is stored.
        url (str): The page that visitors open.
    """

    id: UUID
    name: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    has_password: bool
    fields: list[SharedField]
    allow_download: bool
    secret: str
    url: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        created_at = self.created_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        has_password = self.has_password

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.value
            fields.append(fields_item)

        allow_download = self.allow_download

        secret = self.secret

        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "created_at": created_at,
                "expires_at": expires_at,
                "has_password": has_password,
                "fields": fields,
                "allow_download": allow_download,
                "secret": secret,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        has_password = d.pop("has_password")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = SharedField(fields_item_data)

            fields.append(fields_item)

        allow_download = d.pop("allow_download")

        secret = d.pop("secret")

        url = d.pop("url")

        share_with_secret = cls(
            id=id,
            name=name,
            created_at=created_at,
            expires_at=expires_at,
            has_password=has_password,
            fields=fields,
            allow_download=allow_download,
            secret=secret,
            url=url,
        )

        share_with_secret.additional_properties = d
        return share_with_secret

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
