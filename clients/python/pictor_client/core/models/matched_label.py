from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.label_source import LabelSource
from ..models.label_status import LabelStatus

T = TypeVar("T", bound="MatchedLabel")


@_attrs_define
class MatchedLabel:
    """A label that the image bears.

    Attributes:
        id (str): WordNet 3.0 id.
        name (str): What people call it.
        score (float): The model's probability; 1 when a person gave the label.
        source (LabelSource): Who gave a label.
        status (LabelStatus): What the owner says of a label; `suggested` while nothing was said.
    """

    id: str
    name: str
    score: float
    source: LabelSource
    status: LabelStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        score = self.score

        source = self.source.value

        status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "score": score,
                "source": source,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        score = d.pop("score")

        source = LabelSource(d.pop("source"))

        status = LabelStatus(d.pop("status"))

        matched_label = cls(
            id=id,
            name=name,
            score=score,
            source=source,
            status=status,
        )

        matched_label.additional_properties = d
        return matched_label

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
