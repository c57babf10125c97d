"""Log lines when everything fails: bounded in number, and never an error of their own."""

import io
import logging
from collections.abc import Iterator

import pytest

from services.kit.log_limits import A_MINUTE, KINDS, WINDOW_S, BoundedStreamHandler, Repeats
from services.kit.logs import TextFormatter, configure_logging


class FullDisk(io.StringIO):
    """Takes nothing while it is full; a real `/dev/full` has no way back."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stage() -> Iterator[tuple[logging.Logger, FullDisk, Clock]]:
    """A logger whose handler is made as services make theirs."""
    stream, clock, logger = FullDisk(), Clock(), logging.getLogger("pictor.test")
    stream.full = False
    handler = BoundedStreamHandler(stream, Repeats(clock))
    handler.setFormatter(TextFormatter())
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel("INFO")
    yield logger, stream, clock
    logger.removeHandler(handler)
    logger.propagate = True


def fail(logger: logging.Logger, number: int) -> None:
    try:
        raise ConnectionRefusedError(f"port {number}")
    except ConnectionRefusedError:
        logger.exception("the queue %d cannot be read", number)


def test_a_failure_that_repeats_is_a_few_lines_and_one_traceback(stage: tuple[logging.Logger, FullDisk, Clock]) -> None:
    logger, stream, clock = stage
    for number in range(2_000):
        fail(logger, number)
    lines = stream.getvalue().splitlines()
    assert len([line for line in lines if "cannot be read" in line and line[0].isdigit()]) == A_MINUTE
    assert stream.getvalue().count("Traceback") == 1
    assert "the queue 1 cannot be read [ConnectionRefusedError: port 1]" in stream.getvalue()
    clock.now = WINDOW_S
    stream.truncate(0)
    fail(logger, 7)
    fail(logger, 8)
    assert f"the queue 7 cannot be read ({2_000 - A_MINUTE:,} more like this were left out)" in stream.getvalue()
    assert stream.getvalue().count("left out") == stream.getvalue().count("Traceback") == 1


def test_other_kinds_and_news_are_not_left_out(stage: tuple[logging.Logger, FullDisk, Clock]) -> None:
    logger, stream, _ = stage
    for number in range(100):
        fail(logger, number)
        logger.info("request %d", number)
    logger.warning("the queue is back")
    assert stream.getvalue().count("request") == 100
    assert "the queue is back" in stream.getvalue()


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats(Clock())
    for number in range(2 * KINDS):
        repeats.pass_on(logging.LogRecord("a", logging.ERROR, "", 0, f"kind {number}", None, None))
    assert len(repeats._windows) == KINDS


def test_a_full_disk_loses_lines_and_nothing_else(
    stage: tuple[logging.Logger, FullDisk, Clock], capsys: pytest.CaptureFixture[str]
) -> None:
    logger, stream, _ = stage
    stream.full = True
    for number in range(1_000):
        logger.info("request %d", number)
    assert capsys.readouterr() == ("", "")
    stream.full = False
    logger.info("there is room")
    assert "there is room" in stream.getvalue()
    assert "1,000 log lines could not be written before this" in stream.getvalue()
    assert stream.getvalue().count("could not be written") == 1


def test_services_log_that_way() -> None:
    handlers, level = list(logging.root.handlers), logging.root.level
    try:
        configure_logging("test", level="INFO", style="text")
        [handler] = logging.root.handlers
        assert isinstance(handler, BoundedStreamHandler)
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
