from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ModelSpeed")


@_attrs_define
class ModelSpeed:
    """Measured on this processor, when the model was first used on it.

    Attributes:
        images_per_s (float): With all workers busy.
        alone_ms (float): Milliseconds of one image while nothing else runs.
        workers (int): Images that are computed side by side.
        max_batch (int): Images that are computed together.
    """

    images_per_s: float
    alone_ms: float
    workers: int
    max_batch: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images_per_s = self.images_per_s

        alone_ms = self.alone_ms

        workers = self.workers

        max_batch = self.max_batch

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images_per_s": images_per_s,
                "alone_ms": alone_ms,
                "workers": workers,
                "max_batch": max_batch,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        images_per_s = d.pop("images_per_s")

        alone_ms = d.pop("alone_ms")

        workers = d.pop("workers")

        max_batch = d.pop("max_batch")

        model_speed = cls(
            images_per_s=images_per_s,
            alone_ms=alone_ms,
            workers=workers,
            max_batch=max_batch,
        )

        model_speed.additional_properties = d
        return model_speed

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
