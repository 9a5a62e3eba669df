"""Log lines: readable, complete, without secrets."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.request_trace import trace_update

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
    known = {name: logging.getLogger(name).level for name in logs._NOISY}
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in known.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(False)
    structlog.reset_defaults()


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


@pytest.mark.parametrize(("level", "heard"), [("debug", True), ("info", False)])
def test_libraries_speak_below_warning_at_debug_only(level, heard):
    stream = configured(level)
    logging.getLogger("httpx").info("HTTP Request: POST %s", "https://example.org")
    assert ("example.org" in stream.getvalue()) is heard


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
    assert lines.getvalue().count("[secret]") >= 6
    assert text not in lines.getvalue()


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_token_is_hidden_among_any_neighbours(before, after):
    redact = logs._redactor([TOKEN])
    assert TOKEN not in redact(before + TOKEN + after)


def test_no_secret_means_that_only_tokens_are_hidden():
    stream = configured(secrets=("",))
    logging.getLogger("other").error("nothing to hide but %s", TOKEN)
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
    assert "broken" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_a_line_that_cannot_be_formatted_leaks_nothing(capsys):
    stream = configured()
    logging.getLogger("other").error("%d", TOKEN)
    assert "a log line of other could not be written" in stream.getvalue()
    assert TOKEN not in stream.getvalue() + capsys.readouterr().err


def test_a_crash_of_the_process_leaks_nothing():
    script = f"from bot.logs import configure; configure('info', secrets=[]); int('{TOKEN}')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "uncaught exception" in done.stderr
    assert TOKEN not in done.stdout + done.stderr
