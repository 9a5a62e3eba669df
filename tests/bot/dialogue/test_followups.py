"""Follow-ups in a conversation: what an answer leaves for the next message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import texts
from bot.answers import summaries
from bot.reply.actions import TurnPage
from bot.reply.reply import Reply
from corpus.nlp.segment import split_sentences
from retrieval.extraction.key_facts import Facts
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.search import Said
from retrieval.results import Verdict
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.newsroom import (
    BEES,
    FUNICULAR,
    READER,
    Newsroom,
    citations,
    follow_searcher,
    labels,
    newsroom,
    notes,
    quotation,
    quotes,
    said,
    text,
)


@pytest.fixture
def room(tmp_path, monkeypatch) -> Iterator[Newsroom]:
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())
    with newsroom(tmp_path / "home") as opened:
        yield opened


class Chat:
    """A chat whose messages are numbered as they come."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.messages = 0

    def say(self, typed: str, **more: object) -> Reply:
        self.messages += 1
        place = replace(READER, **more)
        reply = self.room.conversation.hear(place, typed)
        self.room.conversation.sent(place, self.messages, reply)
        return reply


@pytest.fixture
def chat(room) -> Chat:
    return Chat(room)


def taken(reply: Reply) -> str:
    before, _, what = notes(reply)[0].partition(": ") if notes(reply) else ("", "", "")
    return what if before == "Taking it with" else ""


def test_she_is_whoever_the_answer_names_in_full(chat):
    answer = chat.say("Who took the petition seriously?")
    assert citations(answer)[0].headline == FUNICULAR.headline
    chat.room.attribute(FUNICULAR, [said(FUNICULAR, "Nobody took", "Petra Oblonsky", cue="said")])
    assert taken(chat.say("where did she drive?")) == "Petra Oblonsky"


def test_she_is_whoever_the_answer_quotes(chat):
    one = said(FUNICULAR, "Nobody took our petition seriously,", "Petra Oblonsky", cue="said")
    chat.room.attribute(FUNICULAR, [one])
    asked = WhoQuestion(Form.WHO_SAID, words="nobody took it seriously")
    found = Said(asked, (), (quotation(FUNICULAR, one),), (), 1)
    chat.room.searcher.heard = lambda asked, _: found if asked.text.startswith("Who said") else None
    chat.say("Who said nobody took it seriously?")
    assert taken(chat.say("where did she drive?")) == "Petra Oblonsky"


def test_what_nobody_is_named_for_leaves_nobody(chat):
    one = said(FUNICULAR, "Nobody took our petition seriously,")
    chat.room.attribute(FUNICULAR, [one])
    asked = WhoQuestion(Form.ABOUT, topic="petition")
    found = Said(asked, (), (quotation(FUNICULAR, one),), (), 1)
    chat.room.searcher.heard = lambda asked, _: found if asked.text.startswith("What was") else None
    chat.say("What was said about the petition?")
    assert taken(chat.say("why did she say that?")) == "petition"


def test_more_of_a_summary_is_a_longer_one(chat):
    summary = chat.say("summarise the funicular climb")
    longer = chat.say("more")
    assert len("".join(map(text, quotes(longer)))) > len("".join(map(text, quotes(summary))))
    assert citations(longer) == citations(summary)


def test_a_summary_is_about_its_article(chat):
    chat.say(f"summarise {FUNICULAR.url}")
    assert taken(chat.say("and why?")) == "Wexmoor, funicular, last climb"


def test_a_story_goes_on_until_it_ends(chat, monkeypatch):
    lines = tuple(Entry(FUNICULAR, place) for place in split_sentences(FUNICULAR.body))
    follow_searcher(chat.room.searcher, monkeypatch)
    told = Timeline("hill", (FUNICULAR, BEES), lines[:2], lines, searched=3)
    monkeypatch.setattr(chat.room.searcher, "story", lambda *_, **__: told)
    first = chat.say("/story the hill")
    second = chat.say("more")
    assert second.blocks != first.blocks
    assert second.page == 1
    assert notes(chat.say("more")) == [texts.say("no-more")]


def test_what_is_not_answered_can_still_be_leafed_through(chat):
    chat.room.searcher.told = Verdict.NOTHING
    assert labels(chat.say("How many hives were lost?"))[0] == texts.say("show-closest")
    closest = chat.say("more")
    assert notes(closest) == [texts.say("closest")]
    assert (closest.page, chat.say("more").page) == (0, 1)


def test_what_a_command_asked_is_taken_by_its_name_and_its_topic(chat):
    chat.say("/quotes Oblonsky about the petition")
    assert taken(chat.say("and in March 2026?")) == "Oblonsky, petition"
    assert taken(chat.say("and in April 2026?")) == "Oblonsky, petition"


def test_only_a_time_keeps_the_rest_of_the_question(chat):
    chat.say("What happened to the hives in March 2026?")
    later = chat.say("and in April 2026?")
    assert taken(later) == "hives"
    assert texts.say("new-question") in labels(later)


def test_what_forgets_its_question_leaves_nothing_to_lean_on(chat):
    chat.say("How many hives were lost?")
    chat.say("/forget")
    assert taken(chat.say("why?")) == ""


def test_a_greeting_between_changes_nothing(chat):
    chat.say("How many hives were lost?")
    chat.say("thanks!")
    assert taken(chat.say("and why?")).startswith("hives")
    assert BEES.headline in {one.headline for one in citations(chat.say("and when?"))}


def test_a_short_question_is_answered_from_the_article_at_hand(chat):
    chat.say("What becomes of the Wexmoor funicular?")
    for typed in ("who drove the cars", "is there a museum", "and the brewery?"):
        answer = chat.say(typed)
        assert citations(answer)[0].headline == FUNICULAR.headline
        assert taken(answer) == "Wexmoor, funicular"


def test_a_question_that_fails_leaves_the_topic_as_it_was(chat):
    chat.say("What becomes of the Wexmoor funicular?")
    chat.room.searcher.told = Verdict.NOTHING
    chat.say("Who won the regatta in Norbury?")
    chat.say("and how many rowed?")
    chat.room.searcher.told = None
    answer = chat.say("and why?")
    assert taken(answer) == "Wexmoor, funicular"
    assert citations(answer)[0].headline == FUNICULAR.headline


def test_a_first_question_that_fails_may_be_put_otherwise(chat):
    chat.room.searcher.told = Verdict.NOTHING
    chat.say("How many hives were lost in May 2026?")
    assert taken(chat.say("and in March 2026?")) == "hives"


def test_a_new_question_after_another_takes_nothing(chat):
    chat.say("What becomes of the Wexmoor funicular?")
    answer = chat.say("How many florins will the ministry pay for every lost hive?")
    assert taken(answer) == ""
    assert citations(answer)[0].headline == BEES.headline


def test_a_person_is_whoever_the_shown_words_name_by_surname(chat):
    chat.room.attribute(FUNICULAR, [said(FUNICULAR, "Nobody took", "Petra Oblonsky", cue="said")])
    chat.say("Who took the petition seriously?")
    assert taken(chat.say("where does she live?")) == "Petra Oblonsky"


def test_the_pages_of_a_follow_up_mark_what_its_first_page_did(chat):
    chat.say("What becomes of the Wexmoor funicular?")
    answer = chat.say("and how many signatures?")
    exchange = chat.room.state.exchange(answer.key, READER.chat_id)
    again = chat.room.conversation.press(READER, TurnPage(answer.key, 0)).reply
    assert exchange.intent.talk.articles == (FUNICULAR.id,)
    assert quotes(again) == quotes(answer)
