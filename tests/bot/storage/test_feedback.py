"""Thumbs, reasons, and questions that readers send along."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from rich.console import Console

from bot import texts
from bot.dialogue.ratings import renew_buttons
from bot.message_context import MessageContext
from bot.reply.actions import decode
from bot.reply.reply import Outcome
from bot.storage import feedback as module
from bot.storage.answer_ref import NOT_ASKED, AnswerRef, ArticleRef, PersonRef
from bot.storage.chats import ChatStore
from bot.storage.feedback import Reason, Sent
from bot.terminal import Chat
from corpus.attribution.attribution import Kind
from retrieval.answers import AnswerKind
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.search import Said
from retrieval.results import Verdict
from tests.support.newsroom import (
    FUNICULAR,
    FUNICULAR_QUESTION,
    READER,
    action,
    newsroom,
    quotation,
    said,
)

PASSAGES, QUOTATIONS = AnswerKind.PASSAGES, AnswerKind.QUOTATIONS
OTHER, GROUP = MessageContext(chat_id=8), MessageContext(chat_id=-100, private=False)
ASKED = datetime(2026, 3, 3, 12, tzinfo=UTC)
SENT = Sent("Who won the marmalade cup?", "a1#0", ASKED)
REASONS = ["Wrong passage", "Wrong person", "Out of date", "Nothing of these"]
MEND = "Also send my question, so that it can be mended"
EXAMPLE = "Also send my question, as a good example"


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def feedback(state):
    return state.feedback


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        yield opened


def press(room, reply, label: str, place: MessageContext = READER) -> Outcome:
    """Press a button of a reply, or of what an outcome offers instead of its thumbs."""
    rows = reply.rating if isinstance(reply, Outcome) else reply.buttons
    (found,) = [one.action for row in rows for one in row if one.label == label]
    return room.conversation.press(place, found)


def offered(outcome: Outcome) -> list[str]:
    return [button.label for row in outcome.rating for button in row]


def rated(room):
    (one,) = room.state.feedback.ratings()
    return one


# What is kept


def test_a_thumb_keeps_no_word_and_no_place(feedback):
    feedback.rate("k", 7, good=True, kind=QUOTATIONS, verdict=Verdict.CLOSEST)
    (rating,) = feedback.ratings()
    assert (rating.key, rating.good) == ("k", True)
    assert (rating.kind, rating.verdict) == (QUOTATIONS, Verdict.CLOSEST)
    assert (rating.reason, rating.question, rating.place, rating.asked) == (None,) * 4
    assert timedelta(0) <= datetime.now(UTC) - rating.rated < timedelta(minutes=1)


def test_another_thumb_takes_the_first_back_with_all_that_went_with_it(feedback):
    feedback.rate("k", 7, good=False, kind=PASSAGES)
    assert feedback.explain("k", 7, Reason.OLD)
    assert feedback.send("k", 7, SENT)
    feedback.rate("k", 7, good=True, kind=PASSAGES)
    (rating,) = feedback.ratings()
    assert rating.good
    assert (rating.reason, rating.question, rating.place, rating.asked) == (None,) * 4


def test_a_reason_and_a_question_join_their_thumb(feedback):
    feedback.rate("k", 7, good=False, kind=PASSAGES)
    assert feedback.explain("k", 7, Reason.OLD)
    assert feedback.explain("k", 7, Reason.PERSON)
    assert feedback.send("k", 7, SENT)
    (rating,) = feedback.ratings()
    assert rating.reason is Reason.PERSON
    assert (rating.question, rating.place, rating.asked) == (SENT.question, SENT.place, SENT.asked)


def test_nothing_joins_a_thumb_that_is_not_there_or_another_chats(feedback):
    feedback.rate("k", 7, good=True, kind=PASSAGES)
    assert not feedback.explain("k", 7, Reason.OLD)  # it points up
    assert not feedback.explain("k", 8, Reason.OLD)
    assert not feedback.send("k", 8, SENT)
    assert not feedback.send("nonsense", 7, SENT)
    assert feedback.find("k", 8) is None
    assert feedback.find("k", 7) == feedback.ratings()[0]


def test_ratings_come_oldest_first_and_from_a_time_on(feedback, monkeypatch):
    for key, second in (("b", 2), ("a", 1), ("c", 3)):
        moment = ASKED + timedelta(seconds=second)
        monkeypatch.setattr(module, "_now", moment.timestamp)
        feedback.rate(key, 7, good=True, kind=PASSAGES)
    assert [one.key for one in feedback.ratings()] == ["a", "b", "c"]
    assert [one.key for one in feedback.ratings(ASKED + timedelta(seconds=2))] == ["b", "c"]


def test_clearing_deletes_all_feedback_and_its_bytes(feedback, tmp_path):
    feedback.rate("k", 7, good=True, kind=PASSAGES)
    feedback.send("k", 7, SENT)
    feedback.rate("l", 8, good=True, kind=PASSAGES)
    assert feedback.clear() == 2
    assert feedback.clear() == 0
    assert feedback.ratings() == []
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"marmalade" not in left


def test_the_table_is_the_one_that_the_migrations_make(state):
    columns = [one["name"] for one in sa.inspect(state._engine).get_columns("feedback")]
    assert columns == [column.name for column in module._FEEDBACK.columns]


# What the buttons do


def test_a_thumb_up_is_noted_and_offers_to_send_the_question(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    outcome = press(room, reply, "👍")
    assert outcome.toast == texts.say("thanks")
    assert outcome.reply is None
    assert offered(outcome) == ["👍", "👎", EXAMPLE]
    assert (rated(room).good, rated(room).question) == (True, None)


def test_a_thumb_down_asks_for_the_reason_once(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    outcome = press(room, reply, "👎")
    assert outcome.toast == "Noted. What is wrong with it?"
    assert offered(outcome) == ["👍", "👎", *REASONS, MEND]
    told = press(room, outcome, "Out of date")
    assert offered(told) == ["👍", "👎", MEND]
    assert (rated(room).good, rated(room).reason) == (False, Reason.OLD)


@pytest.mark.parametrize(("label", "reason"), list(zip(REASONS, Reason, strict=True)))
def test_every_reason_is_kept_as_what_it_says(room, label, reason):
    outcome = press(room, room.ask(FUNICULAR_QUESTION), "👎")
    press(room, outcome, label)
    assert rated(room).reason is reason


def test_the_question_is_kept_only_when_its_reader_sends_it(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    outcome = press(room, reply, "👎")
    sent = press(room, outcome, MEND)
    assert sent.toast == texts.say("sent")
    assert offered(sent) == ["👍", "👎", *REASONS]  # the reason is still open
    explained = press(room, sent, "Wrong passage")
    assert offered(explained) == ["👍", "👎"]
    rating = rated(room)
    assert (rating.question, rating.reason) == (FUNICULAR_QUESTION, Reason.PASSAGE)
    article, passage = room.store.locate(rating.place)
    assert article == FUNICULAR
    assert "3,120 signatures" in passage.text
    assert rating.asked is not None


def test_a_thumb_can_be_changed_and_then_asks_anew(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    press(room, press(room, reply, "👍"), EXAMPLE)
    outcome = press(room, reply, "👎")
    assert offered(outcome) == ["👍", "👎", *REASONS, MEND]
    assert (rated(room).good, rated(room).question) == (False, None)


def test_the_page_that_is_shown_is_the_one_that_is_rated(room):
    first = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    second = room.conversation.press(READER, action(first, "›")).reply
    press(room, press(room, second, "👍"), EXAMPLE)
    key = action(second, "👍").key
    hits = room.state.exchange(key, READER.chat_id).hits
    assert rated(room).place == hits[1].passage_id != hits[0].passage_id


def test_a_summary_is_rated_as_one_and_not_as_the_passage_it_was_reached_from(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    summary = press(room, reply, "Summary").reply
    press(room, press(room, summary, "👍"), EXAMPLE)
    assert (rated(room).kind, rated(room).place) == (AnswerKind.SUMMARY, FUNICULAR.id)


def test_a_story_is_rated_without_a_place(room):
    told = AnswerRef(AnswerKind.TIMELINE, Verdict.ANSWER, 1.0, (ArticleRef(FUNICULAR.id),))
    key = room.state.save(7, "the hives", told).key
    outcome = room.conversation.press(READER, decode(f"rate:{key}:1.0.0"))
    press(room, outcome, EXAMPLE)
    assert (rated(room).kind, rated(room).place) == (AnswerKind.TIMELINE, "")


def test_quotations_are_rated_by_the_first_of_their_page(room):
    one = said(FUNICULAR, "3,120 signatures", kind=Kind.REPORTED)
    question = WhoQuestion(Form.EVERYTHING, speaker="", topic="", words="", cue="")
    found = (quotation(FUNICULAR, one),)
    room.searcher.heard = lambda *_: Said(question, (), found, (), searched=3)
    room.attribute(FUNICULAR, [one])
    press(room, press(room, room.ask("Who said that?"), "👍"), EXAMPLE)
    assert rated(room).place == f"{FUNICULAR.id}#{one.quote[0]}"


def test_in_a_group_nobody_can_send_anothers_question(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER, place=GROUP)
    outcome = press(room, reply, "👎", GROUP)
    assert offered(outcome) == ["👍", "👎", *REASONS]
    key = action(reply, "👎").key
    forged = room.conversation.press(GROUP, decode(f"send:{key}:0.0"))
    assert forged == Outcome(texts.say("stale"))
    assert rated(room).question is None


@pytest.mark.parametrize(
    "forged",
    [
        "rate:{key}:0.0.0", "rate:{key}:2", "rate:{key}:1.0.7", "why:{key}:0.0.0",
        "why:{key}:4.0.0", "why:{key}:-1.0.0", "send:{key}:0.0", "send:{key}:99.0",
    ],
)  # fmt: skip
def test_forged_ratings_get_a_toast_and_leave_nothing(room, forged):
    key = action(room.ask(FUNICULAR_QUESTION), "👍").key
    pressed = room.conversation.press(READER, decode(forged.format(key=key)))
    assert pressed == Outcome(texts.say("stale"))
    assert room.state.feedback.ratings() == []


def test_what_is_no_answer_cannot_be_rated(room):
    ada = PersonRef("Ada Quill", "Ada Quill, judge")
    for answer in (NOT_ASKED, AnswerRef(AnswerKind.PEOPLE, Verdict.ANSWER, hits=(ada,))):
        key = room.state.save(7, "q", answer).key
        told = room.conversation.press(READER, decode(f"rate:{key}:1.0.0"))
        assert told == Outcome(texts.say("stale"))


def test_a_page_that_is_not_there_is_rated_without_a_place(room):
    key = action(room.ask(FUNICULAR_QUESTION), "👍").key
    room.conversation.press(READER, decode(f"rate:{key}:1.99.0"))
    room.conversation.press(READER, decode(f"send:{key}:99.0"))
    assert rated(room).place == ""


def test_another_chats_thumb_gets_a_toast_and_leaves_nothing(room):
    reply = room.ask(FUNICULAR_QUESTION)
    assert press(room, reply, "👍", OTHER) == Outcome(texts.say("stale"))
    assert room.state.feedback.ratings() == []


def test_a_thumb_outlives_its_question_but_cannot_be_changed_then(room):
    reply = room.ask(FUNICULAR_QUESTION)
    outcome = press(room, reply, "👎")
    room.state.retention = timedelta(0)
    room.state.purge()
    assert press(room, outcome, "Wrong person") == Outcome(texts.say("stale"))
    assert press(room, outcome, MEND) == Outcome(texts.say("stale"))
    assert (rated(room).good, rated(room).reason, rated(room).question) == (False, None, None)


# Where the buttons stand


def test_other_buttons_stay_where_they_are():
    rows = [["open"], ["page:k:1"], ["share", "rate:k:1", "rate:k:-1"], ["why:k:1"], ["new"]]
    told = renew_buttons(rows, [["rate:k:1"], ["send:k:0"]], decode)
    assert told == [["open"], ["page:k:1"], ["share", "rate:k:1"], ["send:k:0"], ["new"]]


def test_a_message_without_thumbs_gets_none():
    kept = renew_buttons([["open"], [None]], [["rate:k:1"]], lambda one: one and decode(one))
    assert kept == [["open"], [None]]


def test_the_terminal_shows_the_new_buttons_and_their_numbers_work(room):
    out = io.StringIO()
    chat = Chat(room.conversation, Console(file=out, width=200))

    def typing() -> Iterator[str]:
        yield FUNICULAR_QUESTION
        for label in ("👎", MEND, "Wrong person"):
            yield str([one.label for one in chat.buttons].index(label) + 1)

    typed = typing()
    chat.run(lambda: next(typed, "/quit"))
    assert "[1] " in out.getvalue().partition("Noted. What is wrong with it?")[2]
    assert [one.label for one in chat.buttons][-2:] == ["👍", "👎"]
    assert (rated(room).question, rated(room).reason) == (FUNICULAR_QUESTION, Reason.PERSON)
