from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Region")


@_attrs_define
class Region:
    """A box of the picture as it is seen upright (before `rotation`), in parts of its width and height: 0..1.

    Attributes:
        x (float): Left edge.
        y (float): Upper edge.
        width (float): Share of the picture's width.
        height (float): Share of the picture's height.
    """

    x: float
    y: float
    width: float
    height: float

    def to_dict(self) -> dict[str, Any]:
        x = self.x

        y = self.y

        width = self.width

        height = self.height

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "x": x,
                "y": y,
                "width": width,
                "height": height,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        x = d.pop("x")

        y = d.pop("y")

        width = d.pop("width")

        height = d.pop("height")

        region = cls(
            x=x,
            y=y,
            width=width,
            height=height,
        )

        return region
