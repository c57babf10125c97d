"""The object store: there, with room, and it takes a small object, which is removed again."""

import os
from collections.abc import AsyncIterator

from pydantic import ValidationError

from pictor.doctor.findings import Finding, fail, ok, warn
from pictor.stack.settings import StackSettings
from services.catalog.storage.objects import StoreUnavailable
from services.catalog.storage.objects.settings import StoreSettings, open_store

PROBE = "doctor/probe"


async def store(settings: StackSettings, *, embedded: bool) -> AsyncIterator[Finding]:
    is_folder = os.environ.get("PICTOR_STORE", "folder") == "folder"
    if embedded and is_folder and not (settings.objects.is_dir() and any(settings.objects.iterdir())):
        if settings.postgres.exists():
            step = "Put it back from a backup: `pictor restore` into an empty folder, or its files alone."
            yield fail("store", f"{settings.objects} is missing or empty, and there is a library", step)
        else:
            yield ok("store", "none yet: the first start makes it")
        return
    try:
        opened = open_store(StoreSettings(store_folder=settings.objects) if embedded else StoreSettings())
    except ValidationError as error:  # its own text may show values
        said = "; ".join(one["msg"] for one in error.errors(include_input=False, include_url=False))
        yield fail("store", said, "Set these variables as for the catalog.")
        return
    try:
        await opened.check()
        await opened.put_bytes(PROBE, b"written by pictor doctor", "text/plain")
        await opened.delete_prefix(PROBE.partition("/")[0] + "/")
        yield ok("store", f"takes objects ({'folder' if is_folder else 'S3'})")
        try:
            await opened.check_room()
        except StoreUnavailable as error:
            yield warn("store", str(error) or "has little room", "Make room: uploads are refused.")
    except (StoreUnavailable, OSError) as error:
        step = "See that it runs, that bucket or folder are there, and that this key or user may write."
        yield fail("store", f"cannot be written: {str(error) or type(error).__name__}", step)
    finally:
        await opened.close()
