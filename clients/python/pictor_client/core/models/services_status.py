from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.service_status import ServiceStatus


T = TypeVar("T", bound="ServicesStatus")


@_attrs_define
class ServicesStatus:
    """How the services behind the gateway do.

    Attributes:
        catalog (ServiceStatus): How one service does.
        classifier (ServiceStatus): How one service does.
        similarity (ServiceStatus): How one service does.
    """

    catalog: ServiceStatus
    classifier: ServiceStatus
    similarity: ServiceStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        catalog = self.catalog.to_dict()

        classifier = self.classifier.to_dict()

        similarity = self.similarity.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "catalog": catalog,
                "classifier": classifier,
                "similarity": similarity,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.service_status import ServiceStatus

        d = dict(src_dict)
        catalog = ServiceStatus.from_dict(d.pop("catalog"))

        classifier = ServiceStatus.from_dict(d.pop("classifier"))

        similarity = ServiceStatus.from_dict(d.pop("similarity"))

        services_status = cls(
            catalog=catalog,
            classifier=classifier,
            similarity=similarity,
        )

        services_status.additional_properties = d
        return services_status

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
