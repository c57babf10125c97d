from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ApiKeyRotate")


@_attrs_define
class ApiKeyRotate:
    """How to give a key a new secret.

    Attributes:
        overlap_s (int | Unset): How long the secret so far goes on working, in seconds. Default: 0.
    """

    overlap_s: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        overlap_s = self.overlap_s

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if overlap_s is not UNSET:
            field_dict["overlap_s"] = overlap_s

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        overlap_s = d.pop("overlap_s", UNSET)

        api_key_rotate = cls(
            overlap_s=overlap_s,
        )

        return api_key_rotate
