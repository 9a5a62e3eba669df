"""Logging: readable lines on a terminal, JSON elsewhere, and never a secret."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog

_TOKEN = re.compile(r"\d{5,20}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_HIDDEN = "[secret]"
_NOISY = ("httpx", "httpcore", "telegram", "tornado", "asyncio", "alembic", "sqlalchemy")
_LEAST_SECRET_PART = 16

_log = structlog.get_logger(__name__)


def configure(level: str, *, secrets: Sequence[str], stream: TextIO = sys.stderr) -> None:
    """Send every log line, traceback and uncaught exception through one redacting formatter.

    Args:
        level: "debug", "info", "warning" or "error". Libraries speak from "warning" up, unless
            it is "debug".
        secrets: What no line may hold, as it is or percent-encoded; a bot token also where only
            its second half stands. Anything that looks like a bot token is hidden without being
            named here.
        stream: Where lines go; colours and columns if it is a terminal, JSON otherwise.
    """
    handler = _Handler(stream)
    handler.setFormatter(_Redacting(_redactor(secrets), terminal=stream.isatty()))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(level.upper() if level == "debug" else logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def named(error: BaseException) -> str:
    """Name an exception and the line that raised it, without its words: they may be a reader's.

    What SQLite says is kept, as it quotes nobody.
    """
    kind, cause, trace = type(error).__name__, getattr(error, "orig", None), error.__traceback__
    said = f"{kind}: {cause}" if isinstance(cause, sqlite3.Error) else kind
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return said
    return f"{said}, at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then hides secrets wherever they got into it."""

    def __init__(self, redact: Callable[[str], str], *, terminal: bool) -> None:
        last: list[Any] = (
            [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
            if terminal
            else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        )
        super().__init__(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a line was lost, but not what stood in it: it may hold a secret."""
        self.stream.write(f"a log line of {record.name} could not be written\n")


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,  # which update: see `bot.request_trace`
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _redactor(secrets: Sequence[str]) -> Callable[[str], str]:
    parts = {part for secret in secrets for part in _parts(secret)}
    # The longest first: otherwise half of a token would hide, and leave the rest.
    known = [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
    pattern = re.compile("|".join([*known, _TOKEN.pattern]), re.IGNORECASE)
    return lambda line: pattern.sub(_HIDDEN, line)


def _parts(secret: str) -> set[str]:
    half = secret.partition(":")[2]
    found = {secret, quote(secret, safe="")}
    return {part for part in found if part} | ({half} if len(half) >= _LEAST_SECRET_PART else set())


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | asyncio.CancelledError):
        return
    _log.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
