from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.model_space import ModelSpace
    from ..models.space_overlap import SpaceOverlap


T = TypeVar("T", bound="SpaceComparison")


@_attrs_define
class SpaceComparison:
    """How far two spaces agree.

    Attributes:
        a (ModelSpace): The vectors of one model. Only the active space answers searches.
        b (ModelSpace): The vectors of one model. Only the active space answers searches.
        limit (int): How many of the nearest were compared.
        sampled (int): Images drawn by chance.
        compared (int): Of the sample, those with a vector in both that were reached within 20 s.
        overlap (SpaceOverlap): The share of the nearest that both spaces have in common; null when nothing could be
            compared.
    """

    a: ModelSpace
    b: ModelSpace
    limit: int
    sampled: int
    compared: int
    overlap: SpaceOverlap
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        a = self.a.to_dict()

        b = self.b.to_dict()

        limit = self.limit

        sampled = self.sampled

        compared = self.compared

        overlap = self.overlap.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "a": a,
                "b": b,
                "limit": limit,
                "sampled": sampled,
                "compared": compared,
                "overlap": overlap,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.model_space import ModelSpace
        from ..models.space_overlap import SpaceOverlap

        d = dict(src_dict)
        a = ModelSpace.from_dict(d.pop("a"))

        b = ModelSpace.from_dict(d.pop("b"))

        limit = d.pop("limit")

        sampled = d.pop("sampled")

        compared = d.pop("compared")

        overlap = SpaceOverlap.from_dict(d.pop("overlap"))

        space_comparison = cls(
            a=a,
            b=b,
            limit=limit,
            sampled=sampled,
            compared=compared,
            overlap=overlap,
        )

        space_comparison.additional_properties = d
        return space_comparison

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
