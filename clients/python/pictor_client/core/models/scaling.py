from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.channels import Channels
from ..types import UNSET, Unset

T = TypeVar("T", bound="Scaling")


@_attrs_define
class Scaling:
    """How the network scales pixels, itself: (x - mean) / divisor, then its channels in this order.

    Attributes:
        mean (list[float]): Of red, green and blue, in pixel values 0..255.
        divisor (float): What they are divided by.
        channels (Channels | Unset): An order of colours.
    """

    mean: list[float]
    divisor: float
    channels: Channels | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mean = self.mean

        divisor = self.divisor

        channels: str | Unset = UNSET
        if not isinstance(self.channels, Unset):
            channels = self.channels.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mean": mean,
                "divisor": divisor,
            }
        )
        if channels is not UNSET:
            field_dict["channels"] = channels

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        mean = cast(list[float], d.pop("mean"))

        divisor = d.pop("divisor")

        _channels = d.pop("channels", UNSET)
        channels: Channels | Unset
        if isinstance(_channels, Unset):
            channels = UNSET
        else:
            channels = Channels(_channels)

        scaling = cls(
            mean=mean,
            divisor=divisor,
            channels=channels,
        )

        return scaling
