"""Whatever the number of processes, and whatever becomes of them, the archive is the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.crew.crew import SET_ASIDE, Crew
from corpus.crew.hand import Tools
from corpus.crew.process import Hand
from corpus.errors import Failure, ToolError
from corpus.ingest import Tally, ingest
from corpus.prepare import Prepared
from corpus.readers.files import read_path
from corpus.readers.reading import Reading
from corpus.storage.store import Change, Store
from tests.support.crew import BreakingAttributor, BreakingEncoder, make_none, make_told
from tests.support.models import story
from tests.support.newsroom import write_lines

SAID = "“{0} ferries sail,” said Ada Lund, the captain. " * 3
STORIES = [story(n, SAID.format(n) + story(n).body) for n in range(75)]
FIRST = replace(story(90), url=None, headline="Brief", body="The mill is to let.")
OTHER = replace(FIRST, body="A heron was seen above the weir on Sunday.")
COPY = replace(STORIES[3], url="https://other.example/3", publisher=None)
CORRECTED = replace(STORIES[40], body=f"{STORIES[40].body} It was late.")
MIXED = [
    *STORIES[:30],
    FIRST,
    COPY,
    OTHER,
    *STORIES[30:41],
    CORRECTED,
    Failure("notes.txt:3", "no article text"),
    *STORIES[41:],
    STORIES[40],  # back to how it read
    STORIES[5],
    FIRST,
]
TOOLS = Tools(BreakingEncoder, BreakingAttributor())
_LATE = "import os, signal; os.kill(os.getpid(), signal.SIGALRM)"
BREAKS = story(200, headline="It breaks")
HANGS = story(201, headline="It hangs")


def make_crew(count: int = 2, *, tools: Tools = TOOLS, **more) -> Crew:
    return Crew(tools, count, **more)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store.open(tmp_path / "home")


def add(found, store: Store, crew: Crew | None, **more) -> Tally:
    return ingest(
        found,
        store=store,
        embedder=BreakingEncoder(),
        attributor=BreakingAttributor(),
        preparer=crew,
        **more,
    )


def told(store: Store) -> tuple[object, ...]:
    """All that an archive holds, in the order in which it came."""
    changes = store.changes()
    articles = list(store.articles())
    said = [store.attributions.of(one.id) for one in articles]
    versions = [[old.body for old in store.versions.of(one.id)] for one in articles]
    return (articles, changes.spans, changes.vectors.tobytes(), said, versions)


def lives(pid: int) -> bool:
    """Whether a process runs; one that nobody asked for its status yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # of Linux
    return not state.exists() or ") Z " not in state.read_text()


@pytest.mark.parametrize("count", [1, 3])
def test_the_archive_is_the_same_whatever_the_number_of_processes(tmp_path, store, count):
    alone = Store.open(tmp_path / "alone")
    wanted = add(MIXED, alone, None)
    with make_crew(count) as crew:
        tally = add(MIXED, store, crew)
        again = add(MIXED[:5], store, crew)
    assert told(store) == told(alone)
    assert (tally.changes, tally.failures) == (wanted.changes, wanted.failures)
    assert tally.changes[Change.UPDATED] == 2
    assert tally.attributed > 70
    assert again.changes == {Change.UNCHANGED: 5}


@pytest.mark.parametrize("crowded", [False, True])
def test_what_was_corrected_and_corrected_back_reads_as_it_did_last(store, crowded):
    with make_crew() as crew:
        preparer = crew if crowded else None
        add([STORIES[40], STORIES[3]], store, preparer)
        changed = replace(STORIES[3], body="All is otherwise.")
        tally = add([CORRECTED, changed, STORIES[40], COPY, STORIES[3]], store, preparer)
    assert store.get(STORIES[40].id) == STORIES[40]
    assert store.get(STORIES[3].id) == STORIES[3]
    assert store.get(COPY.id) == COPY
    assert tally.changes == {Change.UPDATED: 4, Change.ADDED: 1}


def test_an_article_that_breaks_a_process_costs_itself_and_twice_is_enough(store):
    starts = []

    def start() -> Hand:
        starts.append(1)
        return Hand()

    reasons, found = [], [story(1), BREAKS, story(2)]
    with make_crew(1, strikes=store.strikes, start=start) as crew:
        for _ in range(3):
            (failure,) = add(found, store, crew).failures
            reasons.append((failure.where, failure.reason, len(starts)))
    broke = "what embeds it broke"
    assert reasons == [(BREAKS.url, broke, 2), (BREAKS.url, broke, 2), (BREAKS.url, SET_ASIDE, 2)]
    assert [article.id for article in store.articles()] == [story(1).id, story(2).id]
    with make_crew(1, strikes=store.strikes, start=start) as crew:
        assert list(crew.begin([BREAKS])) == [Failure(BREAKS.url, SET_ASIDE)]


def test_an_article_that_takes_too_long_costs_itself(store):
    with make_crew(1, deadline_s=1) as crew:
        tally = add([HANGS, story(2)], store, crew)
    reason = "takes longer than 1 s to embed and to find who said what"
    assert tally.failures == [Failure(HANGS.url, reason)]
    assert store.count() == 1


def test_an_article_for_which_memory_runs_out_costs_itself(store):
    swells = story(202, headline="It swells")
    with make_crew(1) as crew:
        tally = add([swells, story(2)], store, crew)
    reason = "what embeds it was killed, as where memory runs out"
    assert tally.failures == [Failure(swells.url, reason)]
    assert store.count() == 1


