from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Coverage")


@_attrs_define
class Coverage:
    """How many of the images that the caller may see are how far.

    Attributes:
        total (int): All images.
        ready (int): Images that are labelled and embedded.
        processing (int): Images that wait for a worker.
        deferred (int): Images that wait for the model, or for another service.
        failed (int): Images that were given up.
        labelled (int): Images with labels of a model.
        embedded (int): Images with a vector in the active space.
    """

    total: int
    ready: int
    processing: int
    deferred: int
    failed: int
    labelled: int
    embedded: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        ready = self.ready

        processing = self.processing

        deferred = self.deferred

        failed = self.failed

        labelled = self.labelled

        embedded = self.embedded

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "ready": ready,
                "processing": processing,
                "deferred": deferred,
                "failed": failed,
                "labelled": labelled,
                "embedded": embedded,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        total = d.pop("total")

        ready = d.pop("ready")

        processing = d.pop("processing")

        deferred = d.pop("deferred")

        failed = d.pop("failed")

        labelled = d.pop("labelled")

        embedded = d.pop("embedded")

        coverage = cls(
            total=total,
            ready=ready,
            processing=processing,
            deferred=deferred,
            failed=failed,
            labelled=labelled,
            embedded=embedded,
        )

        coverage.additional_properties = d
        return coverage

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
