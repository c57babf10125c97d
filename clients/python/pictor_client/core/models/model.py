from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.input_contract import InputContract
    from ..models.model_speed import ModelSpeed


T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    """A network with its weights. Of one that no classifier serves, only the space is known: the rest is null.

    Attributes:
        name (str): What it is called.
        space (str): The vector space of its embeddings.
        served (bool): Whether a classifier serves it now.
        active (bool): Whether it labels what is uploaded, and its space answers searches.
        network (None | str): The network's design.
        trained (bool | None): False: random weights, for trials; the labels mean nothing.
        licence (None | str): Of the weights.
        classes (int | None): How many labels it tells apart.
        embedding_size (int | None): Values of a vector.
        engine (None | str): What runs it.
        precision (None | str): In which numbers it computes.
        points (int): Images that have a vector in its space.
        coverage (float): These over all images of the library; 1 when that is empty.
        input_ (InputContract | None | Unset): What the network takes, and how a picture becomes that.
        speed (ModelSpeed | None | Unset): Of this precision on the classifier's processor, where measured.
    """

    name: str
    space: str
    served: bool
    active: bool
    network: None | str
    trained: bool | None
    licence: None | str
    classes: int | None
    embedding_size: int | None
    engine: None | str
    precision: None | str
    points: int
    coverage: float
    input_: InputContract | None | Unset = UNSET
    speed: ModelSpeed | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.input_contract import InputContract
        from ..models.model_speed import ModelSpeed

        name = self.name

        space = self.space

        served = self.served

        active = self.active

        network: None | str
        network = self.network

        trained: bool | None
        trained = self.trained

        licence: None | str
        licence = self.licence

        classes: int | None
        classes = self.classes

        embedding_size: int | None
        embedding_size = self.embedding_size

        engine: None | str
        engine = self.engine

        precision: None | str
        precision = self.precision

        points = self.points

        coverage = self.coverage

        input_: dict[str, Any] | None | Unset
        if isinstance(self.input_, Unset):
            input_ = UNSET
        elif isinstance(self.input_, InputContract):
            input_ = self.input_.to_dict()
        else:
            input_ = self.input_

        speed: dict[str, Any] | None | Unset
        if isinstance(self.speed, Unset):
            speed = UNSET
        elif isinstance(self.speed, ModelSpeed):
            speed = self.speed.to_dict()
        else:
            speed = self.speed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "space": space,
                "served": served,
                "active": active,
                "network": network,
                "trained": trained,
                "licence": licence,
                "classes": classes,
                "embedding_size": embedding_size,
                "engine": engine,
                "precision": precision,
                "points": points,
                "coverage": coverage,
            }
        )
        if input_ is not UNSET:
            field_dict["input"] = input_
        if speed is not UNSET:
            field_dict["speed"] = speed

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.input_contract import InputContract
        from ..models.model_speed import ModelSpeed

        d = dict(src_dict)
        name = d.pop("name")

        space = d.pop("space")

        served = d.pop("served")

        active = d.pop("active")

        def _parse_network(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        network = _parse_network(d.pop("network"))

        def _parse_trained(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        trained = _parse_trained(d.pop("trained"))

        def _parse_licence(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        licence = _parse_licence(d.pop("licence"))

        def _parse_classes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        classes = _parse_classes(d.pop("classes"))

        def _parse_embedding_size(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        embedding_size = _parse_embedding_size(d.pop("embedding_size"))

        def _parse_engine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        engine = _parse_engine(d.pop("engine"))

        def _parse_precision(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        precision = _parse_precision(d.pop("precision"))

        points = d.pop("points")

        coverage = d.pop("coverage")

        def _parse_input_(data: object) -> InputContract | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_0 = InputContract.from_dict(data)

                return input_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InputContract | None | Unset, data)

        input_ = _parse_input_(d.pop("input", UNSET))

        def _parse_speed(data: object) -> ModelSpeed | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                speed_type_0 = ModelSpeed.from_dict(data)

                return speed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelSpeed | None | Unset, data)

        speed = _parse_speed(d.pop("speed", UNSET))

        model = cls(
            name=name,
            space=space,
            served=served,
            active=active,
            network=network,
            trained=trained,
            licence=licence,
            classes=classes,
            embedding_size=embedding_size,
            engine=engine,
            precision=precision,
            points=points,
            coverage=coverage,
            input_=input_,
            speed=speed,
        )

        model.additional_properties = d
        return model

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
