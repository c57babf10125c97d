from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SimilarFilter")


@_attrs_define
class SimilarFilter:
    """Which images count: everything given must hold.

    Attributes:
        label (list[str] | Unset): A label's id or name, kinds of it included. Several: all of them must be there.
        any_label (list[str] | Unset): At least one of these labels must be there.
        not_label (list[str] | Unset): None of these labels, nor kinds of them, may be there.
        owner (None | str | Unset): Only this user's images: `me`, a user's id, or a user's name in upper or lower case.
        q (None | str | Unset): Words over title, description, tags and labels.
        tag (list[str] | Unset): All of these tags must be there.
        collection (None | str | Unset): One of your collections: its id, or `favorites`.
        taken_after (datetime.datetime | None | Unset): Taken at this moment or later.
        taken_before (datetime.datetime | None | Unset): Taken before this moment.
        created_after (datetime.datetime | None | Unset): Uploaded at this moment or later.
        created_before (datetime.datetime | None | Unset): Uploaded before this moment.
        min_width (int | None | Unset): Least width in pixels.
        max_width (int | None | Unset): Greatest width in pixels.
        min_height (int | None | Unset): Least height in pixels.
        max_height (int | None | Unset): Greatest height in pixels.
    """

    label: list[str] | Unset = UNSET
    any_label: list[str] | Unset = UNSET
    not_label: list[str] | Unset = UNSET
    owner: None | str | Unset = UNSET
    q: None | str | Unset = UNSET
    tag: list[str] | Unset = UNSET
    collection: None | str | Unset = UNSET
    taken_after: datetime.datetime | None | Unset = UNSET
    taken_before: datetime.datetime | None | Unset = UNSET
    created_after: datetime.datetime | None | Unset = UNSET
    created_before: datetime.datetime | None | Unset = UNSET
    min_width: int | None | Unset = UNSET
    max_width: int | None | Unset = UNSET
    min_height: int | None | Unset = UNSET
    max_height: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        label: list[str] | Unset = UNSET
        if not isinstance(self.label, Unset):
            label = self.label

        any_label: list[str] | Unset = UNSET
        if not isinstance(self.any_label, Unset):
            any_label = self.any_label

        not_label: list[str] | Unset = UNSET
        if not isinstance(self.not_label, Unset):
            not_label = self.not_label

        owner: None | str | Unset
        if isinstance(self.owner, Unset):
            owner = UNSET
        else:
            owner = self.owner

        q: None | str | Unset
        if isinstance(self.q, Unset):
            q = UNSET
        else:
            q = self.q

        tag: list[str] | Unset = UNSET
        if not isinstance(self.tag, Unset):
            tag = self.tag

        collection: None | str | Unset
        if isinstance(self.collection, Unset):
            collection = UNSET
        else:
            collection = self.collection

        taken_after: None | str | Unset
        if isinstance(self.taken_after, Unset):
            taken_after = UNSET
        elif isinstance(self.taken_after, datetime.datetime):
            taken_after = self.taken_after.isoformat()
        else:
            taken_after = self.taken_after

        taken_before: None | str | Unset
        if isinstance(self.taken_before, Unset):
            taken_before = UNSET
        elif isinstance(self.taken_before, datetime.datetime):
            taken_before = self.taken_before.isoformat()
        else:
            taken_before = self.taken_before

        created_after: None | str | Unset
        if isinstance(self.created_after, Unset):
            created_after = UNSET
        elif isinstance(self.created_after, datetime.datetime):
            created_after = self.created_after.isoformat()
        else:
            created_after = self.created_after

        created_before: None | str | Unset
        if isinstance(self.created_before, Unset):
            created_before = UNSET
        elif isinstance(self.created_before, datetime.datetime):
            created_before = self.created_before.isoformat()
        else:
            created_before = self.created_before

        min_width: int | None | Unset
        if isinstance(self.min_width, Unset):
            min_width = UNSET
        else:
            min_width = self.min_width

        max_width: int | None | Unset
        if isinstance(self.max_width, Unset):
            max_width = UNSET
        else:
            max_width = self.max_width

        min_height: int | None | Unset
        if isinstance(self.min_height, Unset):
            min_height = UNSET
        else:
            min_height = self.min_height

        max_height: int | None | Unset
        if isinstance(self.max_height, Unset):
            max_height = UNSET
        else:
            max_height = self.max_height

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if label is not UNSET:
            field_dict["label"] = label
        if any_label is not UNSET:
            field_dict["any_label"] = any_label
        if not_label is not UNSET:
            field_dict["not_label"] = not_label
        if owner is not UNSET:
            field_dict["owner"] = owner
        if q is not UNSET:
            field_dict["q"] = q
        if tag is not UNSET:
            field_dict["tag"] = tag
        if collection is not UNSET:
            field_dict["collection"] = collection
        if taken_after is not UNSET:
            field_dict["taken_after"] = taken_after
        if taken_before is not UNSET:
            field_dict["taken_before"] = taken_before
        if created_after is not UNSET:
            field_dict["created_after"] = created_after
        if created_before is not UNSET:
            field_dict["created_before"] = created_before
        if min_width is not UNSET:
            field_dict["min_width"] = min_width
        if max_width is not UNSET:
            field_dict["max_width"] = max_width
        if min_height is not UNSET:
            field_dict["min_height"] = min_height
        if max_height is not UNSET:
            field_dict["max_height"] = max_height

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        label = cast(list[str], d.pop("label", UNSET))

        any_label = cast(list[str], d.pop("any_label", UNSET))

        not_label = cast(list[str], d.pop("not_label", UNSET))

        def _parse_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner = _parse_owner(d.pop("owner", UNSET))

        def _parse_q(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        q = _parse_q(d.pop("q", UNSET))

        tag = cast(list[str], d.pop("tag", UNSET))

        def _parse_collection(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        collection = _parse_collection(d.pop("collection", UNSET))

        def _parse_taken_after(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_after_type_0 = datetime.datetime.fromisoformat(data)

                return taken_after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        taken_after = _parse_taken_after(d.pop("taken_after", UNSET))

        def _parse_taken_before(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_before_type_0 = datetime.datetime.fromisoformat(data)

                return taken_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        taken_before = _parse_taken_before(d.pop("taken_before", UNSET))

        def _parse_created_after(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_after_type_0 = datetime.datetime.fromisoformat(data)

                return created_after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_after = _parse_created_after(d.pop("created_after", UNSET))

        def _parse_created_before(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_before_type_0 = datetime.datetime.fromisoformat(data)

                return created_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_before = _parse_created_before(d.pop("created_before", UNSET))

        def _parse_min_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        min_width = _parse_min_width(d.pop("min_width", UNSET))

        def _parse_max_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_width = _parse_max_width(d.pop("max_width", UNSET))

        def _parse_min_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        min_height = _parse_min_height(d.pop("min_height", UNSET))

        def _parse_max_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_height = _parse_max_height(d.pop("max_height", UNSET))

        similar_filter = cls(
            label=label,
            any_label=any_label,
            not_label=not_label,
            owner=owner,
            q=q,
            tag=tag,
            collection=collection,
            taken_after=taken_after,
            taken_before=taken_before,
            created_after=created_after,
            created_before=created_before,
            min_width=min_width,
            max_width=max_width,
            min_height=min_height,
            max_height=max_height,
        )

        return similar_filter
