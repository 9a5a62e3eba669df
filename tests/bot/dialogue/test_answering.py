"""From an intent to a reply: what is drawn, what is told of it, and what else is offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import texts
from bot.answers import summaries
from bot.dialogue.answering import Answering
from bot.reply.actions import ShowInstead
from bot.reply.reply import Note, Outcome, Quote, Reply, Speaker
from bot.request_trace import trace_update
from corpus.nlp.segment import split_sentences
from retrieval.answers import (
    Alternative,
    Answer,
    AnswerKind,
    Missing,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.extraction.key_facts import Facts
from retrieval.extraction.summary import Summary
from retrieval.query.intent import Ask, AskWhoSaid, Summarise, TellTimeline
from retrieval.results import Result, Verdict
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.newsroom import (
    BEES,
    FUNICULAR,
    FUNICULAR_QUESTION,
    READER,
    Newsroom,
    action,
    citations,
    hears,
    labels,
    newsroom,
    notes,
    quotation,
    quotes,
    said,
    without_runner_up,
)

PETITION = said(FUNICULAR, "Nobody took our petition seriously,", "Petra Oblonsky", cue="said")
QUESTION = Ask.read(FUNICULAR_QUESTION)
QUOTED = hears(quotation(FUNICULAR, PETITION))()
INSTEAD = {
    kind: texts.say(f"instead-{kind.value}")
    for kind in (
        AnswerKind.PASSAGES, AnswerKind.QUOTATIONS, AnswerKind.SUMMARY, AnswerKind.TIMELINE,
    )
}  # fmt: skip


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())
    with newsroom(tmp_path) as opened:
        opened.attribute(FUNICULAR, [PETITION])
        yield opened


@pytest.fixture
def answering(room) -> Answering:
    empty = Reply((Note("There is nothing here"),))
    return Answering(room.searcher, room.state, shown=lambda _: (), empty=lambda _: empty)


def passages(room: Newsroom, verdict: Verdict = Verdict.ANSWER, **more: object) -> PassageAnswer:
    """What the archive has to say to the question."""
    found = room.searcher.ask(QUESTION, route=AnswerKind.PASSAGES)
    assert isinstance(found, PassageAnswer)
    return replace(found, result=replace(found.result, verdict=verdict), **more)


def summary(**more: object) -> SummaryAnswer:
    sentences = tuple(split_sentences(BEES.body)[:2])
    return SummaryAnswer(intent=Summarise("bees"), summary=Summary(BEES, sentences), **more)


def timeline(**more: object) -> TimelineAnswer:
    entries = tuple(Entry(one, split_sentences(one.body)[0]) for one in (BEES, FUNICULAR))
    told = Timeline("hill", (BEES, FUNICULAR), (), entries, searched=3)
    return TimelineAnswer(intent=TellTimeline("hill"), timeline=told, **more)


def alternatives(**chances: float) -> tuple[Alternative, ...]:
    return tuple(Alternative(AnswerKind(kind), chance) for kind, chance in chances.items())


def answers(room: Newsroom, monkeypatch: pytest.MonkeyPatch, answer: Answer) -> Reply:
    """Answer the question with this."""
    with monkeypatch.context() as patch:
        patch.setattr(room.searcher, "ask", lambda *_, **__: answer)
        return room.conversation.ask(READER, FUNICULAR_QUESTION)


# Each kind


def test_passages_are_drawn_as_quotes_with_their_article(room, answering):
    reply = answering.draw(READER, passages(room))
    assert [type(block) for block in reply.blocks] == [Quote, type(citations(reply)[0])]
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_over_passages_that_stand_in_for_quotations_it_is_said_that_nobody_is_quoted(
    room, monkeypatch
):
    nobody = hears(people=(), speaker="Zork", others=(QUOTED.quotations[0],))()
    near = passages(room, Verdict.CLOSEST, unsaid=nobody, alternatives=alternatives(quotations=0.6))
    reply = answers(room, monkeypatch, near)

    assert notes(reply)[0].endswith("none is by anyone called “Zork”.")
    assert notes(reply)[1] == texts.say("closest")
    assert citations(reply)[0].headline == FUNICULAR.headline
    assert INSTEAD[AnswerKind.QUOTATIONS] in labels(reply)


def test_quotations_are_drawn_with_their_speaker(answering):
    reply = answering.draw(READER, QuotationAnswer(intent=QUESTION, said=QUOTED))
    assert reply.blocks[0] == Speaker("Petra Oblonsky", "", "said", FUNICULAR.published)


def test_a_summary_is_drawn_as_its_sentences(answering):
    reply = answering.draw(READER, summary())
    assert len(quotes(reply)) == 1
    assert texts.say("open-article") in labels(reply)


def test_a_timeline_is_drawn_with_how_much_it_rests_on(answering):
    reply = answering.draw(READER, timeline())
    assert notes(reply)[0].startswith("“hill” in 2 articles")
    assert len(quotes(reply)) == 2


def test_a_reply_carries_the_answer_that_it_shows(room, monkeypatch):
    for answer in (passages(room), passages(room, Verdict.NOTHING), summary(), timeline()):
        assert answers(room, monkeypatch, answer).answer is answer


def test_a_name_is_unknown_only_where_there_are_no_quotations_at_all(answering):
    nobody = hears(people=(), speaker="Zork")()
    asked = QuotationAnswer(intent=AskWhoSaid("Zork"), said=nobody)
    assert "none is by anyone called “Zork”" in notes(answering.draw(READER, asked))[0]
    without = replace(asked, said=replace(nobody, searched=0))
    assert notes(answering.draw(READER, without)) == [texts.say("unknown-person", name="Zork")]


def test_what_anybody_said_needs_no_name(answering):
    asked = AskWhoSaid("", "the petition")
    anybody = QuotationAnswer(intent=asked, said=replace(QUOTED, people=()))
    assert quotes(answering.draw(READER, anybody))


def test_where_nothing_can_be_searched_the_archive_is_called_empty(answering):
    result = Result("q", Verdict.NOTHING, 0.0, (), searched=0)
    reply = answering.draw(READER, PassageAnswer(intent=QUESTION, result=result))
    assert notes(reply) == ["There is nothing here"]


# What is told of it


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda room: passages(room, Verdict.CLOSEST), ("passages", "closest")),
        (lambda _: QuotationAnswer(intent=QUESTION, said=QUOTED), ("quotations", "answer")),
        (lambda _: QuotationAnswer(intent=QUESTION, said=hears()()), ("quotations", "nothing")),
        (lambda _: summary(), ("summary", "answer")),
        (lambda _: timeline(), ("timeline", "answer")),
    ],
)
def test_the_trace_is_told_what_was_found_and_how_far_it_answers(room, monkeypatch, make, told):
    with trace_update("question") as trace:
        answers(room, monkeypatch, make(room))
    assert (trace.answer, trace.verdict) == told


def test_the_trace_is_told_nothing_where_nothing_was_looked_for(room):
    with trace_update("question") as trace:
        assert notes(room.conversation.summary(READER, "")) == [texts.say("how-to-sum-up")]
        room.conversation.help(READER)
    assert (trace.answer, trace.verdict) == ("", "")


def test_the_trace_is_told_of_what_a_link_opens(room):
    with trace_update("command") as trace:
        assert quotes(room.conversation.arrive(READER, f"p_{FUNICULAR.id}_0_0_40"))
    assert (trace.answer, trace.verdict) == ("passages", "answer")


# What else may have been meant


def test_the_likeliest_other_kind_is_a_button_below_all_others(room, monkeypatch):
    likely = alternatives(timeline=0.4, quotations=0.3, summary=0.01)
    plain = answers(room, monkeypatch, passages(room))
    reply = answers(room, monkeypatch, passages(room, alternatives=likely))
    assert labels(reply) == [*labels(plain), INSTEAD[AnswerKind.TIMELINE]]
    assert reply.buttons[-1][0].action == ShowInstead(reply.key, AnswerKind.TIMELINE)
    assert without_runner_up(reply).buttons == reply.buttons[:-1]


def test_what_is_unlikely_is_not_offered(room, monkeypatch):
    unlikely = alternatives(quotations=0.19, summary=0.05)
    reply = answers(room, monkeypatch, passages(room, alternatives=unlikely))
    assert not set(labels(reply)) & set(INSTEAD.values())


def test_what_is_shown_is_not_offered_once_more(room, monkeypatch):
    told = summary(alternatives=alternatives(summary=0.4, passages=0.2))  # by way of a timeline
    assert labels(answers(room, monkeypatch, told))[-1] == INSTEAD[AnswerKind.PASSAGES]


def test_passages_that_have_a_button_are_not_offered_once_more(room, monkeypatch):
    told = QuotationAnswer(intent=QUESTION, said=QUOTED, alternatives=alternatives(passages=0.5))
    reply = answers(room, monkeypatch, told)
    assert texts.say("passages") in labels(reply)
    assert INSTEAD[AnswerKind.PASSAGES] not in labels(reply)


def test_where_there_is_nothing_to_go_on_from_nothing_is_offered(room, monkeypatch):
    missing = SummaryAnswer(
        intent=Summarise("x"), missing=Missing.TOPIC, alternatives=alternatives(passages=0.5)
    )
    assert labels(answers(room, monkeypatch, missing)) == []


def test_the_button_shows_the_other_kind_and_offers_none_itself(room, monkeypatch):
    likely = alternatives(quotations=0.4)
    reply = answers(room, monkeypatch, passages(room, alternatives=likely))
    room.searcher.heard = lambda *_: QUOTED
    pressed = action(reply, INSTEAD[AnswerKind.QUOTATIONS])
    shown = room.conversation.press(READER, pressed).reply
    assert isinstance(shown.blocks[0], Speaker)
    assert room.state.exchange(shown.key, READER.chat_id).intent == QUESTION
    assert not set(labels(shown)) & set(INSTEAD.values())


def test_a_kind_of_which_there_is_nothing_gets_a_toast_and_leaves_the_answer(room, monkeypatch):
    likely = alternatives(quotations=0.4)
    reply = answers(room, monkeypatch, passages(room, alternatives=likely))
    room.searcher.heard = lambda *_: None
    pressed = action(reply, INSTEAD[AnswerKind.QUOTATIONS])
    assert room.conversation.press(READER, pressed) == Outcome(texts.say("none-of-kind"))


@pytest.mark.parametrize("typed", ["/quotes Oblonsky about signatures", "/summary funicular"])
def test_what_a_command_asks_can_be_answered_with_passages(room, typed):
    reply = room.conversation.hear(READER, typed)
    pressed = ShowInstead(reply.key, AnswerKind.PASSAGES)
    shown = room.conversation.press(READER, pressed).reply
    kept = room.state.exchange(shown.key, READER.chat_id)
    assert kept.kind is AnswerKind.PASSAGES
    assert kept.hits
