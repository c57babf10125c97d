from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="ImageUpload")


@_attrs_define
class ImageUpload:
    """An image as a form, with what is said of it.

    Attributes:
        file (File): The image.
        title (str | Unset): What it is called. Default: ''.
        description (str | Unset): What is to be said of it, at length. Default: ''.
        tags (list[str] | Unset): Repeat for several.
        visibility (str | Unset): Who may see it: `public` or `private`. Default: 'private'.
        file_name (str | Unset): The name under which the original is downloaded. Default: ''.
        import_keywords (bool | Unset): Whether the keywords in the file (IPTC, XMP of Lightroom, digiKam and others)
            become tags. Default: False.
        on_duplicate (str | Unset): What to do when you have these bytes already: `keep`, `update` or `error`, as in the
            query of `POST /v1/images`. Default: 'keep'.
    """

    file: File
    title: str | Unset = ""
    description: str | Unset = ""
    tags: list[str] | Unset = UNSET
    visibility: str | Unset = "private"
    file_name: str | Unset = ""
    import_keywords: bool | Unset = False
    on_duplicate: str | Unset = "keep"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        title = self.title

        description = self.description

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        visibility = self.visibility

        file_name = self.file_name

        import_keywords = self.import_keywords

        on_duplicate = self.on_duplicate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title
        if description is not UNSET:
            field_dict["description"] = description
        if tags is not UNSET:
            field_dict["tags"] = tags
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if file_name is not UNSET:
            field_dict["file_name"] = file_name
        if import_keywords is not UNSET:
            field_dict["import_keywords"] = import_keywords
        if on_duplicate is not UNSET:
            field_dict["on_duplicate"] = on_duplicate

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        if not isinstance(self.title, Unset):
            files.append(("title", (None, str(self.title).encode(), "text/plain")))

        if not isinstance(self.description, Unset):
            files.append(
                ("description", (None, str(self.description).encode(), "text/plain"))
            )

        if not isinstance(self.tags, Unset):
            for tags_item_element in self.tags:
                files.append(
                    ("tags", (None, str(tags_item_element).encode(), "text/plain"))
                )

        if not isinstance(self.visibility, Unset):
            files.append(
                ("visibility", (None, str(self.visibility).encode(), "text/plain"))
            )

        if not isinstance(self.file_name, Unset):
            files.append(
                ("file_name", (None, str(self.file_name).encode(), "text/plain"))
            )

        if not isinstance(self.import_keywords, Unset):
            files.append(
                (
                    "import_keywords",
                    (None, str(self.import_keywords).encode(), "text/plain"),
                )
            )

        if not isinstance(self.on_duplicate, Unset):
            files.append(
                ("on_duplicate", (None, str(self.on_duplicate).encode(), "text/plain"))
            )

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        title = d.pop("title", UNSET)

        description = d.pop("description", UNSET)

        tags = cast(list[str], d.pop("tags", UNSET))

        visibility = d.pop("visibility", UNSET)

        file_name = d.pop("file_name", UNSET)

        import_keywords = d.pop("import_keywords", UNSET)

        on_duplicate = d.pop("on_duplicate", UNSET)

        image_upload = cls(
            file=file,
            title=title,
            description=description,
            tags=tags,
            visibility=visibility,
            file_name=file_name,
            import_keywords=import_keywords,
            on_duplicate=on_duplicate,
        )

        image_upload.additional_properties = d
        return image_upload

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
