from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SimilarRecall")


@_attrs_define
class SimilarRecall:
    """How the search compares with the exact one, both without reading the images.

    Attributes:
        recall (float): Share of the exact search's hits that were found.
        search_ms (float): How long the search took.
        exact_ms (float): How long the exact search took.
    """

    recall: float
    search_ms: float
    exact_ms: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        recall = self.recall

        search_ms = self.search_ms

        exact_ms = self.exact_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "recall": recall,
                "search_ms": search_ms,
                "exact_ms": exact_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        recall = d.pop("recall")

        search_ms = d.pop("search_ms")

        exact_ms = d.pop("exact_ms")

        similar_recall = cls(
            recall=recall,
            search_ms=search_ms,
            exact_ms=exact_ms,
        )

        similar_recall.additional_properties = d
        return similar_recall

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
