"""A disk of logs without room: the stack goes on, and says nothing of each line that is lost."""

from contextlib import suppress
from pathlib import Path

import pytest

from pictor.stack.process.output import ChildOutput

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="/dev/full is Linux's")
def test_lines_that_cannot_be_kept_do_not_stop_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "catalog.log"
    log.symlink_to(FULL)
    output = ChildOutput("catalog", log)
    output.write("kept on standard output")
    said = capsys.readouterr()
    assert ("kept on standard output" in said.out, said.err) == (True, "")
    full = FULL.open("w")
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", full)
        for number in range(100):
            output.write(f"line {number}")
    output.close()
    with suppress(OSError):
        full.close()
    assert capsys.readouterr() == ("", "")
    assert output.last_line == "line 99"
