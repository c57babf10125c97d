"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line. `next_step` is empty when all is well."""

    check: str
    grade: Grade
    said: str
    next_step: str = ""


def ok(check: str, said: str) -> Finding:
    return Finding(check, Grade.OK, said)


def warn(check: str, said: str, next_step: str) -> Finding:
    return Finding(check, Grade.WARN, said, next_step)


def fail(check: str, said: str, next_step: str) -> Finding:
    return Finding(check, Grade.FAIL, said, next_step)
