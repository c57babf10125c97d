"""Advisory locks are numbers: each means one thing, and none is taken beside the registries."""

import re
from importlib import import_module
from pathlib import Path

from services.kit.postgres.locks import AdvisoryLock, KitLock

ROOT = Path(__file__).parents[2]
TAKEN_IN = ROOT / "services" / "kit" / "postgres" / "locks.py"
REGISTERS = sorted(ROOT.glob("services/*/storage/advisory_locks.py"))


def numbers() -> list[tuple[int, str]]:
    """Every number of every registry, with the lock's name; of two names for one number both."""
    for file in REGISTERS:
        import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    registries = AdvisoryLock.__subclasses__()
    assert len(registries) == 1 + len(REGISTERS), registries
    return [(lock, f"{one.__name__}.{name}") for one in registries for name, lock in one.__members__.items()]


def test_every_database_has_a_register() -> None:
    assert [file.parent.parent.name for file in REGISTERS] == ["catalog", "gateway", "similarity"]
    assert (KitLock.MIGRATION, "KitLock.MIGRATION") in numbers()


def test_no_number_is_used_twice() -> None:
    found = numbers()
    assert len({number for number, _ in found}) == len(found), sorted(found)


def test_locks_are_taken_in_one_place() -> None:
    """There a number is a lock of a registry, as its type says; a call elsewhere could use any."""
    callers = [
        str(file.relative_to(ROOT))
        for folder in ("services", "pictor", "tests", "benchmarks")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"pg_(try_)?advisory\w*\(|\w*_LOCK = (0x)?\d", file.read_text(encoding="utf-8"))
    ]
    assert [name for name in callers if ROOT / name != TAKEN_IN] == []
    assert str(TAKEN_IN.relative_to(ROOT)) in callers
