from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.served_model_state import ServedModelState
from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelStatus")


@_attrs_define
class ModelStatus:
    """Which model labels and embeds. What is not known is null.

    Attributes:
        state (ServedModelState): How far the model is; `unknown` while its classifier does not answer.
        detail (str): One sentence for people: which model serves, or what to do when none does.
        name (None | str | Unset): What it is called.
        space (None | str | Unset): The vector space of its embeddings.
        trained (bool | None | Unset): False: random weights; its labels mean nothing.
        engine (None | str | Unset): What runs it.
        precision (None | str | Unset): In which numbers it computes.
    """

    state: ServedModelState
    detail: str
    name: None | str | Unset = UNSET
    space: None | str | Unset = UNSET
    trained: bool | None | Unset = UNSET
    engine: None | str | Unset = UNSET
    precision: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        detail = self.detail

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        space: None | str | Unset
        if isinstance(self.space, Unset):
            space = UNSET
        else:
            space = self.space

        trained: bool | None | Unset
        if isinstance(self.trained, Unset):
            trained = UNSET
        else:
            trained = self.trained

        engine: None | str | Unset
        if isinstance(self.engine, Unset):
            engine = UNSET
        else:
            engine = self.engine

        precision: None | str | Unset
        if isinstance(self.precision, Unset):
            precision = UNSET
        else:
            precision = self.precision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "detail": detail,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if space is not UNSET:
            field_dict["space"] = space
        if trained is not UNSET:
            field_dict["trained"] = trained
        if engine is not UNSET:
            field_dict["engine"] = engine
        if precision is not UNSET:
            field_dict["precision"] = precision

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        state = ServedModelState(d.pop("state"))

        detail = d.pop("detail")

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_space(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        space = _parse_space(d.pop("space", UNSET))

        def _parse_trained(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        trained = _parse_trained(d.pop("trained", UNSET))

        def _parse_engine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        engine = _parse_engine(d.pop("engine", UNSET))

        def _parse_precision(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        precision = _parse_precision(d.pop("precision", UNSET))

        model_status = cls(
            state=state,
            detail=detail,
            name=name,
            space=space,
            trained=trained,
            engine=engine,
            precision=precision,
        )

        model_status.additional_properties = d
        return model_status

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
