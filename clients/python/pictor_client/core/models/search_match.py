from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.matched_by import MatchedBy
from ..models.matched_parameter import MatchedParameter
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.label_reference import LabelReference
    from ..models.matched_label import MatchedLabel


T = TypeVar("T", bound="SearchMatch")


@_attrs_define
class SearchMatch:
    """One reason. Of several labels that fit one thing asked for, the five best are named.

    Attributes:
        parameter (MatchedParameter): A parameter of GET /v1/images that a match can come from.
        value (str): As asked.
        by (MatchedBy): What of an image fits what was asked.
        term (None | str): The tag, or the name or synonym of a label; null for title and description.
        words (list[str]): Of `q`: its words that stand there, in any form.
        path (list[LabelReference]): From the label asked for down to the one that the image bears; one label when they
            are the same.
        label (MatchedLabel | None | Unset): The label that the image bears; null without one.
    """

    parameter: MatchedParameter
    value: str
    by: MatchedBy
    term: None | str
    words: list[str]
    path: list[LabelReference]
    label: MatchedLabel | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.matched_label import MatchedLabel

        parameter = self.parameter.value

        value = self.value

        by = self.by.value

        term: None | str
        term = self.term

        words = self.words

        path = []
        for path_item_data in self.path:
            path_item = path_item_data.to_dict()
            path.append(path_item)

        label: dict[str, Any] | None | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        elif isinstance(self.label, MatchedLabel):
            label = self.label.to_dict()
        else:
            label = self.label

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "parameter": parameter,
                "value": value,
                "by": by,
                "term": term,
                "words": words,
                "path": path,
            }
        )
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.label_reference import LabelReference
        from ..models.matched_label import MatchedLabel

        d = dict(src_dict)
        parameter = MatchedParameter(d.pop("parameter"))

        value = d.pop("value")

        by = MatchedBy(d.pop("by"))

        def _parse_term(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        term = _parse_term(d.pop("term"))

        words = cast(list[str], d.pop("words"))

        path = []
        _path = d.pop("path")
        for path_item_data in _path:
            path_item = LabelReference.from_dict(path_item_data)

            path.append(path_item)

        def _parse_label(data: object) -> MatchedLabel | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                label_type_0 = MatchedLabel.from_dict(data)

                return label_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MatchedLabel | None | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        search_match = cls(
            parameter=parameter,
            value=value,
            by=by,
            term=term,
            words=words,
            path=path,
            label=label,
        )

        search_match.additional_properties = d
        return search_match

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
