from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ImagesCheck")


@_attrs_define
class ImagesCheck:
    """Bytes that you might send.

    Attributes:
        sha256 (list[str]): SHA-256 of the bytes, in hex.
    """

    sha256: list[str]

    def to_dict(self) -> dict[str, Any]:
        sha256 = self.sha256

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "sha256": sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        sha256 = cast(list[str], d.pop("sha256"))

        images_check = cls(
            sha256=sha256,
        )

        return images_check
