"""`pictor import`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

from pictor_client.client import Pictor
from pictor_client.command import output
from pictor_client.command.connection import CommandError, Json, Url, connected
from pictor_client.command.exporting import restoring
from pictor_client.command.importing.report import Outcome, Report, Result
from pictor_client.command.importing.sender import Sender
from pictor_client.command.importing.sources import Passed, Source, sources
from pictor_client.command.importing.watching import watch
from pictor_client.options import UploadOptions


def import_files(
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="DIR|ZIP|FILE|-…", help="Folders, archives, pictures; - reads names from standard input."
        ),
    ],
    *,
    tag: Annotated[list[str] | None, typer.Option(help="A tag for all of them; repeat it.")] = None,
    visibility: Annotated[Literal["private", "public"], typer.Option(help="Who may see them.")] = "private",
    keywords: Annotated[bool, typer.Option("--keywords", help="Keywords in the files become tags.")] = False,
    sidecars: Annotated[bool, typer.Option(help="Read .xmp and .json beside the pictures.")] = True,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Files at a time.")] = 4,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing; say what would be sent.")] = False,
    watching: Annotated[bool, typer.Option("--watch", help="Go on with what comes, until Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(min=0.2, max=3600, help="Seconds between looks of --watch.")] = 2,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Bring pictures in. What the library has already, by its hash, is not sent: stopped half way, run it again.

    A folder that `pictor export` made is brought back with all that it says.
    """
    options: UploadOptions = {"visibility": visibility, "import_keywords": keywords}
    if tag:
        options["tags"] = tag
    with connected(url) as pictor, Report(as_json=as_json) as report:
        sending = Sending(pictor, report, options, parallel=parallel, sidecars=sidecars, dry_run=dry_run)
        exports = [Path(one) for one in given if restoring.is_export(Path(one))]
        try:
            for export in exports:
                sending.all_of(restoring.sources_of(export))
                if not dry_run:
                    restoring.complete(pictor, export, parallel=parallel)
            others = [one for one in given if Path(one) not in exports]
            sending.all_of(list(_readable(others, sending.passed)))
            if watching:
                watch([one for one in others if Path(one).is_dir()], sending.all_of, sending.outcomes, interval)
        finally:
            report.__exit__(None, None, None)
            report.conclude(sending.passed.count, more=_cost(pictor, report) if dry_run else "")
    raise typer.Exit(0 if report.well else 1)


@dataclass
class Sending:
    """One run: what was found, and what became of it by name and stamp."""

    pictor: Pictor
    report: Report
    options: UploadOptions
    parallel: int
    sidecars: bool
    dry_run: bool
    passed: Passed = field(default_factory=Passed)
    outcomes: dict[Source, Outcome] = field(default_factory=dict)

    def all_of(self, found: list[Source]) -> None:
        self.report.expect(len(found), sum(source.size for source in found))
        Sender(
            self.pictor,
            self._note,
            parallel=self.parallel,
            options=self.options,
            sidecars=self.sidecars,
            dry_run=self.dry_run,
        ).send(found)

    def _note(self, result: Result) -> None:
        self.outcomes[result.source] = result.outcome
        self.report.add(result)


def _readable(given: list[str], passed: Passed) -> list[Source]:
    try:
        return list(sources(given, passed))
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error


def _cost(pictor: Pictor, report: Report) -> str:
    count = report.counts[Outcome.WOULD_BE_SENT]
    speeds = [model.speed.images_per_s for model in pictor.models() if model.active and model.speed]
    said = f"It would send {count:,} files, {output.size(report.sent_bytes)}, and keep as much on the server."
    if count and speeds and speeds[0]:
        said += (
            f" Their labels would take about {output.duration(count / speeds[0])}, at {speeds[0]:.0f} images a second."
        )
    return said
