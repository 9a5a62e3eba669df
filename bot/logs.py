"""Logging: readable lines on a terminal, JSON elsewhere; never a secret or a reader's word.

What our own code logs, it words itself. What libraries say and what exceptions quote may be an
update, a question or a name: of those, a line says where they come from and of what kind they are.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from sqlalchemy.exc import OperationalError

_TOKEN = re.compile(r"\d{5,20}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_HIDDEN = "[secret]"
_OURS = ("bot", "corpus", "retrieval")
_LEAST_SECRET_PART = 16

_log = structlog.get_logger(__name__)


def configure(level: str, *, secrets: Sequence[str], stream: TextIO = sys.stderr) -> None:
    """Send every log line, traceback and uncaught exception through one redacting formatter.

    Args:
        level: "debug", "info", "warning" or "error". Libraries speak from "warning" up.
        secrets: What no line may hold, as it is or percent-encoded; a bot token also where only
            its second half stands. Anything that looks like a bot token is hidden without being
            named here.
        stream: Where lines go; colours and columns if it is a terminal, JSON otherwise.
    """
    handler = _Handler(stream)
    handler.setFormatter(_Redacting(_redactor(secrets), terminal=stream.isatty()))
    others = max("WARNING", level.upper(), key=logging.getLevelNamesMapping().__getitem__)
    logging.basicConfig(handlers=[handler], level=others, force=True)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _gather()
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def named(error: BaseException) -> str:
    """Name an exception and the line that raised it, without its words: they may be a reader's."""
    said, trace = _spoken(error), error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return said
    return f"{said}, at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _spoken(error: BaseException) -> str:
    """The kind of an exception, with what a database or the system says: those quote nobody."""
    kind, cause = type(error).__name__, getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error) or isinstance(error, OperationalError):
        return f"{kind}: {' '.join(str(cause).split())}"
    said = error.strerror if isinstance(error, OSError) else None
    return f"{kind}: {said}" if isinstance(said, str) else kind


def _traced(error: BaseException) -> str:
    """A traceback: which lines of code, and which kinds of exceptions, without their words."""
    parts = []
    for one in _causes(error):
        frames = "".join(traceback.format_list(traceback.extract_tb(one.__traceback__)))
        parts.append(f"Traceback (most recent call last):\n{frames}{_spoken(one)}")
    return "\n\nand then:\n\n".join(parts)


def _causes(error: BaseException) -> list[BaseException]:
    """What led to an exception, the first first, and itself."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and not any(one is known for known in found):
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]


def _without_words(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception, keep where it came from and its kind."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = _traced(error)
    return event


def _gather() -> None:
    """Take all that is logged, now and later, away from handlers that libraries add themselves."""
    logging.setLoggerClass(_Propagating)
    for one in logging.root.manager.loggerDict.values():
        if isinstance(one, logging.Logger):
            one.handlers.clear()
            one.propagate = True


class _Propagating(logging.Logger):
    """A logger that hands on to the root's handlers alone, whatever a library adds to it later."""

    def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Write nothing by any other way."""
        logging.root.callHandlers(record)


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then hides secrets wherever they got into it."""

    def __init__(self, redact: Callable[[str], str], *, terminal: bool) -> None:
        last: Any = (
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if terminal
            else structlog.processors.JSONRenderer()
        )
        super().__init__(
            foreign_pre_chain=_shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_words,
                last,
            ],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        if record.name.partition(".")[0] not in _OURS:
            record = _of_library(record)
        return self._redact(super().format(record))


def _of_library(record: logging.LogRecord) -> logging.LogRecord:
    """A library's record without what it filled in; all its words, where they are one with that."""
    place = f"{Path(record.pathname).name}:{record.lineno}"
    words = f"{place}: {record.msg}" if record.args else place
    known = record.__dict__ | {"msg": words, "args": (), "exc_text": None, "stack_info": None}
    return logging.makeLogRecord(known)


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
