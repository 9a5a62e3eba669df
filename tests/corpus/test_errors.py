"""Whatever one item raises, wherever it is read, is a short failure: the others are stored."""

from __future__ import annotations

import inspect
import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType

import pytest

from corpus import address, article, dates, ingest, prepare, text
from corpus.archive import Archive
from corpus.errors import SandboxError, ToolError
from corpus.ingest import Tally
from corpus.nlp import segment
from corpus.parse import (
    boilerplate,
    byline,
    charset,
    clipping,
    feed,
    json_ld,
    offsets,
    page,
    records,
)
from corpus.readers import files, web
from corpus.sandbox import sandbox, worker
from corpus.sandbox.messages import Answer, Job, answers
from corpus.sandbox.process import Asked
from corpus.sandbox.worker import answer_job
from corpus.storage import store, strikes
from tests.support.fake_web import FakeFetcher, entry, news, opml, rss
from tests.support.fake_web import page as served
from tests.support.models import FakeAttributor, FakeEncoder

READING = (address, article, dates, text, segment, boilerplate, byline, clipping, feed, json_ld)
READING += (offsets, page, records, files, web, sandbox, worker)
READING += (charset, ingest, prepare, store, strikes)
BATCH = {
    "ingest",
    "_batches",
    "_marked",
    "_gather",
    "_put",
    "name_article",
    "reindex",
}
BATCH |= {"_Line.__init__", "_Line.begin", "_Line.finish", "_Line._look_up", "_Line._put"}
BATCH |= {"Here.ahead", "Here.begin"}
BATCH |= {"Store.feeds", "Store.strikes", "Store.count", "Store._count", "Feeds.keep"}
BATCH |= {"_NoMarks.here", "_NoMarks.reached", "_NoMarks.settle"}
BATCH |= {"Feeds.__init__", "Strikes.__init__", "Sandbox.__init__"}
"""What goes through the batch, and opens and closes it: no item is to blame for these."""
MANY = 3
"""Articles of one file or feed."""
LARGEST = 2 * MANY
"""Articles of the largest source, the list of feeds: what cannot be opened is lost whole."""
TOLD = "<p>The ferry to {0} sails again, said its owner.</p><p>It takes {0} people at once.</p>"


class Web(FakeFetcher):
    """A web that is opened and closed like the real one."""

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def list_functions() -> Iterator[tuple[str, CodeType]]:
    """Every function of the modules that read articles, by name."""
    for module in READING:
        own = [
            one
            for one in vars(module).values()
            if getattr(one, "__module__", "") == module.__name__
        ]
        methods = [one for kind in own if inspect.isclass(kind) for one in vars(kind).values()]
        for one in [*own, *methods]:
            found = inspect.unwrap(one.fget if isinstance(one, property) else one)
            code = getattr(found, "__code__", None)
            if code and code.co_filename == module.__file__ and found.__qualname__ not in BATCH:
                yield f"{module.__name__}.{found.__qualname__}", code


FUNCTIONS = dict(sorted(list_functions()))


@contextmanager
def raising(code: CodeType, error: Exception) -> Iterator[list[str]]:
    """Let a function raise where it is called first, in whichever thread."""
    called: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        if called:
            sys.setprofile(None)  # watching makes everything slow
        elif event == "call" and frame.f_code is code:
            called.append(code.co_name)
            raise error

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]  # which is how it is taken away


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> list[str]:
    """One source of each kind, most of them with three articles."""
    folder = tmp_path_factory.mktemp("sources")
    pages = folder / "pages"
    pages.mkdir()
    linked = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": "Ann Lund"}</script>'
    )
    for number in range(MANY):
        told = [f"The ferry {number} sailed on Monday, its captain told us.", *["It was late."] * 9]
        (pages / f"{number}.html").write_text(news(f"Ferry {number} sails", head=linked, text=told))
    fields = [
        {"headline": f"Tram {n}", "body": f"Tram {n} left.\n\nBy Ann Lund", "url": f"https://t.example/{n}",
         "date": "2026-03-01", "author": ["Ann Lund"], "publisher": "The Tram"}
        for n in range(MANY)
    ]  # fmt: skip
    lines = folder / "records.jsonl"
    lines.write_text("".join(f"{json.dumps(one)}\n" for one in fields))
    clipped = folder / "clipping.txt"
    clipped.write_text(
        "Bus breaks down\nBy Ann Lund\n3 March 2026\n\nThe bus stood still.\n\nAgain."
    )
    saved = folder / "saved.xml"
    saved.write_bytes(feed_of("saved", dated=True))
    listed = folder / "list.opml"
    listed.write_bytes(opml("https://news.example/one", "https://news.example/two").body)
    return [str(one) for one in (pages, lines, clipped, saved, listed)] + [
        "https://news.example/page",
        "https://news.example/feed",
    ]


