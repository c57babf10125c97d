"""The catalog's own errors, on top of the kit's."""

from services.kit.problems import Forbidden, NotFound, UnprocessableContent


class NoSuchImage(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such image, or it is not yours to see.")


class NoSuchCollection(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such collection, or it is not yours.")


class NotOwner(Forbidden):
    code = "not_owner"

    def __init__(self) -> None:
        super().__init__("Only the owner may change or delete an image.")


class LabelNotOnImage(NotFound):
    code = "label_not_on_image"


class TooManyLabels(UnprocessableContent):
    code = "too_many_labels"


class TooManyTags(UnprocessableContent):
    code = "too_many_tags"


class UnknownLabel(UnprocessableContent):
    code = "unknown_label"
