"""Log lines: one format for all services, each with the request's id."""

import json
import logging
import sys
from datetime import UTC, datetime

from services.kit.context import request_id
from services.kit.log_limits import BoundedStreamHandler, Repeats


class JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s%(request)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        current = request_id.get()
        record.request = f" [{current}]" if current else ""
        return super().format(record)


def configure_logging(service: str, *, level: str, style: str) -> None:
    """Send all log lines of this process to standard output, uvicorn's included (but its access log)."""
    handler = BoundedStreamHandler(sys.stdout, Repeats())
    handler.setFormatter(JsonFormatter(service) if style == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    for noisy in ("httpx", "httpcore", "alembic.runtime", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
