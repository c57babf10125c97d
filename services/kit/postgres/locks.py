"""Postgres' advisory locks: all are taken here, with numbers of a registry, so that no two mean the same by chance.

Each database has its registry, in `services/<name>/storage/advisory_locks.py`; the kit's locks are in every database.
"""

from enum import IntEnum

from sqlalchemy import Select, func, select


class AdvisoryLock(IntEnum):
    """A registry of locks. The numbers of all registries differ; one that is in use is not changed."""


class KitLock(AdvisoryLock):
    MIGRATION = 0x9C70


def lock_until_commit(lock: AdvisoryLock) -> Select[tuple[None]]:
    """Wait for the lock, and keep it until the transaction ends."""
    return select(func.pg_advisory_xact_lock(lock.value))


def try_lock_until_commit(lock: AdvisoryLock, part: int | None = None) -> Select[tuple[bool]]:
    """Take the lock, or that of one `part`, until the transaction ends; false when somebody else has it."""
    return select(func.pg_try_advisory_xact_lock(*_numbers(lock, part)))


def lock_session(lock: AdvisoryLock) -> Select[tuple[None]]:
    """Wait for the lock, and keep it as long as the connection lasts."""
    return select(func.pg_advisory_lock(lock.value))


def try_lock_session(lock: AdvisoryLock, part: int | None = None) -> Select[tuple[bool]]:
    """Take the lock, or that of one `part`, as long as the connection lasts; false when somebody else has it."""
    return select(func.pg_try_advisory_lock(*_numbers(lock, part)))


def try_lock_text_until_commit(text: str) -> Select[tuple[bool]]:
    """Take the lock of a text, of which there are any number: its 64-bit hash."""
    return select(func.pg_try_advisory_xact_lock(func.hashtextextended(text, 0)))


def _numbers(lock: AdvisoryLock, part: int | None) -> list[int]:
    return [lock.value] if part is None else [lock.value, part]
