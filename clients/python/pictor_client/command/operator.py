"""Commands of the operator, from packages that are installed beside this one: entry points of `pictor.commands`.

Such an entry point is a module with `commands()`, which gives what it has and what each is for, and `main(arguments)`,
which runs one and gives the exit status.
"""

from collections.abc import Callable, Container
from importlib.metadata import entry_points
from types import ModuleType

import typer

GROUP = "pictor.commands"
PANEL = "Commands of who runs the server, on this machine"


def add_to(app: typer.Typer, *, reserved: Container[str]) -> None:
    """Add them all; the users' own names are not given away."""
    for point in entry_points(group=GROUP):
        module: ModuleType = point.load()
        for name, summary in module.commands().items():
            if name not in reserved:
                settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
                register = app.command(name, help=summary, rich_help_panel=PANEL, context_settings=settings)
                register(_passing_on(module, name))


def _passing_on(module: ModuleType, name: str) -> Callable[[typer.Context], None]:
    def passed_on(context: typer.Context) -> None:
        raise typer.Exit(module.main([name, *context.args]))

    return passed_on
