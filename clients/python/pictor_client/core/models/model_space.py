from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.mode import Mode

T = TypeVar("T", bound="ModelSpace")


@_attrs_define
class ModelSpace:
    """The vectors of one model. Only the active space answers searches.

    Attributes:
        id (str): Its id.
        dimension (int): Values of a vector.
        trained (bool | None): False when the model has random weights; null when nobody has said.
        points (int): Images that have a vector in it.
        coverage (float): Vectors over images, of the whole library; 1 when that is empty.
        active (bool): Whether searches are answered from it.
        candidate (bool): It is, or was, filled beside the active one, and was not promoted yet.
        promoted_at (datetime.datetime | None): null when it was not, or answers without having been promoted.
        modes (list[Mode]): How it can be searched.
        created_at (datetime.datetime): When its first vector came.
    """

    id: str
    dimension: int
    trained: bool | None
    points: int
    coverage: float
    active: bool
    candidate: bool
    promoted_at: datetime.datetime | None
    modes: list[Mode]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        dimension = self.dimension

        trained: bool | None
        trained = self.trained

        points = self.points

        coverage = self.coverage

        active = self.active

        candidate = self.candidate

        promoted_at: None | str
        if isinstance(self.promoted_at, datetime.datetime):
            promoted_at = self.promoted_at.isoformat()
        else:
            promoted_at = self.promoted_at

        modes = []
        for modes_item_data in self.modes:
            modes_item = modes_item_data.value
            modes.append(modes_item)

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "dimension": dimension,
                "trained": trained,
                "points": points,
                "coverage": coverage,
                "active": active,
                "candidate": candidate,
                "promoted_at": promoted_at,
                "modes": modes,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        dimension = d.pop("dimension")

        def _parse_trained(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        trained = _parse_trained(d.pop("trained"))

        points = d.pop("points")

        coverage = d.pop("coverage")

        active = d.pop("active")

        candidate = d.pop("candidate")

        def _parse_promoted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                promoted_at_type_0 = datetime.datetime.fromisoformat(data)

                return promoted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        promoted_at = _parse_promoted_at(d.pop("promoted_at"))

        modes = []
        _modes = d.pop("modes")
        for modes_item_data in _modes:
            modes_item = Mode(modes_item_data)

            modes.append(modes_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        model_space = cls(
            id=id,
            dimension=dimension,
            trained=trained,
            points=points,
            coverage=coverage,
            active=active,
            candidate=candidate,
            promoted_at=promoted_at,
            modes=modes,
            created_at=created_at,
        )

        model_space.additional_properties = d
        return model_space

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
