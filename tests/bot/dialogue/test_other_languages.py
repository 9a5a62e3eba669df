"""Who writes in another language is told, in it, that the articles are English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import texts
from bot.reply.actions import AskExactly
from retrieval.query.language import list_languages
from retrieval.results import Verdict
from tests.support.newsroom import BEES, Newsroom, citations, newsroom, notes


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("wie viele Unterschriften wurden gesammelt", "Die Artikel sind auf Englisch"),
        ("¿cuántas firmas se recogieron en verano?", "Los artículos están en inglés"),
        ("combien de signatures ont été recueillies", "Les articles sont en anglais"),
        ("сколько подписей было собрано", "Статьи на английском языке"),
    ],
)
def test_the_articles_are_english_is_said_in_the_language_of_the_message(room, typed, said):
    reply = room.ask(typed)
    (note,) = notes(reply)
    assert note.startswith(said)
    assert isinstance(reply.buttons[0][0].action, AskExactly)


def test_an_archive_that_has_articles_in_the_language_is_searched(room: Newsroom):
    bees = "Die Imker am Tarnsee verloren ein Drittel ihrer Stöcke. Der Winter war warm."
    room.add([replace(BEES, headline="Bienen", body=bees, url="https://b.example", language="de")])
    reply = room.ask("wie viele Unterschriften wurden gesammelt", told=Verdict.NOTHING)
    assert not notes(reply)[0].startswith("Die Artikel sind auf Englisch")


def test_an_answer_of_names_alone_is_shown_all_the_same(room: Newsroom, monkeypatch):
    monkeypatch.setattr(room.searcher, "known", lambda _: 1.0)
    monkeypatch.setattr("bot.dialogue.other_languages._STRONG", 0.0)
    reply = room.ask("wie viele signatures wurden in two summer weekends", told=Verdict.ANSWER)
    assert notes(reply)[0].startswith("Die Artikel sind auf Englisch")
    assert citations(reply)


def test_every_language_that_is_detected_has_its_sentence():
    english = texts.english_only("en")
    assert all(texts.english_only(language) != english for language in list_languages())
