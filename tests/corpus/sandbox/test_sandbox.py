"""What stopped reading twice is set aside; what is read is what reading it directly gives."""

from __future__ import annotations

import json

import pytest

from corpus.archive import Archive
from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.feed import read_feed
from corpus.parse.page import read_page
from corpus.parse.records import GivenRecord, Piece, read_given, read_piece
from corpus.sandbox import sandbox as module
from corpus.sandbox.messages import Answer, Job, Kind, Permission
from corpus.sandbox.process import Reason, StoppedError, shared
from corpus.sandbox.sandbox import SET_ASIDE, Forgetful, Sandbox
from tests.support.fake_web import news, rss

URL = "https://news.example/a"


class Frozen:
    """Stands in for the process: everything takes too long, or is answered as told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Kind] = []

    def ask(self, job, data):
        [found] = self.ask_all([(job, data)])
        if isinstance(found, StoppedError):
            raise found
        return found

    def ask_all(self, asked):
        self.asked += [job.kind for job, _ in asked]
        return [self.answers or StoppedError(Reason.TIME, 10.0) for _ in asked]


def reason(read, *given, **more) -> str:
    with pytest.raises(UnreadableError) as error:
        read(*given, **more)
    return str(error.value)


def test_a_page_that_froze_its_reader_twice_is_not_read_again():
    worker, strikes = Frozen(), Forgetful()
    box = Sandbox(strikes, worker=worker)
    late = "takes longer than 10 s to read"
    said = [reason(box.read_page, b"%d" % n, url=URL) for n in range(3)]
    assert said == [late, late, SET_ASIDE]
    assert len(worker.asked) == 2
    other = Sandbox(strikes, worker=worker)
    assert reason(other.read_page, b"another", url=URL) == SET_ASIDE
    assert reason(other.read_page, b"another", url=f"{URL}2") == late


@pytest.mark.parametrize(
    "read",
    [
        lambda box, data: reason(box.read_feed, data, url=URL),
        lambda box, data: reason(box.read_saved_feed, data, where="a.xml"),
        lambda box, data: reason(box.read_opml, data),
        lambda box, data: reason(box.read_page, data),
        lambda box, data: reason(box.read_text, data),
        lambda box, data: reason(box.ask_robots, data, url=URL, robot="Byline"),
        lambda box, data: str(box.read_all([(Job(Kind.LINE, "a:1"), data)])[0]),
        lambda box, data: box.read_given(Piece("a", data, whole=True))[0].reason,
    ],
)
def test_what_has_no_page_of_its_own_is_known_by_what_it_holds(read):
    box = Sandbox(worker=Frozen())
    said = [read(box, data) for data in (b"a", b"a", b"a", b"b")]
    assert [one == SET_ASIDE for one in said] == [False, False, True, False]


def test_pieces_that_are_set_aside_are_not_asked_for_with_the_others():
    worker = Frozen()
    box = Sandbox(worker=worker)
    both = [(Job(Kind.LINE, "a:1"), b"a"), (Job(Kind.LINE, "a:2"), b"b")]
    box.read_all(both[:1] * 2)
    first, second = map(str, box.read_all(both))
    assert (first == SET_ASIDE, second == SET_ASIDE) == (True, False)
    assert len(worker.asked) == 3


def test_an_archive_never_replays_what_froze_its_reader_twice(tmp_path, monkeypatch):
    worker = Frozen()
    monkeypatch.setattr(module, "shared", lambda: worker)
    (tmp_path / "page.html").write_text(news())
    said = []
    for _ in range(4):
        archive = Archive.open(tmp_path / "home")
        [failure] = archive.add(tmp_path / "page.html").failures
        said.append(failure.reason)
        archive.store.close()
    assert said == ["takes longer than 10 s to read"] * 2 + [SET_ASIDE] * 2
    assert worker.asked == [Kind.PAGE] * 2


def test_the_next_version_tries_again(monkeypatch):
    box = Sandbox(worker=Frozen())
    for _ in range(2):
        reason(box.read_opml, b"a")
    assert reason(box.read_opml, b"a") == SET_ASIDE
    monkeypatch.setattr(module, "find_version", lambda: b"99")
    assert reason(box.read_opml, b"a") != SET_ASIDE


def test_the_version_of_a_copy_that_is_not_installed_is_none(monkeypatch):
    monkeypatch.setattr(module, "_DISTRIBUTION", "no-such-distribution")
    module.find_version.cache_clear()
    assert module.find_version() == b""
    module.find_version.cache_clear()


def test_a_reason_is_one_short_line_whoever_gives_it():
    box = Sandbox(worker=Frozen(Answer(unreadable="a\nb" * 500)))
    said = reason(box.read_opml, b"")
    assert len(said) <= 200
    assert "\n" not in said


def test_an_answer_of_another_kind_is_none():
    box = Sandbox(worker=Frozen(Answer("https://news.example/")))
    assert reason(box.read_page, b"") == "cannot be read"
    assert box.read_all([(Job(Kind.LINE, "a"), b"")]) == [[]]


def test_no_page_says_under_which_address_it_is_kept():
    liar = Frozen(Answer(Article("Ferry", "The ferry returns.", url="https://other.example/b")))
    assert Sandbox(worker=liar).read_page(b"", url=URL).url == URL
    assert Sandbox(worker=liar).read_page(b"").url == "https://other.example/b"


def test_what_the_process_reads_is_what_reading_gives():
    box = Sandbox(worker=shared())
    head = '<meta property="article:published_time" content="2026-03-02T09:00:00Z">'
    page = news(head=head, text=["“Über die Brücke,” said Ada Solberg. 😀 你好"] * 3).encode()
    assert box.read_page(page, url=URL) == read_page(page, url=URL)
    feed = rss((URL, "One", "<author>Ada Solberg</author>")).body
    assert box.read_feed(feed, url=URL) == read_feed(feed, url=URL)
    data = json.dumps([{"body": "It rained all day."}, 1, {"body": ""}]).encode()
    piece = Piece("a", data, whole=True)
    [found] = box.read_all([(Job(Kind.DOCUMENT, "a"), data)])
    assert found == list(read_piece(piece))
    assert isinstance(found[1], Failure)
    one, *none = box.read_given(piece)
    assert [one, *none] == list(read_given(piece))
    assert isinstance(one, GivenRecord)
    assert box.read_text(b"It rained\nall day in town.").headline == "It rained"
    assert box.ask_robots(b"", url=URL, robot="Byline") == Permission(allowed=True, delay_s=0.0)


def test_bytes_of_a_charset_that_only_the_server_names_are_read():
    page = news("Brücke offen", text=["Über die Brücke fährt ab Montag wieder ein Bus."]).encode(
        "windows-1252"
    )
    found = Sandbox().read_page(page, url=URL, charset="windows-1252")
    assert found.headline == "Brücke offen"