def test_a_long_article_may_take_longer(monkeypatch):
    allowed = []
    monkeypatch.setattr(Hand, "prepare", lambda _, __, *, allowed_s: allowed.append(allowed_s))
    with make_crew(1, deadline_s=2) as crew:
        list(crew.begin([story(1, "x" * n) for n in (0, 100_000, 100_001)]))
    assert allowed == [2, 2, 4]


def test_a_model_that_is_out_of_order_ends_the_import(store):
    with make_crew(1) as crew, pytest.raises(ToolError, match="the model is out of order"):
        add([story(1), story(2, headline="The model refuses"), story(3)], store, crew)
    assert store.count() == 1


@pytest.mark.parametrize(
    ("tools", "command", "words"),
    [
        (Tools(make_none), None, "no model is installed"),
        (Tools(int), None, "cannot start a process that prepares articles: a fault of ours"),
        (Tools(BreakingEncoder), (sys.executable, "-c", "pass"), "articles: it broke"),
        (Tools(BreakingEncoder), (sys.executable, "-c", _LATE), "articles: it took too long"),
        (Tools(BreakingEncoder), ("/missing/python",), "articles: No such file"),
    ],
)
def test_what_cannot_be_started_is_told_in_a_line(tools, command, words):
    start = (lambda: Hand(command)) if command else Hand
    with Crew(tools, 1, start=start) as crew, pytest.raises(ToolError, match=words):
        list(crew.begin([story(1)]))


def test_whatever_else_goes_wrong_is_a_failure_of_the_article():
    class Forgotten:
        def count(self, _):
            raise ValueError("nobody knows")

    with make_crew(1, strikes=Forgotten()) as crew:
        (found,) = crew.begin([story(1)])
    assert isinstance(found, Failure)
    assert "nobody knows" in found.reason


def test_who_closes_a_crew_waits_for_nobody_and_nobody_is_to_blame(store):
    strikes = store.strikes
    with make_crew(1, strikes=strikes) as crew:
        begun = crew.begin([story(1), HANGS, story(3)])
        assert isinstance(next(begun), Prepared)
        (hand,) = crew._hands
    assert not lives(hand._process.pid)
    assert store.strikes.count("") == 0
    assert strikes._known in (None, {})


def test_a_crew_that_is_closed_while_it_starts_waits_for_nobody():
    class Slow(Hand):
        def __init__(self):
            crew.__dict__["_closed"] = True  # just then
            super().__init__()

    crew = Crew(Tools(BreakingEncoder), 1, start=Slow)
    with crew, pytest.raises(ToolError, match="it was killed"):
        list(crew.begin([story(1)]))


def test_an_interrupted_import_ends_its_processes(store):
    def reading():
        yield from STORIES[:40]
        raise KeyboardInterrupt

    with make_crew() as crew, pytest.raises(KeyboardInterrupt):
        add(reading(), store, crew)
    assert [hand for hand in crew._hands if lives(hand._process.pid)] == []


def test_a_process_ends_when_whoever_started_it_is_killed():
    command = [sys.executable, "-c", "from tests.support import crew; crew.main()"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        hand = int(parent.stdout.readline())
        assert lives(hand)
        parent.kill()
    ends = time.monotonic() + 30
    while lives(hand) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not lives(hand)


def test_no_more_is_read_than_can_be_in_hand(store):
    most = 0

    def reading():
        nonlocal most
        for number in range(160):
            yield story(number, f"Ferry {number} left.")
            most = max(most, number - store.count())

    with make_crew(2) as crew:
        add(reading(), store, crew)
    assert store.count() == 160
    assert 32 < most <= 3 * 32


def test_nothing_secret_is_handed_on(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:AAE")
    with make_crew(1, tools=Tools(make_told)) as crew:
        (found,) = crew.begin([story(1)])
    assert isinstance(found, Prepared)
    assert found.embeddings.fingerprint == ""


class Killed(BaseException):
    """Stands in for kill -9: nothing is done after it."""


@pytest.mark.parametrize("after", [0, 40])
def test_an_import_that_is_killed_anywhere_goes_on_and_ends_as_one_that_is_not(
    tmp_path, store, monkeypatch, after
):
    files = [tmp_path / f"{n}.jsonl" for n in range(3)]
    for number, file in enumerate(files):
        write_lines(file, STORIES[number * 25 : number * 25 + 25])
    alone = Store.open(tmp_path / "alone")
    add((item for file in files for item in read_path(file)), alone, None)

    def read(reading: Reading):
        return (item for file in files for item in read_path(file, reading=reading))

    real, puts = Store.put, iter(range(1000))

    def put(self, *given, **more):
        if next(puts) == after:
            raise Killed
        return real(self, *given, **more)

    with monkeypatch.context() as patch, make_crew() as crew:
        patch.setattr(Store, "put", put)
        reading = Reading(store.checkpoints)
        with pytest.raises(Killed):
            add(read(reading), store, crew, marks=reading)
    assert [one.id for one in store.articles()] == [one.id for one in STORIES[:after]]
    reading = Reading(store.checkpoints)
    tally = add(read(reading), store, None, marks=reading)
    reading.finish()
    assert told(store) == told(alone)
    assert tally.changes == {Change.ADDED: 75 - after}
    assert store.checkpoints.find(str(files[0])) is None
