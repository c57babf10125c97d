from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClassifierModel")


@_attrs_define
class ClassifierModel:
    """The model that gave the labels.

    Attributes:
        name (str): What it is called.
        version (str): The first 12 digits of the digest of its weights.
        space (str): The vector space of its embeddings.
        trained (bool): False: seeded random weights, for trials; the labels mean nothing.
        engine (str): What runs it.
        precision (str): In which numbers it computes.
    """

    name: str
    version: str
    space: str
    trained: bool
    engine: str
    precision: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        space = self.space

        trained = self.trained

        engine = self.engine

        precision = self.precision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "version": version,
                "space": space,
                "trained": trained,
                "engine": engine,
                "precision": precision,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        space = d.pop("space")

        trained = d.pop("trained")

        engine = d.pop("engine")

        precision = d.pop("precision")

        classifier_model = cls(
            name=name,
            version=version,
            space=space,
            trained=trained,
            engine=engine,
            precision=precision,
        )

        classifier_model.additional_properties = d
        return classifier_model

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
