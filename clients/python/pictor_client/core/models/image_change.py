from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rotation import Rotation
from ..models.visibility import Visibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="ImageChange")


@_attrs_define
class ImageChange:
    """What to change; what is absent stays.

    Attributes:
        title (None | str | Unset): What it is called. null: nothing.
        description (None | str | Unset): What is to be said of it, at length. null: nothing.
        tags (list[str] | None | Unset): All its tags. null: none.
        visibility (Visibility | Unset): Who may see an image: every signed-in user, or its owner alone.
        rotation (Rotation | Unset): Degrees clockwise.
        taken_at (datetime.datetime | None | Unset): When it was taken, with the zone; what the file says counts no
            more. null: not known.
        taken_at_local (None | str | Unset): The same where the zone is not known: what the clock of the camera showed.
            Not together with `taken_at`. null: not known.
        file_name (None | str | Unset): The name of the original. null: none.
    """

    title: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    tags: list[str] | None | Unset = UNSET
    visibility: Visibility | Unset = UNSET
    rotation: Rotation | Unset = UNSET
    taken_at: datetime.datetime | None | Unset = UNSET
    taken_at_local: None | str | Unset = UNSET
    file_name: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        tags: list[str] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, list):
            tags = self.tags

        else:
            tags = self.tags

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        rotation: int | Unset = UNSET
        if not isinstance(self.rotation, Unset):
            rotation = self.rotation.value

        taken_at: None | str | Unset
        if isinstance(self.taken_at, Unset):
            taken_at = UNSET
        elif isinstance(self.taken_at, datetime.datetime):
            taken_at = self.taken_at.isoformat()
        else:
            taken_at = self.taken_at

        taken_at_local: None | str | Unset
        if isinstance(self.taken_at_local, Unset):
            taken_at_local = UNSET
        else:
            taken_at_local = self.taken_at_local

        file_name: None | str | Unset
        if isinstance(self.file_name, Unset):
            file_name = UNSET
        else:
            file_name = self.file_name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if description is not UNSET:
            field_dict["description"] = description
        if tags is not UNSET:
            field_dict["tags"] = tags
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if rotation is not UNSET:
            field_dict["rotation"] = rotation
        if taken_at is not UNSET:
            field_dict["taken_at"] = taken_at
        if taken_at_local is not UNSET:
            field_dict["taken_at_local"] = taken_at_local
        if file_name is not UNSET:
            field_dict["file_name"] = file_name

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tags_type_0 = cast(list[str], data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        tags = _parse_tags(d.pop("tags", UNSET))

        _visibility = d.pop("visibility", UNSET)
        visibility: Visibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = Visibility(_visibility)

        _rotation = d.pop("rotation", UNSET)
        rotation: Rotation | Unset
        if isinstance(_rotation, Unset):
            rotation = UNSET
        else:
            rotation = Rotation(_rotation)

        def _parse_taken_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_at_type_0 = datetime.datetime.fromisoformat(data)

                return taken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        taken_at = _parse_taken_at(d.pop("taken_at", UNSET))

        def _parse_taken_at_local(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        taken_at_local = _parse_taken_at_local(d.pop("taken_at_local", UNSET))

        def _parse_file_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        file_name = _parse_file_name(d.pop("file_name", UNSET))

        image_change = cls(
            title=title,
            description=description,
            tags=tags,
            visibility=visibility,
            rotation=rotation,
            taken_at=taken_at,
            taken_at_local=taken_at_local,
            file_name=file_name,
        )

        return image_change
