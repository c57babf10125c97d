from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.role import Role
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccountChange")


@_attrs_define
class AccountChange:
    """What to change; what is left out stays.

    Attributes:
        role (None | Role | Unset): The new role.
        disabled (bool | None | Unset): true ends all sessions and refuses the user's keys.
        quota_bytes (int | None | Unset): The most bytes that the user may keep; null: the server's default.
        quota_images (int | None | Unset): The most images that the user may keep; null: the server's default.
    """

    role: None | Role | Unset = UNSET
    disabled: bool | None | Unset = UNSET
    quota_bytes: int | None | Unset = UNSET
    quota_images: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        elif isinstance(self.role, Role):
            role = self.role.value
        else:
            role = self.role

        disabled: bool | None | Unset
        if isinstance(self.disabled, Unset):
            disabled = UNSET
        else:
            disabled = self.disabled

        quota_bytes: int | None | Unset
        if isinstance(self.quota_bytes, Unset):
            quota_bytes = UNSET
        else:
            quota_bytes = self.quota_bytes

        quota_images: int | None | Unset
        if isinstance(self.quota_images, Unset):
            quota_images = UNSET
        else:
            quota_images = self.quota_images

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if role is not UNSET:
            field_dict["role"] = role
        if disabled is not UNSET:
            field_dict["disabled"] = disabled
        if quota_bytes is not UNSET:
            field_dict["quota_bytes"] = quota_bytes
        if quota_images is not UNSET:
            field_dict["quota_images"] = quota_images

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_role(data: object) -> None | Role | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = Role(data)

                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Role | Unset, data)

        role = _parse_role(d.pop("role", UNSET))

        def _parse_disabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        disabled = _parse_disabled(d.pop("disabled", UNSET))

        def _parse_quota_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quota_bytes = _parse_quota_bytes(d.pop("quota_bytes", UNSET))

        def _parse_quota_images(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quota_images = _parse_quota_images(d.pop("quota_images", UNSET))

        account_change = cls(
            role=role,
            disabled=disabled,
            quota_bytes=quota_bytes,
            quota_images=quota_images,
        )

        return account_change
