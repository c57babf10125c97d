from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.fit import Fit
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.scaling import Scaling


T = TypeVar("T", bound="InputContract")


@_attrs_define
class InputContract:
    """What the network takes: uint8 RGB pictures as NHWC, `size` pixels high and wide.

    `fit` and `crop` say which part of a picture these pixels show (see decoding.ModelInput); it is resized with an
    antialiased bilinear filter.

        Attributes:
            size (int): Pixels, both high and wide.
            scaling (Scaling): How the network scales pixels, itself: (x - mean) / divisor, then its channels in this order.
            name (str | Unset): Of the tensor. Default: 'images'.
            dtype (str | Unset): Always `uint8`. Default: 'uint8'.
            layout (str | Unset): Always `NHWC`. Default: 'NHWC'.
            colour (str | Unset): Always `RGB`. Default: 'RGB'.
            fit (Fit | Unset): `squeeze`: the whole picture, whatever its shape. `centre_crop`: the square in its middle.
            crop (float | Unset): The square's side, as a share of the picture's shorter side. Default: 1.0.
    """

    size: int
    scaling: Scaling
    name: str | Unset = "images"
    dtype: str | Unset = "uint8"
    layout: str | Unset = "NHWC"
    colour: str | Unset = "RGB"
    fit: Fit | Unset = UNSET
    crop: float | Unset = 1.0

    def to_dict(self) -> dict[str, Any]:
        size = self.size

        scaling = self.scaling.to_dict()

        name = self.name

        dtype = self.dtype

        layout = self.layout

        colour = self.colour

        fit: str | Unset = UNSET
        if not isinstance(self.fit, Unset):
            fit = self.fit.value

        crop = self.crop

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "size": size,
                "scaling": scaling,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if dtype is not UNSET:
            field_dict["dtype"] = dtype
        if layout is not UNSET:
            field_dict["layout"] = layout
        if colour is not UNSET:
            field_dict["colour"] = colour
        if fit is not UNSET:
            field_dict["fit"] = fit
        if crop is not UNSET:
            field_dict["crop"] = crop

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.scaling import Scaling

        d = dict(src_dict)
        size = d.pop("size")

        scaling = Scaling.from_dict(d.pop("scaling"))

        name = d.pop("name", UNSET)

        dtype = d.pop("dtype", UNSET)

        layout = d.pop("layout", UNSET)

        colour = d.pop("colour", UNSET)

        _fit = d.pop("fit", UNSET)
        fit: Fit | Unset
        if isinstance(_fit, Unset):
            fit = UNSET
        else:
            fit = Fit(_fit)

        crop = d.pop("crop", UNSET)

        input_contract = cls(
            size=size,
            scaling=scaling,
            name=name,
            dtype=dtype,
            layout=layout,
            colour=colour,
            fit=fit,
            crop=crop,
        )

        return input_contract
