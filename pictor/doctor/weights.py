"""What PICTOR_WEIGHTS and PICTOR_CANDIDATE_PACKAGE name, and the package that is served."""

from collections.abc import Iterator
from pathlib import Path

from pictor.doctor.findings import Finding, fail, ok, warn
from pictor.stack.model_links import MANIFEST, SERVING, ModelLinks
from pictor.stack.settings import WEIGHTS, StackSettings
from services.vision.packages import PackageError, load_package


def weights(settings: StackSettings) -> Iterator[Finding]:
    """Read every file of a package and compare its hash; of a weights file, that it can be read."""
    named = Path(settings.weights) if settings.weights not in WEIGHTS else None
    if named is not None and named.is_file():
        yield _readable(named)
    elif named is not None:
        yield _package(named)
    links = ModelLinks(settings.models)
    if links.package(SERVING) is not None:
        yield _package(links.serving.resolve())
    elif (links.serving).is_symlink():
        step = "pictor model use NAME chooses another one; the next start makes what PICTOR_WEIGHTS names."
        yield fail("weights", f"{links.serving} points to a package that is not there", step)
    elif named is None:
        yield ok("weights", f"no package yet: the next start makes that of PICTOR_WEIGHTS={settings.weights}")
    if settings.candidate is not None:
        yield _package(settings.candidate)


def _readable(file: Path) -> Finding:
    try:
        with file.open("rb") as opened:
            empty = not opened.read(1)
    except OSError as error:
        return fail("weights", f"{file} cannot be read: {error.strerror}", f"Let this user read it: chmod +r {file}")
    if empty:
        return fail("weights", f"{file} is empty", "Copy it again.")
    return ok("weights", f"{file} can be read; the next start makes a package of it, and says if it is none")


def _package(folder: Path) -> Finding:
    if not (folder / MANIFEST).is_file():
        return warn("weights", f"{folder} has no manifest", "Build it again: pictor model build.")
    try:
        package = load_package(folder)
    except (PackageError, OSError) as error:
        return fail("weights", str(error), "Build it again: pictor model build, or remove the folder and start.")
    files = len(package.manifest.files)
    return ok("weights", f"{folder.name}: {files} files, each with the hash that its manifest names")
