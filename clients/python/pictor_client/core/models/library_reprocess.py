from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.model_choice import ModelChoice

T = TypeVar("T", bound="LibraryReprocess")


@_attrs_define
class LibraryReprocess:
    """What to label and embed the library with.

    Attributes:
        model (ModelChoice): The model whose space answers searches, or the other one, whose space is filled beside it.
    """

    model: ModelChoice

    def to_dict(self) -> dict[str, Any]:
        model = self.model.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        model = ModelChoice(d.pop("model"))

        library_reprocess = cls(
            model=model,
        )

        return library_reprocess
