from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.classified_label import ClassifiedLabel
    from ..models.classifier_model import ClassifierModel


T = TypeVar("T", bound="Classification")


@_attrs_define
class Classification:
    """The most probable labels of an image, best first.

    Attributes:
        labels (list[ClassifiedLabel]): Best first.
        model (ClassifierModel): The model that gave the labels.
    """

    labels: list[ClassifiedLabel]
    model: ClassifierModel
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        labels = []
        for labels_item_data in self.labels:
            labels_item = labels_item_data.to_dict()
            labels.append(labels_item)

        model = self.model.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "labels": labels,
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.classified_label import ClassifiedLabel
        from ..models.classifier_model import ClassifierModel

        d = dict(src_dict)
        labels = []
        _labels = d.pop("labels")
        for labels_item_data in _labels:
            labels_item = ClassifiedLabel.from_dict(labels_item_data)

            labels.append(labels_item)

        model = ClassifierModel.from_dict(d.pop("model"))

        classification = cls(
            labels=labels,
            model=model,
        )

        classification.additional_properties = d
        return classification

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
