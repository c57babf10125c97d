"""Which packages a stack serves: two symbolic links in its folder of models, `serving` and `candidate`.

Links, since they change at once, and a folder that is moved keeps them. `pictor model use` sets them; a stack that runs
looks at them.
"""

from pathlib import Path

SERVING, CANDIDATE = "serving", "candidate"
MANIFEST = "manifest.json"


class ModelLinks:
    """The links in the folder `models`. They name packages of the same folder."""

    def __init__(self, models: Path) -> None:
        self._models = models

    @property
    def serving(self) -> Path:
        """What the classifier is told to serve; the package behind it may change."""
        return self._models / SERVING

    @property
    def candidate(self) -> Path:
        """The same for the second classifier."""
        return self._models / CANDIDATE

    def package(self, link: str) -> str | None:
        """The name of the package that a link points to; None without one that is complete."""
        path = self._models / link
        return path.resolve().name if (path / MANIFEST).is_file() else None

    def point(self, link: str, package: str) -> None:
        """Point a link to a package of the folder."""
        temporary = self._models / f".{link}.new"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(package)
        temporary.replace(self._models / link)

    def clear(self, link: str) -> None:
        """Remove a link; the package stays."""
        path = self._models / link
        if path.is_symlink():
            path.unlink()

    def packages(self) -> list[str]:
        """The names of all packages in the folder, the one that was made last first."""
        found = [path.parent for path in self._models.glob(f"*/{MANIFEST}") if not path.parent.is_symlink()]
        found.sort(key=lambda folder: -(folder / MANIFEST).stat().st_mtime)
        return [folder.name for folder in found]
