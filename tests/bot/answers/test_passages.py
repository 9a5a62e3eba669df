"""How passages are read for a reply; what readers get is told in `tests/bot/dialogue`."""

from __future__ import annotations

from collections import Counter

import pytest

from bot import texts
from bot.reply.actions import TurnPage
from bot.reply.reply import Note
from corpus.storage.store import Store
from retrieval.reading.reader import Reader
from retrieval.results import Verdict
from tests.support.harbour import printed
from tests.support.models import FakeReaderModel
from tests.support.newsroom import (
    BEES,
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    READER,
    Newsroom,
    action,
    citations,
    marked,
    newsroom,
    quotes,
    text,
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


# What may answer beside the first


@pytest.fixture
def reading_room(tmp_path):
    reader = Reader(FakeReaderModel(answers={"signatures": 5.0, "hive": 9.0}), limit_ms=10_000)
    with newsroom(tmp_path, reader=reader) as opened:
        opened.searcher.heard = lambda *_: None
        yield opened


def test_an_unsure_answer_shows_what_else_may_answer(reading_room: Newsroom):
    reply = reading_room.ask(FUNICULAR_QUESTION, told=Verdict.CLOSEST)
    first, other = quotes(reply)
    assert "3,120 signatures" in marked(first)
    assert text(other) == marked(other)
    assert [cited.headline for cited in citations(reply)] == [FUNICULAR.headline, BEES.headline]
    assert reply.articles == (FUNICULAR.id, BEES.id)


def test_it_is_there_again_when_the_reader_turns_back(reading_room: Newsroom):
    asked = reading_room.ask(FUNICULAR_QUESTION, told=Verdict.CLOSEST)
    turn = reading_room.conversation.press
    after = turn(READER, TurnPage(asked.key, 1)).reply
    assert len(quotes(after)) == 1
    assert quotes(turn(READER, TurnPage(asked.key, 0)).reply) == quotes(asked)


def test_what_was_removed_since_is_left_out(reading_room: Newsroom):
    asked = reading_room.ask(FUNICULAR_QUESTION, told=Verdict.CLOSEST)
    reading_room.remove(BEES)
    back = reading_room.conversation.press(READER, TurnPage(asked.key, 0)).reply
    assert quotes(back) == quotes(asked)[:1]


def test_a_sure_answer_stands_alone(reading_room: Newsroom):
    reply = reading_room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert [cited.headline for cited in citations(reply)] == [FUNICULAR.headline]


# What another day said


def tram(cost, day, more=""):
    return printed(
        f"Tram to Halm {day}", f"The tram to Halm will cost {cost} million crowns{more}.", day
    )


OLD, NEW = tram(184, (5, 14)), tram(231, (9, 4), ", says the audit")
TRAM_QUESTION = "How much will the tram to Halm cost?"


def ask_tram(tmp_path, verdict, reader=None):
    with newsroom(tmp_path, [BEES, OLD, NEW], reader=reader) as opened:
        opened.searcher.heard = lambda *_: None
        return opened.ask(TRAM_QUESTION, told=verdict)


def test_a_newer_article_that_says_otherwise_is_named_with_its_link(tmp_path):
    reply = ask_tram(tmp_path, Verdict.ANSWER)
    assert [one.headline for one in citations(reply)] == [OLD.headline, NEW.headline]
    assert reply.blocks[-2] == Note(texts.say("newer"))
    assert citations(reply)[1].url.startswith(f"{NEW.url}#:~:text=")
    assert len(quotes(reply)) == 1


def test_the_newer_article_answers_where_it_was_read_and_the_older_one_is_named(tmp_path):
    reader = Reader(FakeReaderModel(answers={"million": 3.0}), limit_ms=60_000)
    reply = ask_tram(tmp_path, Verdict.ANSWER, reader)
    assert [one.headline for one in citations(reply)] == [NEW.headline, OLD.headline]
    assert reply.blocks[-2] == Note("Also: 14 May 2026 said otherwise:")


def test_what_is_shown_beside_an_unsure_answer_is_named_before_its_words(tmp_path):
    reader = Reader(FakeReaderModel(answers={"million": 3.0}), limit_ms=60_000)
    reply = ask_tram(tmp_path, Verdict.CLOSEST, reader)
    first, second = quotes(reply)[:2]
    assert (text(first), text(second)) == (NEW.body, OLD.body)
    before = reply.blocks[reply.blocks.index(second) - 1]
    assert before == Note("Also: 14 May 2026 said otherwise:")
    assert sum(block == before for block in reply.blocks) == 1


@pytest.mark.parametrize("language", sorted(texts.LANGUAGES))
def test_every_language_says_of_which_day_it_is(language):
    with texts.speak(language):
        assert "2026" in texts.say("also-otherwise", day="14 May 2026")
