from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.label_facet import LabelFacet
    from ..models.owner_facet import OwnerFacet
    from ..models.tag_facet import TagFacet


T = TypeVar("T", bound="Facets")


@_attrs_define
class Facets:
    """What the images found have in common, most used first. An image counts once in each row.

    Attributes:
        labels (list[LabelFacet]): Labels of the images found.
        tags (list[TagFacet]): Tags of the images found.
        owners (list[OwnerFacet]): Owners of the images found.
    """

    labels: list[LabelFacet]
    tags: list[TagFacet]
    owners: list[OwnerFacet]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        labels = []
        for labels_item_data in self.labels:
            labels_item = labels_item_data.to_dict()
            labels.append(labels_item)

        tags = []
        for tags_item_data in self.tags:
            tags_item = tags_item_data.to_dict()
            tags.append(tags_item)

        owners = []
        for owners_item_data in self.owners:
            owners_item = owners_item_data.to_dict()
            owners.append(owners_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "labels": labels,
                "tags": tags,
                "owners": owners,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.label_facet import LabelFacet
        from ..models.owner_facet import OwnerFacet
        from ..models.tag_facet import TagFacet

        d = dict(src_dict)
        labels = []
        _labels = d.pop("labels")
        for labels_item_data in _labels:
            labels_item = LabelFacet.from_dict(labels_item_data)

            labels.append(labels_item)

        tags = []
        _tags = d.pop("tags")
        for tags_item_data in _tags:
            tags_item = TagFacet.from_dict(tags_item_data)

            tags.append(tags_item)

        owners = []
        _owners = d.pop("owners")
        for owners_item_data in _owners:
            owners_item = OwnerFacet.from_dict(owners_item_data)

            owners.append(owners_item)

        facets = cls(
            labels=labels,
            tags=tags,
            owners=owners,
        )

        facets.additional_properties = d
        return facets

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
