from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.operation_state import OperationState

if TYPE_CHECKING:
    from ..models.image_owner import ImageOwner
    from ..models.operation_failure import OperationFailure
    from ..models.operation_parameters import OperationParameters
    from ..models.operation_progress import OperationProgress


T = TypeVar("T", bound="Operation")


@_attrs_define
class Operation:
    """Long work over the library: watch it, pause it, resume it, cancel it.

    Attributes:
        id (UUID): Its id.
        kind (str): What it does: `reprocess`, `rerender`, or another one in later versions.
        state (OperationState): How far an operation is. The last three are for good.
        progress (OperationProgress): Images. What is deleted while the operation runs leaves `total` at its end; what
            is uploaded is not counted.
        parameters (OperationParameters): What an operation was asked for.
        failures (list[OperationFailure]): The first 20 images that could not be done.
        error (None | str): Why it failed, or what it waits for just now.
        created_by (ImageOwner): A user, by id and name.
        created_at (datetime.datetime): When it was begun.
        updated_at (datetime.datetime): When it was last seen at work.
        finished_at (datetime.datetime | None): When it ended; null while it has not.
    """

    id: UUID
    kind: str
    state: OperationState
    progress: OperationProgress
    parameters: OperationParameters
    failures: list[OperationFailure]
    error: None | str
    created_by: ImageOwner
    created_at: datetime.datetime
    updated_at: datetime.datetime
    finished_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        state = self.state.value

        progress = self.progress.to_dict()

        parameters = self.parameters.to_dict()

        failures = []
        for failures_item_data in self.failures:
            failures_item = failures_item_data.to_dict()
            failures.append(failures_item)

        error: None | str
        error = self.error

        created_by = self.created_by.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "progress": progress,
                "parameters": parameters,
                "failures": failures,
                "error": error,
                "created_by": created_by,
                "created_at": created_at,
                "updated_at": updated_at,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.image_owner import ImageOwner
        from ..models.operation_failure import OperationFailure
        from ..models.operation_parameters import OperationParameters
        from ..models.operation_progress import OperationProgress

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        state = OperationState(d.pop("state"))

        progress = OperationProgress.from_dict(d.pop("progress"))

        parameters = OperationParameters.from_dict(d.pop("parameters"))

        failures = []
        _failures = d.pop("failures")
        for failures_item_data in _failures:
            failures_item = OperationFailure.from_dict(failures_item_data)

            failures.append(failures_item)

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        created_by = ImageOwner.from_dict(d.pop("created_by"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        operation = cls(
            id=id,
            kind=kind,
            state=state,
            progress=progress,
            parameters=parameters,
            failures=failures,
            error=error,
            created_by=created_by,
            created_at=created_at,
            updated_at=updated_at,
            finished_at=finished_at,
        )

        operation.additional_properties = d
        return operation

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
