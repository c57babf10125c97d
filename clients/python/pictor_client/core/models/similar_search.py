from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.collapse import Collapse
from ..models.mode import Mode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similar_example import SimilarExample
    from ..models.similar_filter import SimilarFilter


T = TypeVar("T", bound="SimilarSearch")


@_attrs_define
class SimilarSearch:
    """Images like these.

    Attributes:
        like (list[SimilarExample]): Images like these.
        unlike (list[SimilarExample] | Unset): Away from these: counted half.
        filter_ (SimilarFilter | Unset): Which images count: everything given must hold.
        limit (int | Unset): Hits at the most; more than 100 is taken as 100. Default: 12.
        min_score (float | Unset): Least cosine of a hit. Default: 0.0.
        mode (Mode | Unset): How to search. AUTO is the fastest that the space has an index for.
        recall_probe (bool | Unset): Search exactly as well, and say how much of that was found and how long both took.
            Default: False.
        collapse (Collapse | None | Unset): `near_duplicates`: of hits that are copies of each other, by their bytes or
            their perceptual hashes, only the best stays and says how many were folded into it.
    """

    like: list[SimilarExample]
    unlike: list[SimilarExample] | Unset = UNSET
    filter_: SimilarFilter | Unset = UNSET
    limit: int | Unset = 12
    min_score: float | Unset = 0.0
    mode: Mode | Unset = UNSET
    recall_probe: bool | Unset = False
    collapse: Collapse | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        like = []
        for like_item_data in self.like:
            like_item = like_item_data.to_dict()
            like.append(like_item)

        unlike: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.unlike, Unset):
            unlike = []
            for unlike_item_data in self.unlike:
                unlike_item = unlike_item_data.to_dict()
                unlike.append(unlike_item)

        filter_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filter_, Unset):
            filter_ = self.filter_.to_dict()

        limit = self.limit

        min_score = self.min_score

        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode.value

        recall_probe = self.recall_probe

        collapse: None | str | Unset
        if isinstance(self.collapse, Unset):
            collapse = UNSET
        elif isinstance(self.collapse, Collapse):
            collapse = self.collapse.value
        else:
            collapse = self.collapse

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "like": like,
            }
        )
        if unlike is not UNSET:
            field_dict["unlike"] = unlike
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if limit is not UNSET:
            field_dict["limit"] = limit
        if min_score is not UNSET:
            field_dict["min_score"] = min_score
        if mode is not UNSET:
            field_dict["mode"] = mode
        if recall_probe is not UNSET:
            field_dict["recall_probe"] = recall_probe
        if collapse is not UNSET:
            field_dict["collapse"] = collapse

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.similar_example import SimilarExample
        from ..models.similar_filter import SimilarFilter

        d = dict(src_dict)
        like = []
        _like = d.pop("like")
        for like_item_data in _like:
            like_item = SimilarExample.from_dict(like_item_data)

            like.append(like_item)

        _unlike = d.pop("unlike", UNSET)
        unlike: list[SimilarExample] | Unset = UNSET
        if _unlike is not UNSET:
            unlike = []
            for unlike_item_data in _unlike:
                unlike_item = SimilarExample.from_dict(unlike_item_data)

                unlike.append(unlike_item)

        _filter_ = d.pop("filter", UNSET)
        filter_: SimilarFilter | Unset
        if isinstance(_filter_, Unset):
            filter_ = UNSET
        else:
            filter_ = SimilarFilter.from_dict(_filter_)

        limit = d.pop("limit", UNSET)

        min_score = d.pop("min_score", UNSET)

        _mode = d.pop("mode", UNSET)
        mode: Mode | Unset
        if isinstance(_mode, Unset):
            mode = UNSET
        else:
            mode = Mode(_mode)

        recall_probe = d.pop("recall_probe", UNSET)

        def _parse_collapse(data: object) -> Collapse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                collapse_type_0 = Collapse(data)

                return collapse_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Collapse | None | Unset, data)

        collapse = _parse_collapse(d.pop("collapse", UNSET))

        similar_search = cls(
            like=like,
            unlike=unlike,
            filter_=filter_,
            limit=limit,
            min_score=min_score,
            mode=mode,
            recall_probe=recall_probe,
            collapse=collapse,
        )

        return similar_search
