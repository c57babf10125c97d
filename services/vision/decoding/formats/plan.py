"""How small a picture may be decoded, and whether it may be decoded at all."""

from dataclasses import dataclass

from services.vision.decoding.errors import ImageTooLarge
from services.vision.decoding.model import DecodeLimits, DecodeRequest

# A picture is decoded no smaller than this, whatever was asked for: one picture gives one model input and one hash,
# with and without variants (a preview of 1024 pixels included).
_WORKING_LONG_SIDE = 1_366
_WORKING_SHORT_SIDE = 600


@dataclass(frozen=True)
class LoadPlan:
    """What is wanted of a picture, and what it may cost."""

    request: DecodeRequest
    limits: DecodeLimits

    def check(self, size: tuple[int, int]) -> None:
        """For formats that are decoded whole. Raises ImageTooLarge."""
        self.check_sides(size)
        if size[0] * size[1] > self.limits.max_pixels:
            raise ImageTooLarge(
                f"The picture is {size[0]} x {size[1]}; in its format it may have {self.limits.max_pixels} pixels "
                "in all. As a JPEG it may have more."
            )

    def check_sides(self, size: tuple[int, int]) -> None:
        if max(size) > self.limits.max_side:
            raise ImageTooLarge(f"The picture is {size[0]} x {size[1]}; a side may have {self.limits.max_side} pixels.")

    def shrink_factor(self, size: tuple[int, int], factors: tuple[int, ...], *, cost: int = 1) -> int:
        """How much smaller the picture is decoded: one of ``factors`` (largest first), or 1.

        What is asked for still shrinks by a quarter or more, unless only a smaller picture is within the limit:
        ``max_pixels`` after shrinking, divided by ``cost`` for formats that take more memory a pixel. Raises
        ImageTooLarge when no factor is enough.
        """
        self.check_sides(size)
        fitting = [factor for factor in (*factors, 1) if self._is_within(size, factor, cost)]
        if not fitting:
            raise ImageTooLarge(
                f"The picture is {size[0]} x {size[1]}: more than can be decoded, even at its smallest size."
            )
        long_side, short_side = self._wanted(size)
        for factor in fitting:
            if max(size) / factor >= long_side and min(size) / factor >= short_side:
                return factor
        return fitting[-1]

    def _is_within(self, size: tuple[int, int], factor: int, cost: int) -> bool:
        return size[0] * size[1] <= self.limits.max_pixels * factor * factor // cost

    def _wanted(self, size: tuple[int, int]) -> tuple[float, float]:
        """The least long and short side to decode."""
        request = self.request
        long_side, short_side = float(_WORKING_LONG_SIDE), float(_WORKING_SHORT_SIDE)
        for variant in request.variants:
            long_side = max(long_side, max(size) if variant.max_side is None else variant.max_side * 4 / 3)
        if request.model_input is not None:
            short_side = max(short_side, request.model_input.size / request.model_input.crop * 2.0)
        if request.region is not None:
            short_side /= min(request.region.width, request.region.height)
        return long_side, short_side
