"""What a process does with what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread

import pytest

from corpus.crew.hand import Order, Tools, serve
from corpus.errors import Failure, ToolError
from corpus.prepare import Here, Prepared
from tests.support.crew import BreakingAttributor, BreakingEncoder, make_none
from tests.support.models import story

TOOLS = Tools(BreakingEncoder, BreakingAttributor())


@pytest.fixture
def line() -> Iterator[Connection]:
    ours, theirs = Pipe()
    with ours, theirs:
        served = Thread(target=serve, args=(theirs,))
        served.start()
        yield ours
        ours.close()
        served.join()


def tell(line: Connection, told: object) -> object:
    line.send(told)
    return line.recv()


def test_what_is_sent_comes_back_prepared(line):
    assert isinstance(tell(line, TOOLS), Prepared)
    found = tell(line, Order(story(1), 60))
    assert isinstance(found, Prepared)
    (wanted,) = Here(BreakingEncoder(), BreakingAttributor()).begin([story(1)])
    assert isinstance(wanted, Prepared)
    assert (found.passages, found.extraction) == (wanted.passages, wanted.extraction)
    assert (found.embeddings.vectors == wanted.embeddings.vectors).all()
    assert found.embeddings.fingerprint == "letters"


def test_an_article_that_cannot_be_prepared_is_a_failure_and_the_next_one_is_prepared(line):
    tell(line, TOOLS)
    found = tell(line, Order(story(1, headline="An odd one"), 60))
    assert isinstance(found, Failure)
    assert found.where == story(1).url
    assert "too odd" in found.reason
    assert isinstance(tell(line, Order(story(2), 60)), Prepared)


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        (Tools(make_none), "no model is installed"),
        (Tools(int), "AttributeError"),
        ("a hammer", "AttributeError"),
    ],
)
def test_tools_that_do_not_work_are_told_at_once(line, tools, words):
    found = tell(line, tools)
    told = found.reason if isinstance(found, Failure) else str(found)
    assert words in told


def test_a_model_that_gives_out_is_told_and_nothing_more_is_prepared(line):
    tell(line, TOOLS)
    found = tell(line, Order(story(1, headline="The model refuses"), 60))
    assert isinstance(found, ToolError)
    assert str(found) == "the model is out of order"
