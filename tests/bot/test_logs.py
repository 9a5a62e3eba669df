"""Log lines: readable, complete, without secrets."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
import subprocess
import sys
import threading
from urllib.parse import quote

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError, OperationalError

from bot import logs
from bot.logs import named
from bot.request_trace import trace_update
from bot.storage.chats import ChatStore

TOKEN = "123456789:AAE-" + "b_c" * 11
SHORT = "12:abc"


class Leaving:
    def __del__(self) -> None:
        raise RuntimeError(TOKEN)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    kind, theirs = logging.getLoggerClass(), _handling()
    known = {name: logging.getLogger(name).level for name in logs._OURS}
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.setLoggerClass(kind)
    for one, (own, propagates) in theirs.items():
        one.handlers[:], one.propagate = own, propagates
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in known.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def _handling() -> dict[logging.Logger, tuple[list[logging.Handler], bool]]:
    every = logging.root.manager.loggerDict.values()
    known = [one for one in every if isinstance(one, logging.Logger)]
    return {one: (one.handlers[:], one.propagate) for one in known}


def configured(level: str = "debug", *, stream: io.StringIO | None = None, secrets=(TOKEN, SHORT)):
    stream = stream if stream is not None else io.StringIO()
    logs.configure(level, secrets=secrets, stream=stream)
    return stream


def test_lines_are_json_where_no_terminal_reads_them():
    stream = configured()
    structlog.get_logger("bot").warning("too slow", seconds=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["seconds"], line["level"]) == ("too slow", 3, "warning")
    assert line["logger"] == "bot"


def test_lines_about_one_update_carry_its_number_in_whichever_thread():
    stream = configured("info")
    with trace_update("question") as trace:
        structlog.get_logger("bot").info("ours")
        logging.getLogger("other").warning("a library's")
        asyncio.run(asyncio.to_thread(structlog.get_logger("bot").info, "from a thread"))
    structlog.get_logger("bot").info("of no update")
    numbers = [json.loads(line).get("request") for line in stream.getvalue().splitlines()]
    assert [number for number in numbers if number] == [trace.reference] * 3
    assert numbers[-1] is None


def test_lines_are_plain_words_on_a_terminal():
    stream = configured(stream=Terminal())
    structlog.get_logger("bot").warning("too slow", seconds=3)
    assert "too slow" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_lines_below_the_level_are_dropped():
    stream = configured("warning")
    structlog.get_logger("bot").info("chatter")
    assert stream.getvalue() == ""


LIBRARIES = [
    *("httpx", "httpcore.http11", "telegram.Bot", "telegram.ext.Application", "tornado.access"),
    *("asyncio", "sqlalchemy.engine.Engine", "alembic", "py.warnings", "urllib3", "transformers"),
    *("PIL", "trafilatura", "botany", "any.other"),
]
WORDS = "Who is Ottilie Zarquon, +4915550199?"


class QuotingError(Exception):
    pass


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_of_what_libraries_say_only_their_own_words_are_written(name, level, stream):
    lines, library = configured(level, stream=stream()), logging.getLogger(name)
    for say in (library.debug, library.info, library.warning, library.error, library.critical):
        say("Update %s came", {"text": WORDS})
        say(f"Task failed: {QuotingError(WORDS)!r}")
        say("It broke", exc_info=QuotingError(WORDS), stack_info=True)
    written = lines.getvalue()
    assert "Ottilie" not in written
    assert "5550199" not in written
    assert "Update %s came" in written
    assert written.count("QuotingError") in (2, 3)


def test_what_a_library_writes_by_a_handler_of_its_own_goes_the_same_way():
    before, own = logging.getLogger("stubborn.before"), io.StringIO()
    before.addHandler(logging.StreamHandler(own))
    before.propagate = False
    lines = configured()
    after = logging.getLogger("stubborn.after")
    after.addHandler(logging.StreamHandler(own))
    after.propagate = False
    for one in (before, after):
        one.warning("Update %s came", WORDS)
    assert own.getvalue() == ""
    assert lines.getvalue().count("Update %s came") == 2
    assert "Ottilie" not in lines.getvalue()


@pytest.mark.parametrize("level", ["debug", "error"])
def test_of_an_exception_kinds_and_lines_of_code_are_written_and_no_words(level):
    lines = configured(level)
    try:
        try:
            raise QuotingError(WORDS)
        except QuotingError as error:
            raise RuntimeError(WORDS) from error
    except RuntimeError as error:
        structlog.get_logger("bot").exception("it broke")
        structlog.get_logger("bot").error("it broke", exc_info=error)
        logging.getLogger("corpus.parse").exception("it broke")
    kinds = [json.loads(line)["exception"] for line in lines.getvalue().splitlines()]
    for one in kinds:
        assert one.index("QuotingError") < one.index("RuntimeError")
        assert "test_logs.py" in one
        assert "Ottilie" not in one


def test_no_traceback_is_written_where_nothing_was_raised():
    lines = configured()
    structlog.get_logger("bot").error("it broke", exc_info=True)
    assert "Traceback" not in lines.getvalue()


def test_what_the_database_and_the_system_say_is_kept():
    full = sqlite3.OperationalError("database or disk is full")
    assert named(OperationalError("INSERT", {"question": WORDS}, full)) == (
        "OperationalError: database or disk is full"
    )
    assert named(FileNotFoundError(2, "No such file or directory", WORDS)) == (
        "FileNotFoundError: No such file or directory"
    )
    assert named(OSError(WORDS)) == "OSError"
    assert named(QuotingError(WORDS)) == "QuotingError"


def test_an_error_of_the_database_quotes_no_value(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    row = sa.text("INSERT INTO spent VALUES (:asked, 1, 1)")
    with state._engine.begin() as connection, pytest.raises(DatabaseError) as caught:
        connection.execute(row, {"asked": WORDS})
    assert "Ottilie" not in str(caught.value)
    state.close()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://api.example/bot{TOKEN}/getMe",
        quote(TOKEN, safe=""),
        quote(TOKEN, safe="").lower(),
        TOKEN.partition(":")[2],
        "987654321:" + "Z" * 35,
        "987654321%3A" + "Z" * 35,
        SHORT,
    ],
)
def test_no_secret_is_written_however_it_is_dressed(text, level, stream):
    lines = configured(level, stream=stream())
    structlog.get_logger("bot").error("event " + text, field=text, nested=[{"a": text}])
    logging.getLogger("other").error("%s and %r", text, [text])
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("other").exception("with a traceback")
        structlog.get_logger("bot").exception("with a traceback")
    assert lines.getvalue().count("[secret]") >= 3
    assert text not in lines.getvalue()


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_token_is_hidden_among_any_neighbours(before, after):
    redact = logs._redactor([TOKEN])
    assert TOKEN not in redact(before + TOKEN + after)


def test_no_secret_means_that_only_tokens_are_hidden():
    stream = configured(secrets=("",))
    logging.getLogger("bot").error("nothing to hide but %s", TOKEN)
    assert "nothing to hide but [secret]" in stream.getvalue()


def test_uncaught_exceptions_are_logged_redacted(capsys):
    stream = configured()
    thread = threading.Thread(target=lambda: int(TOKEN))
    thread.start()
    thread.join()
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    leave = Leaving()
    del leave
    assert stream.getvalue().count("uncaught exception") == 3
    assert "Traceback" in stream.getvalue()
    assert TOKEN not in stream.getvalue() + capsys.readouterr().err


async def test_what_asyncio_complains_about_is_logged_redacted():
    stream = configured()
    asyncio.get_running_loop().default_exception_handler(
        {"message": "broken", "exception": RuntimeError(TOKEN)}
    )
    assert "RuntimeError" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_a_line_that_cannot_be_formatted_leaks_nothing(capsys):
    stream = configured()
    logging.getLogger("bot").error("%d", TOKEN)
    assert "a log line of bot could not be written" in stream.getvalue()
    assert TOKEN not in stream.getvalue() + capsys.readouterr().err


def test_a_crash_of_the_process_leaks_nothing():
    script = f"from bot.logs import configure; configure('info', secrets=[]); int('{TOKEN}')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "uncaught exception" in done.stderr
    assert TOKEN not in done.stdout + done.stderr
