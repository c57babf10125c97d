from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.mode import Mode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similar_hit import SimilarHit
    from ..models.similar_recall import SimilarRecall


T = TypeVar("T", bound="SimilarImages")


@_attrs_define
class SimilarImages:
    """Hits, best first; equal scores by image id.

    Attributes:
        items (list[SimilarHit]): Best first.
        space (str): The model space that answered.
        trained (bool | None): False: the model has random weights, and only copies are found; null: nobody knows.
        mode (Mode): How to search. AUTO is the fastest that the space has an index for.
        coverage (float): Share of the images that you may see which have a vector in this space.
        recall_probe (None | SimilarRecall | Unset): With `recall_probe=true`; null when it was not asked for.
    """

    items: list[SimilarHit]
    space: str
    trained: bool | None
    mode: Mode
    coverage: float
    recall_probe: None | SimilarRecall | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.similar_recall import SimilarRecall

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        space = self.space

        trained: bool | None
        trained = self.trained

        mode = self.mode.value

        coverage = self.coverage

        recall_probe: dict[str, Any] | None | Unset
        if isinstance(self.recall_probe, Unset):
            recall_probe = UNSET
        elif isinstance(self.recall_probe, SimilarRecall):
            recall_probe = self.recall_probe.to_dict()
        else:
            recall_probe = self.recall_probe

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "space": space,
                "trained": trained,
                "mode": mode,
                "coverage": coverage,
            }
        )
        if recall_probe is not UNSET:
            field_dict["recall_probe"] = recall_probe

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.similar_hit import SimilarHit
        from ..models.similar_recall import SimilarRecall

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = SimilarHit.from_dict(items_item_data)

            items.append(items_item)

        space = d.pop("space")

        def _parse_trained(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        trained = _parse_trained(d.pop("trained"))

        mode = Mode(d.pop("mode"))

        coverage = d.pop("coverage")

        def _parse_recall_probe(data: object) -> None | SimilarRecall | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recall_probe_type_0 = SimilarRecall.from_dict(data)

                return recall_probe_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimilarRecall | Unset, data)

        recall_probe = _parse_recall_probe(d.pop("recall_probe", UNSET))

        similar_images = cls(
            items=items,
            space=space,
            trained=trained,
            mode=mode,
            coverage=coverage,
            recall_probe=recall_probe,
        )

        similar_images.additional_properties = d
        return similar_images

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
