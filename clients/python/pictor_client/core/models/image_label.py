from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.label_source import LabelSource
from ..models.label_status import LabelStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.label_decider import LabelDecider


T = TypeVar("T", bound="ImageLabel")


@_attrs_define
class ImageLabel:
    """One label of one image: what, how sure, and who says so.

    Attributes:
        id (str): WordNet 3.0 id.
        name (str): What people call it.
        score (float): The model's probability; 1 when a person gave the label.
        rank (int): 1 is the best of the model's labels for this image.
        source (LabelSource): Who gave a label.
        model (None | str): The model space that gave it.
        trained (bool | None): False when the model has random weights: the label then means nothing.
        status (LabelStatus): What the owner says of a label; `suggested` while nothing was said.
        decided_at (datetime.datetime | None): When; null when nobody did.
        decided_by (LabelDecider | None | Unset): Who confirmed or rejected it, or gave it by hand; null when nobody
            did.
    """

    id: str
    name: str
    score: float
    rank: int
    source: LabelSource
    model: None | str
    trained: bool | None
    status: LabelStatus
    decided_at: datetime.datetime | None
    decided_by: LabelDecider | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.label_decider import LabelDecider

        id = self.id

        name = self.name

        score = self.score

        rank = self.rank

        source = self.source.value

        model: None | str
        model = self.model

        trained: bool | None
        trained = self.trained

        status = self.status.value

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        decided_by: dict[str, Any] | None | Unset
        if isinstance(self.decided_by, Unset):
            decided_by = UNSET
        elif isinstance(self.decided_by, LabelDecider):
            decided_by = self.decided_by.to_dict()
        else:
            decided_by = self.decided_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "score": score,
                "rank": rank,
                "source": source,
                "model": model,
                "trained": trained,
                "status": status,
                "decided_at": decided_at,
            }
        )
        if decided_by is not UNSET:
            field_dict["decided_by"] = decided_by

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.label_decider import LabelDecider

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        score = d.pop("score")

        rank = d.pop("rank")

        source = LabelSource(d.pop("source"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_trained(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        trained = _parse_trained(d.pop("trained"))

        status = LabelStatus(d.pop("status"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        def _parse_decided_by(data: object) -> LabelDecider | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                decided_by_type_0 = LabelDecider.from_dict(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LabelDecider | None | Unset, data)

        decided_by = _parse_decided_by(d.pop("decided_by", UNSET))

        image_label = cls(
            id=id,
            name=name,
            score=score,
            rank=rank,
            source=source,
            model=model,
            trained=trained,
            status=status,
            decided_at=decided_at,
            decided_by=decided_by,
        )

        image_label.additional_properties = d
        return image_label

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
