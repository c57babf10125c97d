"""Says which reverse proxies the tests ran with, and which they did not."""

from typing import Any

from tests.gateway.proxies.programs import PROGRAMS, missing


def pytest_terminal_summary(terminalreporter: Any) -> None:
    ran = [name for name in PROGRAMS if name not in missing()]
    not_run = f"; NOT RUN, as not on PATH: {', '.join(missing())}" if missing() else ""
    terminalreporter.write_line(f"reverse proxies: {', '.join(ran) or 'none'}{not_run}")
