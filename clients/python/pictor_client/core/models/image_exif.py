from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ImageExif")


@_attrs_define
class ImageExif:
    """What the camera wrote; null where it did not. The position is told to the owner alone.

    Attributes:
        make (None | str): The camera's maker.
        model (None | str): The camera.
        lens (None | str): The lens.
        exposure_s (float | None): Exposure time in seconds.
        f_number (float | None): Aperture.
        iso (int | None): Sensitivity.
        focal_length_mm (float | None): Focal length in millimetres.
        software (None | str): The program that wrote the file.
        orientation (int | None): EXIF orientation, 1 to 8; `width` and `height` are upright.
        latitude (float | None): Degrees, north is positive. To the owner only.
        longitude (float | None): Degrees, east is positive. To the owner only.
        altitude_m (float | None): Metres above the sea. To the owner only.
    """

    make: None | str
    model: None | str
    lens: None | str
    exposure_s: float | None
    f_number: float | None
    iso: int | None
    focal_length_mm: float | None
    software: None | str
    orientation: int | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        make: None | str
        make = self.make

        model: None | str
        model = self.model

        lens: None | str
        lens = self.lens

        exposure_s: float | None
        exposure_s = self.exposure_s

        f_number: float | None
        f_number = self.f_number

        iso: int | None
        iso = self.iso

        focal_length_mm: float | None
        focal_length_mm = self.focal_length_mm

        software: None | str
        software = self.software

        orientation: int | None
        orientation = self.orientation

        latitude: float | None
        latitude = self.latitude

        longitude: float | None
        longitude = self.longitude

        altitude_m: float | None
        altitude_m = self.altitude_m

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "make": make,
                "model": model,
                "lens": lens,
                "exposure_s": exposure_s,
                "f_number": f_number,
                "iso": iso,
                "focal_length_mm": focal_length_mm,
                "software": software,
                "orientation": orientation,
                "latitude": latitude,
                "longitude": longitude,
                "altitude_m": altitude_m,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_make(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        make = _parse_make(d.pop("make"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_lens(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        lens = _parse_lens(d.pop("lens"))

        def _parse_exposure_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        exposure_s = _parse_exposure_s(d.pop("exposure_s"))

        def _parse_f_number(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        f_number = _parse_f_number(d.pop("f_number"))

        def _parse_iso(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        iso = _parse_iso(d.pop("iso"))

        def _parse_focal_length_mm(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        focal_length_mm = _parse_focal_length_mm(d.pop("focal_length_mm"))

        def _parse_software(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        software = _parse_software(d.pop("software"))

        def _parse_orientation(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        orientation = _parse_orientation(d.pop("orientation"))

        def _parse_latitude(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latitude = _parse_latitude(d.pop("latitude"))

        def _parse_longitude(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        longitude = _parse_longitude(d.pop("longitude"))

        def _parse_altitude_m(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        altitude_m = _parse_altitude_m(d.pop("altitude_m"))

        image_exif = cls(
            make=make,
            model=model,
            lens=lens,
            exposure_s=exposure_s,
            f_number=f_number,
            iso=iso,
            focal_length_mm=focal_length_mm,
            software=software,
            orientation=orientation,
            latitude=latitude,
            longitude=longitude,
            altitude_m=altitude_m,
        )

        image_exif.additional_properties = d
        return image_exif

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
