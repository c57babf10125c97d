from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.status_state import StatusState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.coverage import Coverage
    from ..models.model_status import ModelStatus
    from ..models.services_status import ServicesStatus


T = TypeVar("T", bound="Status")


@_attrs_define
class Status:
    """The state of the whole.

    Attributes:
        state (StatusState): Whether all parts work, or something is amiss.
        version (str): Of the server.
        services (ServicesStatus): How the services behind the gateway do.
        model (ModelStatus): Which model labels and embeds. What is not known is null.
        coverage (Coverage | None | Unset): null when the catalog does not answer, or the caller lacks the scope
            images:read.
    """

    state: StatusState
    version: str
    services: ServicesStatus
    model: ModelStatus
    coverage: Coverage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.coverage import Coverage

        state = self.state.value

        version = self.version

        services = self.services.to_dict()

        model = self.model.to_dict()

        coverage: dict[str, Any] | None | Unset
        if isinstance(self.coverage, Unset):
            coverage = UNSET
        elif isinstance(self.coverage, Coverage):
            coverage = self.coverage.to_dict()
        else:
            coverage = self.coverage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "version": version,
                "services": services,
                "model": model,
            }
        )
        if coverage is not UNSET:
            field_dict["coverage"] = coverage

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.coverage import Coverage
        from ..models.model_status import ModelStatus
        from ..models.services_status import ServicesStatus

        d = dict(src_dict)
        state = StatusState(d.pop("state"))

        version = d.pop("version")

        services = ServicesStatus.from_dict(d.pop("services"))

        model = ModelStatus.from_dict(d.pop("model"))

        def _parse_coverage(data: object) -> Coverage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                coverage_type_0 = Coverage.from_dict(data)

                return coverage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Coverage | None | Unset, data)

        coverage = _parse_coverage(d.pop("coverage", UNSET))

        status = cls(
            state=state,
            version=version,
            services=services,
            model=model,
            coverage=coverage,
        )

        status.additional_properties = d
        return status

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
