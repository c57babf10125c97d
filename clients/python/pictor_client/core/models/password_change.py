from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PasswordChange")


@_attrs_define
class PasswordChange:
    """The caller's own new password.

    Attributes:
        current_password (str): The password until now.
        new_password (str): 10 to 256 characters, of any kind.
        revoke_keys (bool | Unset): Whether all API keys of the account end too. Default: False.
    """

    current_password: str
    new_password: str
    revoke_keys: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        current_password = self.current_password

        new_password = self.new_password

        revoke_keys = self.revoke_keys

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "current_password": current_password,
                "new_password": new_password,
            }
        )
        if revoke_keys is not UNSET:
            field_dict["revoke_keys"] = revoke_keys

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        current_password = d.pop("current_password")

        new_password = d.pop("new_password")

        revoke_keys = d.pop("revoke_keys", UNSET)

        password_change = cls(
            current_password=current_password,
            new_password=new_password,
            revoke_keys=revoke_keys,
        )

        return password_change
