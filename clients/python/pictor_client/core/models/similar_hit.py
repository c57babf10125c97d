from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.band import Band

if TYPE_CHECKING:
    from ..models.image import Image


T = TypeVar("T", bound="SimilarHit")


@_attrs_define
class SimilarHit:
    """An image that is alike.

    Attributes:
        image (Image): An image of the library, with its labels.
        score (float): Cosine of the two vectors.
        distance (float): 1 - score.
        band (Band): How alike: the same picture in the same size, a copy of it (smaller, encoded again), or alike in
            content.
        collapsed (int): With `collapse`: copies of it, among twice as many of the nearest images as were asked for at
            least, that were left out.
    """

    image: Image
    score: float
    distance: float
    band: Band
    collapsed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image.to_dict()

        score = self.score

        distance = self.distance

        band = self.band.value

        collapsed = self.collapsed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image": image,
                "score": score,
                "distance": distance,
                "band": band,
                "collapsed": collapsed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.image import Image

        d = dict(src_dict)
        image = Image.from_dict(d.pop("image"))

        score = d.pop("score")

        distance = d.pop("distance")

        band = Band(d.pop("band"))

        collapsed = d.pop("collapsed")

        similar_hit = cls(
            image=image,
            score=score,
            distance=distance,
            band=band,
            collapsed=collapsed,
        )

        similar_hit.additional_properties = d
        return similar_hit

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
