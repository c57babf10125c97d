"""The hostile corpus is one that can be replayed: many files, each with its own name, the same every time."""

from collections import Counter

from tests.vision.decoding.hostile import good_files, hostile_files, mutated


def test_it_is_large_and_every_file_has_a_name_of_its_own() -> None:
    names = [name for name, _ in hostile_files()]
    assert len(names) >= 300
    assert len(set(names)) == len(names)
    kinds = Counter(name.partition("/")[0] for name in names)
    assert set(kinds) == {"bomb", "truncated", "foreign", "whole", "odd"}
    assert min(kinds.values()) >= 20


def test_it_is_the_same_every_time() -> None:
    assert list(hostile_files(seed=7)) == list(hostile_files(seed=7))


def test_another_seed_damages_in_another_way() -> None:
    one, other = (list(mutated(good_files(), seed=seed, count=3)) for seed in (1, 2))
    assert len(one) == len(other) == 3 * len(good_files())
    assert sum(mine != theirs for mine, theirs in zip(one, other, strict=True)) > len(one) * 0.9
