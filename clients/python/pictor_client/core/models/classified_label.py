from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClassifiedLabel")


@_attrs_define
class ClassifiedLabel:
    """One label of the image.

    Attributes:
        id (str): WordNet id: stable, whatever the name is.
        name (str): What people call it.
        score (float): Probability; over all labels of the model they sum to 1.
        rank (int): 1 is the best.
        synonyms (list[str]): Other words for it.
    """

    id: str
    name: str
    score: float
    rank: int
    synonyms: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        score = self.score

        rank = self.rank

        synonyms = self.synonyms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "score": score,
                "rank": rank,
                "synonyms": synonyms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        score = d.pop("score")

        rank = d.pop("rank")

        synonyms = cast(list[str], d.pop("synonyms"))

        classified_label = cls(
            id=id,
            name=name,
            score=score,
            rank=rank,
            synonyms=synonyms,
        )

        classified_label.additional_properties = d
        return classified_label

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
