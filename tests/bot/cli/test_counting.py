from __future__ import annotations

import io
from threading import Event

from rich.console import Console

from bot.cli.counting import Pace, show_counting
from corpus.errors import Failure
from corpus.ingest import Tally
from corpus.readers.reading import Reading
from corpus.storage.store import Change


def at(now: list[float], pace: Pace, articles: int, megabytes: float, seconds: float) -> str:
    now[0] = seconds
    pace.tally.changes[Change.ADDED] = articles
    pace.reading.move(int(megabytes * 1e6))
    return pace.tell()


def test_the_line_says_the_share_the_speed_and_how_long_the_rest_takes():
    now = [0.0]
    found = Pace(Tally(), Reading(total=200_000_000), clock=lambda: now[0])
    begun = "Reading articles: 0% of 200 MB, 0 so far, 0 passages embedded"
    assert at(now, found, 0, 0, 0.0) == begun
    assert at(now, found, 0, 80, 40.0).endswith("embedded")  # passed over: no speed
    assert at(now, found, 100, 80, 41.0).endswith("100 so far, 0 passages embedded")
    told = at(now, found, 700, 100, 101.0)
    assert told.startswith("Reading articles: 50% of 200 MB, 700 so far")
    assert told.endswith("; 600 a minute, about 5 min left")
    told = at(now, found, 760, 101, 281.0)  # it has become slower
    assert told.endswith("; 20 a minute, about 297 min left".replace("297 min", "5.0 h"))


def test_the_line_makes_do_with_what_is_known():
    now = [0.0]
    found = Pace(Tally(), clock=lambda: now[0])
    at(now, found, 1, 0, 0.0)
    found.tally.fail(Failure("a", "b"))
    told = at(now, found, 31, 0, 60.0)
    assert told == ("Reading articles: 31 so far, 0 passages embedded, 1 not read; 30 a minute")
    found.reading.total = 1_000_000
    assert at(now, found, 31, 0.9, 70.0).endswith("; 26 a minute, about a minute left")


def test_progress_is_shown_on_a_terminal():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with show_counting(console) as progress:
        progress(Tally(passages=7))
    assert isinstance(console.file, io.StringIO)
    assert "Reading articles" in console.file.getvalue()


def test_elsewhere_a_line_is_printed_now_and_then_and_none_where_that_is_soon_over():
    printed = Event()

    class Noting(io.StringIO):
        def write(self, text: str) -> int:
            printed.set()
            return super().write(text)

    file = Noting()
    with show_counting(Console(file=file, width=20)) as progress:
        progress(Tally())
    assert file.getvalue() == ""
    with show_counting(Console(file=file, width=20), Pace(Tally(passages=7)), every_s=0.001):
        assert printed.wait(60)
    first = file.getvalue().splitlines()[0]
    assert first == "Reading articles: 0 so far, 7 passages embedded"
