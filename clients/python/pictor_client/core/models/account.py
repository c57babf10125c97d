from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role import Role
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.deletion import Deletion


T = TypeVar("T", bound="Account")


@_attrs_define
class Account:
    """An account, without what it signs in with.

    Attributes:
        id (UUID): Identifies the user, also as owner of images.
        name (str): The name to sign in with.
        role (Role): What a user is on this server.
        disabled (bool): Whether signing in and the user's keys are refused.
        created_at (datetime.datetime): When the account was made.
        quota_bytes (int | None | Unset): The most bytes that the user may keep; null: the server's default.
        quota_images (int | None | Unset): The most images that the user may keep; null: the server's default.
        deletion (Deletion | None | Unset): Set while the account is being deleted; it is disabled then.
    """

    id: UUID
    name: str
    role: Role
    disabled: bool
    created_at: datetime.datetime
    quota_bytes: int | None | Unset = UNSET
    quota_images: int | None | Unset = UNSET
    deletion: Deletion | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.deletion import Deletion

        id = str(self.id)

        name = self.name

        role = self.role.value

        disabled = self.disabled

        created_at = self.created_at.isoformat()

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

        deletion: dict[str, Any] | None | Unset
        if isinstance(self.deletion, Unset):
            deletion = UNSET
        elif isinstance(self.deletion, Deletion):
            deletion = self.deletion.to_dict()
        else:
            deletion = self.deletion

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "role": role,
                "disabled": disabled,
                "created_at": created_at,
            }
        )
        if quota_bytes is not UNSET:
            field_dict["quota_bytes"] = quota_bytes
        if quota_images is not UNSET:
            field_dict["quota_images"] = quota_images
        if deletion is not UNSET:
            field_dict["deletion"] = deletion

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.deletion import Deletion

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        role = Role(d.pop("role"))

        disabled = d.pop("disabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

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

        def _parse_deletion(data: object) -> Deletion | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                deletion_type_0 = Deletion.from_dict(data)

                return deletion_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Deletion | None | Unset, data)

        deletion = _parse_deletion(d.pop("deletion", UNSET))

        account = cls(
            id=id,
            name=name,
            role=role,
            disabled=disabled,
            created_at=created_at,
            quota_bytes=quota_bytes,
            quota_images=quota_images,
            deletion=deletion,
        )

        account.additional_properties = d
        return account

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
