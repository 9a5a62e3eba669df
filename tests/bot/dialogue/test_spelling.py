"""What a reader is told of misspelt words, and offered instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import texts
from retrieval.query.intent import AskWhoSaid
from retrieval.results import Verdict
from tests.support.newsroom import (
    BEES,
    FUNICULAR,
    READER,
    Newsroom,
    action,
    citations,
    labels,
    newsroom,
    notes,
)


@pytest.fixture
def room(tmp_path) -> Iterator[Newsroom]:
    with newsroom(tmp_path / "home") as opened:
        yield opened


def press(room: Newsroom, reply, label: str):
    return room.conversation.press(READER, action(reply, label)).reply


def test_a_corrected_word_is_said_and_can_be_had_as_written(room):
    reply = room.ask("What did Oblosnky collect?", told=Verdict.ANSWER)
    assert notes(reply)[0] == "Searched for Oblonsky instead of Oblosnky."
    assert citations(reply)[0].headline == FUNICULAR.headline
    written = press(room, reply, texts.say("as-written"))
    assert not any("Searched for" in note for note in notes(written))


def test_several_corrections_are_said_in_one_line(room):
    reply = room.ask("What did Oblosnky collect with signatuers?", told=Verdict.ANSWER)
    assert notes(reply)[0] == "Searched for Oblonsky, signatures instead of Oblosnky, signatuers."


def test_a_question_without_a_slip_is_told_nothing(room):
    reply = room.ask("What did Oblonsky collect?", told=Verdict.ANSWER)
    assert notes(reply) == []
    assert texts.say("as-written") not in labels(reply)


def test_another_word_is_offered_where_it_has_a_surer_answer(room):
    reply = room.ask("Lake Tran")
    meant = press(room, reply, texts.say("did-you-mean", word="Tarn"))
    assert citations(meant)[0].headline == BEES.headline


def test_another_word_is_not_offered_where_it_changes_nothing(room):
    for told in (Verdict.ANSWER, Verdict.NOTHING):
        reply = room.ask("Beekeepers around Lake Tran lost hives in the winter", told=told)
        assert not any("Tarn" in label for label in labels(reply))


def test_of_a_wish_for_a_summary_only_the_topic_is_spelt(room):
    reply = room.ask("summarise the funciular climb")
    assert notes(reply)[0] == "Searched for funicular instead of funciular."
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_a_command_is_no_misspelt_word(room):
    assert notes(room.conversation.hear(READER, "/summary"))[0] == texts.say("how-to-sum-up")


def test_a_follow_up_is_spelt_as_a_whole(room):
    for typed, meant, asked in (
        ("and about singatures?", "signatures", AskWhoSaid("Oblonsky", "signatures")),
        ("and Oblnsky?", "Oblonsky", AskWhoSaid("Oblonsky", "petition")),
    ):
        reply = room.conversation.hear(READER, "/quotes Oblonsky about petition")
        room.conversation.sent(READER, 1, reply)
        told = room.ask(typed)
        assert notes(told)[1].startswith(f"Searched for {meant} instead of ")
        assert room.state.exchange(told.key, READER.chat_id).intent == asked


def test_what_a_command_names_is_taken_as_it_is_written(room):
    told = notes(room.conversation.hear(READER, "/quotes Oblosnky about signatuers"))
    assert not any("Searched for" in note for note in told)
