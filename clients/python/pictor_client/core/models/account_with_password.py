from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role import Role

T = TypeVar("T", bound="AccountWithPassword")


@_attrs_define
class AccountWithPassword:
    """An account and its new password, shown this once.

    Attributes:
        id (UUID): Identifies the user, also as owner of images.
        name (str): The name to sign in with.
        role (Role): What a user is on this server.
        disabled (bool): Whether signing in and the user's keys are refused.
        created_at (datetime.datetime): When the account was made.
        password (None | str): The password that was made; null when one was sent.
    """

    id: UUID
    name: str
    role: Role
    disabled: bool
    created_at: datetime.datetime
    password: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        role = self.role.value

        disabled = self.disabled

        created_at = self.created_at.isoformat()

        password: None | str
        password = self.password

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "role": role,
                "disabled": disabled,
                "created_at": created_at,
                "password": password,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        role = Role(d.pop("role"))

        disabled = d.pop("disabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_password(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        password = _parse_password(d.pop("password"))

        account_with_password = cls(
            id=id,
            name=name,
            role=role,
            disabled=disabled,
            created_at=created_at,
            password=password,
        )

        account_with_password.additional_properties = d
        return account_with_password

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
