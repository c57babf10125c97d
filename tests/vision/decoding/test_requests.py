"""A request that makes no sense does not get as far as a decoder."""

from collections.abc import Callable

import pytest

from services.vision.decoding import Box, DecodeRequest, ModelInput, VariantSpec

TWO = (VariantSpec("thumb", 64, "jpeg"), VariantSpec("preview", 64, "webp"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: VariantSpec("a", 0, "jpeg"),
        lambda: VariantSpec("a", 70_000, "jpeg"),
        lambda: VariantSpec("a", 10, "gif"),  # type: ignore[arg-type]
        lambda: VariantSpec("", 10, "jpeg"),
        lambda: DecodeRequest(variants=TWO + TWO),
        lambda: DecodeRequest(rotation=45),  # type: ignore[arg-type]
        lambda: DecodeRequest(model_input=ModelInput(0)),
    ],
)
def test_requests_that_make_no_sense_cannot_be_built(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must|at most"):
        make()


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 1), (0.5, 0, 0.6, 1), (-0.1, 0, 0.5, 0.5), (1, 0, 0.5, 0.5), (float("nan"), 0, 1, 1)]
)
def test_a_box_outside_the_picture_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="inside the picture"):
        Box(*box)
