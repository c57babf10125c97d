"""The decisions in docs/adr: each says whether it still holds, and which files it shaped."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADRS = {path.name[:4]: path for path in sorted((ROOT / "docs" / "adr").glob("*.md"))}
STATUS = re.compile(r"Status: (accepted(, superseded in part by \d{4}(, \d{4})*)?|superseded by \d{4})")
SUPERSEDES = re.compile(r"^Supersedes (\d{4})( in part)?: ", re.MULTILINE)


def test_the_numbers_have_no_gap() -> None:
    assert list(ADRS) == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("number", ADRS)
def test_title_and_status_come_first(number: str) -> None:
    title, empty, status, end = ADRS[number].read_text().splitlines()[:4]
    assert title.startswith(f"# {int(number)}. ")
    assert (empty, end) == ("", "")
    assert STATUS.fullmatch(status), status


@pytest.mark.parametrize("number", ADRS)
def test_what_supersedes_and_what_is_superseded_name_each_other(number: str) -> None:
    status = ADRS[number].read_text().splitlines()[2]
    by = set(re.findall(r"\d{4}", status))
    partly = " in part" if "in part" in status else ""
    found = {
        other: part
        for other, path in ADRS.items()
        for older, part in SUPERSEDES.findall(path.read_text())
        if older == number
    }
    assert found == dict.fromkeys(by, partly)
    assert all(other > number for other in by)


@pytest.mark.parametrize("number", ADRS)
def test_the_files_that_it_shaped_are_there(number: str) -> None:
    last = ADRS[number].read_text().rstrip().split("\n\n")[-1]
    assert last.startswith("**Shaped.** ")
    named = [name for pattern in re.findall(r"`([^`]+)`", last) for name in _expanded(pattern)]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def _expanded(pattern: str) -> list[str]:
    """`a/{b,c}.py` as a shell reads it."""
    choice = re.search(r"\{([^}]*)\}", pattern)
    if choice is None:
        return [pattern]
    return [pattern[: choice.start()] + one + pattern[choice.end() :] for one in choice[1].split(",")]
