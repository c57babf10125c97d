"""The sizes of a network's input and outputs, as its package's manifest says them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Input: uint8 pictures (N, input_size, input_size, 3). Outputs: float32 (N, classes) and (N, embedding_size)."""

    input_size: int
    classes: int
    embedding_size: int

    @property
    def image(self) -> tuple[int, int, int]:
        """The shape of one picture."""
        return (self.input_size, self.input_size, 3)
