"""How much of the first hits is read, in which time, and by how many at once: a fake model."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest

from corpus.article import Article
from retrieval.errors import ModelError
from retrieval.query.intent import Talk
from retrieval.reading.reader import FIRST_HITS, Reader
from retrieval.results import Reading
from tests.support.models import FakeReaderModel
from tests.support.skarn import FARES, QUESTION, hit_of


def boats(count: int) -> list:
    return [hit_of(Article(f"Boat {n}", f"It came {n}")) for n in range(count)]


def read(model, hits, *, limit_ms=60_000, clock=None):
    reader = Reader(model, limit_ms=limit_ms, **({"clock": clock} if clock else {}))
    return reader, reader.read([QUESTION] * len(hits), hits, lambda _: 1.0)


def test_windows_are_read_behind_their_headers_with_the_question():
    model = FakeReaderModel()
    _, windows = read(model, [hit_of(FARES)])
    assert model.pairs == [(QUESTION, f"Fares. The Light.\n{FARES.body}")]
    (window,) = windows.values()
    assert FARES.body[window.start : window.end] == FARES.body


def test_each_hit_is_read_for_what_it_was_ranked_for():
    model = FakeReaderModel()
    Reader(model, limit_ms=60_000).read(["a", "b"], boats(2), lambda _: 1.0)
    assert {(question, text[:6]) for question, text in model.pairs} == {
        ("a", "Boat 0"),
        ("b", "Boat 1"),
    }


LONG = " ".join(["Nobody on the island had much to say about it."] * 12)


def test_of_a_passage_at_hand_all_is_read_and_the_best_window_kept():
    article = Article("Islands", f"{LONG} The ferry leaves at 9")
    model = FakeReaderModel()
    reader = Reader(model, limit_ms=60_000)
    talk = Talk(articles=(article.id,))
    (window,) = reader.read([QUESTION], [hit_of(article)], lambda _: 1.0, talk=talk).values()
    body = "".join(
        text for _, text in sorted(model.pairs, key=lambda pair: article.body.find(pair[1]))
    )
    assert len(model.pairs) == 2
    assert body.count("Nobody") == 12
    assert window.reading.relevance == 9
    assert window.end == len(article.body)


def test_what_was_taken_over_and_what_is_the_readers_own_are_both_read():
    class Twofold(FakeReaderModel):
        def read(self, question: str, head: str, text: str) -> Reading:
            read = super().read(question, head, text)
            return replace(read, relevance=read.relevance + (4 if question == "how wide" else 0))

    model = Twofold()
    hits, talk = boats(5), Talk(own="how wide")
    windows = Reader(model, limit_ms=60_000).read(
        ["How wide boat?"] * 5, hits, lambda _: 1.0, talk=talk
    )
    again = {text[:6] for question, text in model.pairs if question == "how wide"}
    assert again == {"Boat 4", "Boat 3", "Boat 2"}
    assert {number: window.reading.relevance for number, window in windows.items()} == {
        2: 4,
        3: 5,
        4: 6,
    }


def test_without_time_to_read_again_what_was_read_first_stands():
    class Slow(FakeReaderModel):
        def read(self, question: str, head: str, text: str) -> Reading:
            if question == "how wide":
                assert go.wait(30)
            return super().read(question, head, text)

    go = threading.Event()
    reader = Reader(Slow(), limit_ms=80)
    talk = Talk(own="how wide")
    windows = reader.read(["How wide boat?"] * 2, boats(2), lambda _: 1.0, talk=talk)
    go.set()
    assert sorted(windows) == [0, 1]


def test_only_the_first_hits_are_read():
    _, windows = read(FakeReaderModel(), boats(FIRST_HITS + 5))
    assert sorted(windows) == list(range(FIRST_HITS))


def test_a_passage_without_words_is_not_read():
    assert read(FakeReaderModel(), [hit_of(Article("Empty", " "))])[1] == {}


def test_nothing_is_read_of_nothing():
    model = FakeReaderModel()
    assert read(model, [])[1] == {}
    assert model.pairs == []


def test_what_there_was_no_time_for_is_counted_and_left_out():
    go = threading.Event()

    class Slow(FakeReaderModel):
        def read(self, question: str, head: str, text: str) -> Reading:
            if "Boat 0" not in head:
                assert go.wait(30)
            return super().read(question, head, text)

    reader, windows = read(Slow(), boats(6), limit_ms=80)
    go.set()
    assert list(windows) == [0]
    assert reader.unread == 5


def test_the_more_are_asked_at_once_the_less_is_read_of_each():
    reader = Reader(FakeReaderModel(), limit_ms=60_000)
    counts = []
    with ExitStack() as asked:
        for _ in range(FIRST_HITS + 1):
            asked.enter_context(reader.answering())
            counts.append(len(reader.read([QUESTION] * 8, boats(8), lambda _: 1.0)))
    assert counts == [6, 3, 2, 1, 1, 1, 0]
    assert reader.unread == 7 * FIRST_HITS - sum(counts)
    assert reader.asking == 0
    assert len(reader.read([QUESTION] * 8, boats(8), lambda _: 1.0)) == FIRST_HITS


def test_a_fault_of_the_model_does_not_lock_out_the_next_question():
    class Faulty(FakeReaderModel):
        def read(self, question: str, head: str, text: str) -> Reading:
            reading = super().read(question, head, text)
            if len(self.pairs) == 1:
                raise RuntimeError("out of memory")
            return reading

    reader = Reader(Faulty(), limit_ms=60_000)
    with pytest.raises(RuntimeError, match="out of memory"), reader.answering():
        reader.read([QUESTION], boats(1), lambda _: 1.0)
    assert reader.read([QUESTION], boats(1), lambda _: 1.0)
    assert reader.asking == 0


def test_whether_a_model_is_sound_it_says_itself():
    class Damaged(FakeReaderModel):
        def verify(self):
            raise ModelError("a bit fell over")

    Reader(FakeReaderModel(), limit_ms=1).verify()
    with pytest.raises(ModelError, match="a bit fell over"):
        Reader(Damaged(), limit_ms=1).verify()
