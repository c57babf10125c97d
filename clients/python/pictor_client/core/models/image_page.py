from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.camera_facet import CameraFacet
    from ..models.facets import Facets
    from ..models.image import Image
    from ..models.image_explanation import ImageExplanation
    from ..models.page_start import PageStart


T = TypeVar("T", bound="ImagePage")


@_attrs_define
class ImagePage:
    """A page of images.

    Attributes:
        items (list[Image]): In the order asked for.
        next_cursor (None | str): Give it back as `cursor` for the next page; null at the end.
        explain (list[ImageExplanation] | None | Unset): With `include=explain`: what made each item match, in the order
            of the items.
        total (int | None | Unset): With `include=total`: how many images the search finds.
        total_is_lower_bound (bool | None | Unset): With `include=total`: true where counting ended at `total`, and
            there are more.
        outline (list[PageStart] | None | Unset): With `include=outline`: the second page and those after it, 10,000 at
            the most; absent in an order that is not by time.
        cameras (list[CameraFacet] | None | Unset): With `include=cameras`: the 50 most used cameras of the 100,000
            newest images found.
        facets (Facets | None | Unset): With `include=facets`: of all images found, not the page.
    """

    items: list[Image]
    next_cursor: None | str
    explain: list[ImageExplanation] | None | Unset = UNSET
    total: int | None | Unset = UNSET
    total_is_lower_bound: bool | None | Unset = UNSET
    outline: list[PageStart] | None | Unset = UNSET
    cameras: list[CameraFacet] | None | Unset = UNSET
    facets: Facets | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.facets import Facets

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        explain: list[dict[str, Any]] | None | Unset
        if isinstance(self.explain, Unset):
            explain = UNSET
        elif isinstance(self.explain, list):
            explain = []
            for explain_type_0_item_data in self.explain:
                explain_type_0_item = explain_type_0_item_data.to_dict()
                explain.append(explain_type_0_item)

        else:
            explain = self.explain

        total: int | None | Unset
        if isinstance(self.total, Unset):
            total = UNSET
        else:
            total = self.total

        total_is_lower_bound: bool | None | Unset
        if isinstance(self.total_is_lower_bound, Unset):
            total_is_lower_bound = UNSET
        else:
            total_is_lower_bound = self.total_is_lower_bound

        outline: list[dict[str, Any]] | None | Unset
        if isinstance(self.outline, Unset):
            outline = UNSET
        elif isinstance(self.outline, list):
            outline = []
            for outline_type_0_item_data in self.outline:
                outline_type_0_item = outline_type_0_item_data.to_dict()
                outline.append(outline_type_0_item)

        else:
            outline = self.outline

        cameras: list[dict[str, Any]] | None | Unset
        if isinstance(self.cameras, Unset):
            cameras = UNSET
        elif isinstance(self.cameras, list):
            cameras = []
            for cameras_type_0_item_data in self.cameras:
                cameras_type_0_item = cameras_type_0_item_data.to_dict()
                cameras.append(cameras_type_0_item)

        else:
            cameras = self.cameras

        facets: dict[str, Any] | None | Unset
        if isinstance(self.facets, Unset):
            facets = UNSET
        elif isinstance(self.facets, Facets):
            facets = self.facets.to_dict()
        else:
            facets = self.facets

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next_cursor": next_cursor,
            }
        )
        if explain is not UNSET:
            field_dict["explain"] = explain
        if total is not UNSET:
            field_dict["total"] = total
        if total_is_lower_bound is not UNSET:
            field_dict["total_is_lower_bound"] = total_is_lower_bound
        if outline is not UNSET:
            field_dict["outline"] = outline
        if cameras is not UNSET:
            field_dict["cameras"] = cameras
        if facets is not UNSET:
            field_dict["facets"] = facets

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.camera_facet import CameraFacet
        from ..models.facets import Facets
        from ..models.image import Image
        from ..models.image_explanation import ImageExplanation
        from ..models.page_start import PageStart

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Image.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        def _parse_explain(data: object) -> list[ImageExplanation] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                explain_type_0 = []
                _explain_type_0 = data
                for explain_type_0_item_data in _explain_type_0:
                    explain_type_0_item = ImageExplanation.from_dict(
                        explain_type_0_item_data
                    )

                    explain_type_0.append(explain_type_0_item)

                return explain_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ImageExplanation] | None | Unset, data)

        explain = _parse_explain(d.pop("explain", UNSET))

        def _parse_total(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total = _parse_total(d.pop("total", UNSET))

        def _parse_total_is_lower_bound(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        total_is_lower_bound = _parse_total_is_lower_bound(
            d.pop("total_is_lower_bound", UNSET)
        )

        def _parse_outline(data: object) -> list[PageStart] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                outline_type_0 = []
                _outline_type_0 = data
                for outline_type_0_item_data in _outline_type_0:
                    outline_type_0_item = PageStart.from_dict(outline_type_0_item_data)

                    outline_type_0.append(outline_type_0_item)

                return outline_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PageStart] | None | Unset, data)

        outline = _parse_outline(d.pop("outline", UNSET))

        def _parse_cameras(data: object) -> list[CameraFacet] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cameras_type_0 = []
                _cameras_type_0 = data
                for cameras_type_0_item_data in _cameras_type_0:
                    cameras_type_0_item = CameraFacet.from_dict(
                        cameras_type_0_item_data
                    )

                    cameras_type_0.append(cameras_type_0_item)

                return cameras_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CameraFacet] | None | Unset, data)

        cameras = _parse_cameras(d.pop("cameras", UNSET))

        def _parse_facets(data: object) -> Facets | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                facets_type_0 = Facets.from_dict(data)

                return facets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Facets | None | Unset, data)

        facets = _parse_facets(d.pop("facets", UNSET))

        image_page = cls(
            items=items,
            next_cursor=next_cursor,
            explain=explain,
            total=total,
            total_is_lower_bound=total_is_lower_bound,
            outline=outline,
            cameras=cameras,
            facets=facets,
        )

        image_page.additional_properties = d
        return image_page

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
