from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.label_reference import LabelReference


T = TypeVar("T", bound="LabelDetail")


@_attrs_define
class LabelDetail:
    """A label of the taxonomy (WordNet 3.0).

    Attributes:
        id (str): WordNet 3.0 id.
        name (str): What people call it.
        synonyms (list[str]): Other words for it.
        gloss (str): What it is, in a sentence.
        ancestors (list[LabelReference]): What it is a kind of, nearest first.
        path (list[LabelReference]): One way up, nearest first: each is a kind of the next.
        children (list[LabelReference]): The kinds of it, one step down.
        is_class (bool): Whether the model answers this label itself, or only kinds of it.
        count (int): Images that you may see and that bear it, or a kind of it.
    """

    id: str
    name: str
    synonyms: list[str]
    gloss: str
    ancestors: list[LabelReference]
    path: list[LabelReference]
    children: list[LabelReference]
    is_class: bool
    count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        synonyms = self.synonyms

        gloss = self.gloss

        ancestors = []
        for ancestors_item_data in self.ancestors:
            ancestors_item = ancestors_item_data.to_dict()
            ancestors.append(ancestors_item)

        path = []
        for path_item_data in self.path:
            path_item = path_item_data.to_dict()
            path.append(path_item)

        children = []
        for children_item_data in self.children:
            children_item = children_item_data.to_dict()
            children.append(children_item)

        is_class = self.is_class

        count = self.count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "synonyms": synonyms,
                "gloss": gloss,
                "ancestors": ancestors,
                "path": path,
                "children": children,
                "is_class": is_class,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.label_reference import LabelReference

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        synonyms = cast(list[str], d.pop("synonyms"))

        gloss = d.pop("gloss")

        ancestors = []
        _ancestors = d.pop("ancestors")
        for ancestors_item_data in _ancestors:
            ancestors_item = LabelReference.from_dict(ancestors_item_data)

            ancestors.append(ancestors_item)

        path = []
        _path = d.pop("path")
        for path_item_data in _path:
            path_item = LabelReference.from_dict(path_item_data)

            path.append(path_item)

        children = []
        _children = d.pop("children")
        for children_item_data in _children:
            children_item = LabelReference.from_dict(children_item_data)

            children.append(children_item)

        is_class = d.pop("is_class")

        count = d.pop("count")

        label_detail = cls(
            id=id,
            name=name,
            synonyms=synonyms,
            gloss=gloss,
            ancestors=ancestors,
            path=path,
            children=children,
            is_class=is_class,
            count=count,
        )

        label_detail.additional_properties = d
        return label_detail

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