def feed_of(name: str, *, dated: bool = False) -> bytes:
    more = f"<description><![CDATA[{TOLD}]]></description>"
    when = "<pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate><author>Ann Lund</author>"
    entries = (entry(f"{name}{n}", more.format(f"{name}{n}") + when * dated) for n in range(MANY))
    return rss(*entries).body


def served_pages() -> dict[str, object]:
    pages: dict[str, object] = {
        "https://news.example/page": served(news("The page"), "https://news.example/page")
    }
    for name in ("one", "two", "feed"):
        url = f"https://news.example/{name}"
        pages[url] = served(feed_of(name), url, "application/rss+xml")
    url = "https://news.example/feed0"  # the others are told by the feed alone
    return pages | {url: served(news("The first", text=["It sailed, in the end."] * 9), url)}


class HereWorker:
    """Reads in this process, where functions can be made to raise, what another one reads."""

    def ask_all(self, asked: Sequence[Asked]) -> list[list[Answer]]:
        return [self.ask(job, data) for job, data in asked]

    def ask(self, job: Job, data: bytes) -> list[Answer]:
        told = b"".join(answers().dump_json(one) + b"\n" for one in answer_job(job, data))
        return [answers().validate_json(line) for line in told.splitlines()]


@contextmanager
def noting() -> Iterator[set[CodeType]]:
    """Note every function that is called, in whichever thread."""
    called: set[CodeType] = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]  # which is how it is taken away


@pytest.fixture(scope="module")
def ever_called(sources, tmp_path_factory) -> set[CodeType]:
    """What reading the sources calls: to wait for a call of anything else takes .2 s in vain."""
    with pytest.MonkeyPatch.context() as patch, noting() as called:
        adding(sources, tmp_path_factory.mktemp("called"), patch)()
    return called


@pytest.fixture
def add(sources, tmp_path, monkeypatch):
    return adding(sources, tmp_path, monkeypatch)


def adding(sources, folder, patch):
    patch.setattr("corpus.readers.fetch.Fetcher", lambda: Web(served_pages()))
    patch.setattr("corpus.sandbox.sandbox.shared", HereWorker)
    archive = Archive.open(folder)

    def add(encoder=None, attributor=None) -> tuple[Tally, int]:
        tally = archive.add(
            *sources, embedder=encoder or FakeEncoder(), attributor=attributor or FakeAttributor()
        )
        return tally, len(archive)

    return add


@pytest.fixture(scope="module")
def whole() -> int:
    """How many articles there are."""
    return MANY * 6 + 2


def test_without_a_fault_all_of_them_are_stored(add, whole):
    tally, stored = add()
    assert tally.failures == []
    assert stored == whole


def test_much_of_what_reads_is_called(ever_called):
    assert sum(code in ever_called for code in FUNCTIONS.values()) > len(FUNCTIONS) / 3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whatever_a_function_raises_the_other_articles_are_stored(add, whole, name, ever_called):
    if FUNCTIONS[name] not in ever_called:
        return
    with raising(FUNCTIONS[name], RuntimeError("injected " * 99)) as called:
        tally, stored = add()
    assert stored >= whole - LARGEST
    if stored < whole:
        assert called
        assert tally.failures
    for failure in tally.failures:
        assert len(failure.reason) < 200
        assert "\n" not in failure.reason


def test_what_no_item_is_to_blame_for_ends_the_batch(add):
    found = FUNCTIONS["corpus.readers.files._read_known"]
    with raising(found, SandboxError("cannot start the process")), pytest.raises(ToolError):
        add()
