from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SpaceOverlap")


@_attrs_define
class SpaceOverlap:
    """The share of the nearest that both spaces have in common; null when nothing could be compared.

    Attributes:
        mean (float | None): Over the images compared.
        least (float | None): Of the image where they agree least.
        p10 (float | None): A tenth of the images have less in common.
        median (float | None): Half of the images have less in common.
        p90 (float | None): Nine tenths of the images have less in common.
        histogram (list[int]): Eleven counts: of the images with 0, 1, … 10 tenths in common, rounded.
    """

    mean: float | None
    least: float | None
    p10: float | None
    median: float | None
    p90: float | None
    histogram: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mean: float | None
        mean = self.mean

        least: float | None
        least = self.least

        p10: float | None
        p10 = self.p10

        median: float | None
        median = self.median

        p90: float | None
        p90 = self.p90

        histogram = self.histogram

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "mean": mean,
                "least": least,
                "p10": p10,
                "median": median,
                "p90": p90,
                "histogram": histogram,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_mean(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        mean = _parse_mean(d.pop("mean"))

        def _parse_least(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        least = _parse_least(d.pop("least"))

        def _parse_p10(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        p10 = _parse_p10(d.pop("p10"))

        def _parse_median(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median = _parse_median(d.pop("median"))

        def _parse_p90(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        p90 = _parse_p90(d.pop("p90"))

        histogram = cast(list[int], d.pop("histogram"))

        space_overlap = cls(
            mean=mean,
            least=least,
            p10=p10,
            median=median,
            p90=p90,
            histogram=histogram,
        )

        space_overlap.additional_properties = d
        return space_overlap

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
