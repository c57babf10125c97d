from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.image_state import ImageState
from ..models.rotation import Rotation
from ..models.visibility import Visibility
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_exif import ImageExif
    from ..models.image_label import ImageLabel
    from ..models.image_owner import ImageOwner
    from ..models.image_urls import ImageUrls
    from ..models.image_warning import ImageWarning


T = TypeVar("T", bound="UploadedImage")


@_attrs_define
class UploadedImage:
    """The image that was sent, or the one that its owner had with the same bytes.

    Attributes:
        id (UUID): Its id.
        owner (ImageOwner): A user, by id and name.
        title (str): What it is called; may be empty.
        description (str): What the owner says of it; may be empty.
        sha256 (str): SHA-256 of the original's bytes, in hex.
        media_type (str): Of the original.
        bytes_ (int): Size of the original.
        width (int): Pixels, upright, before `rotation`.
        height (int): Pixels, upright, before `rotation`.
        rotation (Rotation): Degrees clockwise.
        file_name (None | str): The name that the original had; null when nobody said it.
        taken_at (datetime.datetime | None): When it was taken, as its owner or the original says; null when neither
            does. Where `time_zone_known` is false it is the local time with the zone of UTC.
        taken_at_local (None | str): The same as the clock of the camera showed it, without a zone.
        time_zone_known (bool): Whether the file, or its owner, says how far its clock was from UTC.
        exif (ImageExif): What the camera wrote; null where it did not. The position is told to the owner alone.
        has_motion (bool): Whether a video is in the original, as in motion photos.
        warnings (list[ImageWarning]): What is wrong with the original, which is shown all the same.
        visibility (Visibility): Who may see an image: every signed-in user, or its owner alone.
        state (ImageState): How far an image is: waiting for its labels, labelled and embedded, put off for a while, or
            given up.
        state_reason (None | str): Why an image is deferred or failed, and what to do.
        tags (list[str]): Its owner's words for it, in lower case.
        labels (list[ImageLabel]): What it shows, best first.
        urls (ImageUrls): Where the bytes of an image are.
        in_favorites (bool): Whether it is in your collection `favorites`.
        created_at (datetime.datetime): When it was uploaded.
        updated_at (datetime.datetime): When it was last changed.
        duplicate (bool): Whether you had these bytes already: then this is the image that was there.
        mended (bool | Unset): Whether the original of the image that was there was lost or damaged: these bytes took
            its place. Default: False.
        restored (bool | Unset): Whether the image that was there was in the trash: it is back as it was. Default:
            False.
    """

    id: UUID
    owner: ImageOwner
    title: str
    description: str
    sha256: str
    media_type: str
    bytes_: int
    width: int
    height: int
    rotation: Rotation
    file_name: None | str
    taken_at: datetime.datetime | None
    taken_at_local: None | str
    time_zone_known: bool
    exif: ImageExif
    has_motion: bool
    warnings: list[ImageWarning]
    visibility: Visibility
    state: ImageState
    state_reason: None | str
    tags: list[str]
    labels: list[ImageLabel]
    urls: ImageUrls
    in_favorites: bool
    created_at: datetime.datetime
    updated_at: datetime.datetime
    duplicate: bool
    mended: bool | Unset = False
    restored: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner = self.owner.to_dict()

        title = self.title

        description = self.description

        sha256 = self.sha256

        media_type = self.media_type

        bytes_ = self.bytes_

        width = self.width

        height = self.height

        rotation = self.rotation.value

        file_name: None | str
        file_name = self.file_name

        taken_at: None | str
        if isinstance(self.taken_at, datetime.datetime):
            taken_at = self.taken_at.isoformat()
        else:
            taken_at = self.taken_at

        taken_at_local: None | str
        taken_at_local = self.taken_at_local

        time_zone_known = self.time_zone_known

        exif = self.exif.to_dict()

        has_motion = self.has_motion

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        visibility = self.visibility.value

        state = self.state.value

        state_reason: None | str
        state_reason = self.state_reason

        tags = self.tags

        labels = []
        for labels_item_data in self.labels:
            labels_item = labels_item_data.to_dict()
            labels.append(labels_item)

        urls = self.urls.to_dict()

        in_favorites = self.in_favorites

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        duplicate = self.duplicate

        mended = self.mended

        restored = self.restored

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner": owner,
                "title": title,
                "description": description,
                "sha256": sha256,
                "media_type": media_type,
                "bytes": bytes_,
                "width": width,
                "height": height,
                "rotation": rotation,
                "file_name": file_name,
                "taken_at": taken_at,
                "taken_at_local": taken_at_local,
                "time_zone_known": time_zone_known,
                "exif": exif,
                "has_motion": has_motion,
                "warnings": warnings,
                "visibility": visibility,
                "state": state,
                "state_reason": state_reason,
                "tags": tags,
                "labels": labels,
                "urls": urls,
                "in_favorites": in_favorites,
                "created_at": created_at,
                "updated_at": updated_at,
                "duplicate": duplicate,
            }
        )
        if mended is not UNSET:
            field_dict["mended"] = mended
        if restored is not UNSET:
            field_dict["restored"] = restored

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.image_exif import ImageExif
        from ..models.image_label import ImageLabel
        from ..models.image_owner import ImageOwner
        from ..models.image_urls import ImageUrls
        from ..models.image_warning import ImageWarning

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner = ImageOwner.from_dict(d.pop("owner"))

        title = d.pop("title")

        description = d.pop("description")

        sha256 = d.pop("sha256")

        media_type = d.pop("media_type")

        bytes_ = d.pop("bytes")

        width = d.pop("width")

        height = d.pop("height")

        rotation = Rotation(d.pop("rotation"))

        def _parse_file_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        file_name = _parse_file_name(d.pop("file_name"))

        def _parse_taken_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_at_type_0 = datetime.datetime.fromisoformat(data)

                return taken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        taken_at = _parse_taken_at(d.pop("taken_at"))

        def _parse_taken_at_local(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        taken_at_local = _parse_taken_at_local(d.pop("taken_at_local"))

        time_zone_known = d.pop("time_zone_known")

        exif = ImageExif.from_dict(d.pop("exif"))

        has_motion = d.pop("has_motion")

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = ImageWarning.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        visibility = Visibility(d.pop("visibility"))

        state = ImageState(d.pop("state"))

        def _parse_state_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state_reason = _parse_state_reason(d.pop("state_reason"))

        tags = cast(list[str], d.pop("tags"))

        labels = []
        _labels = d.pop("labels")
        for labels_item_data in _labels:
            labels_item = ImageLabel.from_dict(labels_item_data)

            labels.append(labels_item)

        urls = ImageUrls.from_dict(d.pop("urls"))

        in_favorites = d.pop("in_favorites")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        duplicate = d.pop("duplicate")

        mended = d.pop("mended", UNSET)

        restored = d.pop("restored", UNSET)

        uploaded_image = cls(
            id=id,
            owner=owner,
            title=title,
            description=description,
            sha256=sha256,
            media_type=media_type,
            bytes_=bytes_,
            width=width,
            height=height,
            rotation=rotation,
            file_name=file_name,
            taken_at=taken_at,
            taken_at_local=taken_at_local,
            time_zone_known=time_zone_known,
            exif=exif,
            has_motion=has_motion,
            warnings=warnings,
            visibility=visibility,
            state=state,
            state_reason=state_reason,
            tags=tags,
            labels=labels,
            urls=urls,
            in_favorites=in_favorites,
            created_at=created_at,
            updated_at=updated_at,
            duplicate=duplicate,
            mended=mended,
            restored=restored,
        )

        uploaded_image.additional_properties = d
        return uploaded_image

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
