from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="UserCreate")


@_attrs_define
class UserCreate:
    """Who registers.

    Attributes:
        name (str): 2 to 64 of a-z, 0-9, `.`, `_`, `-`; upper case is taken as lower. Not `me`, nor an id.
        password (str): 10 to 256 characters, of any kind.
    """

    name: str
    password: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        password = self.password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "password": password,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        password = d.pop("password")

        user_create = cls(
            name=name,
            password=password,
        )

        return user_create
