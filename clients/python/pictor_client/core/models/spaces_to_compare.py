from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SpacesToCompare")


@_attrs_define
class SpacesToCompare:
    """Which spaces to compare, and on how many images.

    Attributes:
        a (str): One space.
        b (str): The other.
        sample (int | Unset): Images drawn by chance. Default: 50.
        limit (int | Unset): How many of the nearest are compared. Default: 10.
    """

    a: str
    b: str
    sample: int | Unset = 50
    limit: int | Unset = 10

    def to_dict(self) -> dict[str, Any]:
        a = self.a

        b = self.b

        sample = self.sample

        limit = self.limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "a": a,
                "b": b,
            }
        )
        if sample is not UNSET:
            field_dict["sample"] = sample
        if limit is not UNSET:
            field_dict["limit"] = limit

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        a = d.pop("a")

        b = d.pop("b")

        sample = d.pop("sample", UNSET)

        limit = d.pop("limit", UNSET)

        spaces_to_compare = cls(
            a=a,
            b=b,
            sample=sample,
            limit=limit,
        )

        return spaces_to_compare
