"""How passages are read for a reply; what readers get is told in `tests/bot/dialogue`."""

from __future__ import annotations

from collections import Counter

import pytest

from bot import texts
from corpus.storage.store import Store
from retrieval.results import Verdict
from tests.support.newsroom import (
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    READER,
    Newsroom,
    action,
    citations,
    newsroom,
    quotes,
)


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        opened.searcher.heard = lambda *_: None  # whatever is asked, passages answer
        yield opened


@pytest.fixture
def reads(monkeypatch) -> Counter[str]:
    """How many times each article was read from the store, by id."""
    found: Counter[str] = Counter()

    def count(name, articles):
        real = getattr(Store, name)

        def counted(store, *given, **more):
            result = real(store, *given, **more)
            if name == "articles":  # which can be gone through but once
                result = list(result)
            found.update({article.id for article in articles(result)})
            return result

        monkeypatch.setattr(Store, name, counted)

    count("passages", lambda result: [article for article, _ in result.values()])
    count("locate", lambda result: [result[0]] if result else [])
    count("get", lambda result: [result] if result else [])
    count("articles", lambda result: result)
    return found


def test_an_answer_reads_its_article_once(room: Newsroom, reads):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert citations(reply)[0].headline == FUNICULAR.headline
    assert reads[FUNICULAR.id] == 1


def test_a_page_reads_its_article_once(room: Newsroom, reads):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    reads.clear()
    assert quotes(room.conversation.press(READER, action(reply, texts.say("whole"))).reply)
    assert reads == {FUNICULAR.id: 1}


def test_a_page_names_the_publishers_of_its_copies(room: Newsroom):
    room.add([COPY])
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    whole = room.conversation.press(READER, action(reply, texts.say("whole"))).reply
    assert citations(whole)[0].copies == citations(reply)[0].copies == ("The Courier",)
