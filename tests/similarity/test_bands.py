"""Where one band ends and the next begins."""

import pytest

from services.similarity.domain import Band, Fingerprint
from services.similarity.services.bands import band_of

ASKED = Fingerprint("aa", 0xFFFF_0000_FFFF_0000, (400, 300))


def a_hit(*, sha256: str = "bb", bits: int = 0, size: tuple[int, int] = (400, 300)) -> Fingerprint:
    """A fingerprint whose hash differs in so many bits."""
    return Fingerprint(sha256, ASKED.perceptual_hash ^ ((1 << bits) - 1), size)


@pytest.mark.parametrize(
    ("hit", "score", "band"),
    [
        (a_hit(sha256="aa", bits=64), 0.1, Band.EXACT),
        (a_hit(), 0.999, Band.EXACT),
        (a_hit(), 0.998, Band.NEAR_DUPLICATE),
        (a_hit(size=(200, 150)), 1.0, Band.NEAR_DUPLICATE),
        (a_hit(bits=1), 1.0, Band.NEAR_DUPLICATE),
        (a_hit(bits=8), 0.5, Band.NEAR_DUPLICATE),
        (a_hit(bits=9), 1.0, Band.SIMILAR),
    ],
)
def test_borders(hit: Fingerprint, score: float, band: Band) -> None:
    assert band_of(hit, score, [ASKED]) is band


def test_the_best_of_several_counts_and_none_is_similar() -> None:
    far = Fingerprint("cc", ~ASKED.perceptual_hash & (2**64 - 1), (400, 300))
    assert band_of(a_hit(), 1.0, [far, ASKED]) is Band.EXACT
    assert band_of(a_hit(bits=3), 1.0, [ASKED, far]) is Band.NEAR_DUPLICATE
    assert band_of(a_hit(), 1.0, []) is Band.SIMILAR
