"""What alerts and digests say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot import texts
from bot.alerts.messages import Messages, describe_alert, digest_of
from bot.reply.actions import BeStricter, DislikeAlert, ShowParcel, StopAlert
from bot.reply.page_links import PageLink, showing
from bot.reply.reply import Button
from bot.storage.alerts.hours import Schedule
from bot.storage.alerts.outbox import Found, Parcel
from bot.storage.alerts.subscriptions import Place, Subscription
from bot.storage.preferences import ExcerptLength, Preferences
from corpus.article import Article
from retrieval.alerts.alert import Alert, Level
from tests.support.newsroom import (
    BEES,
    COPY,
    FUNICULAR,
    PASTED,
    buttons,
    citations,
    labels,
    marked,
    newsroom,
    notes,
    quotes,
    text,
)

READER = 7
BATCH = 1_700_000_000_000


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [FUNICULAR, BEES, PASTED, COPY]) as room:
        yield room


@pytest.fixture
def messages(room) -> Messages:
    return Messages(room.store, room.state)


def alert(room, level: Level = Level.FEWER, **wanted: str) -> Subscription:
    asked = Alert(0, level=level, **({"topic": "funicular"} | wanted))
    one = room.state.subscriptions.add_alert(Place(READER), "funicular", asked)
    assert one
    return one


def digest(room, *topics: str) -> Subscription:
    return room.state.subscriptions.set_digest(
        Place(READER), "daily", Schedule(480), topics=topics, last=date(2026, 3, 3)
    )


def found(one: Subscription, article: Article, sentence: str) -> Found:
    """An article with its whole first paragraph as the passage, and a sentence of it."""
    end, at = article.body.index("\n\n"), article.body.index(sentence)
    told = digest_of(article.body[:end])
    return Found(one.id, READER, article.id, (0, end), (at, at + len(sentence)), told)


def parcel(one: Subscription, *what: Found, **more: object) -> Parcel:
    return Parcel(one, BATCH, what, more.pop("copies", {}), **more)


OWNER_SAYS = "Its owner says that too few people ride it."


def test_an_alert_quotes_the_passage_with_its_sentence_marked(room, messages):
    one = alert(room)
    reply = messages.tell(parcel(one, found(one, FUNICULAR, OWNER_SAYS)))
    assert notes(reply) == ["New: funicular"]
    (quote,) = quotes(reply)
    assert marked(quote) == OWNER_SAYS
    assert text(quote) == FUNICULAR.body.split("\n\n")[0]
    (citation,) = citations(reply)
    assert citation.url.startswith(f"{FUNICULAR.url}#:~:text=Its")
    assert reply.articles == (FUNICULAR.id,)
    assert [one.action for one in buttons(reply) if one.action] == [
        StopAlert(one.id, listed=False),
        DislikeAlert(one.id, BATCH),
    ]
    assert buttons(reply)[0] == Button("Open at the passage", url=citation.url)


def test_only_what_can_be_stricter_offers_it(room, messages):
    one = alert(room, Level.MORE)
    reply = messages.tell(parcel(one, found(one, FUNICULAR, OWNER_SAYS)))
    assert BeStricter(one.id) in [button.action for button in buttons(reply)]


@pytest.mark.parametrize(
    ("length", "shown"),
    [(ExcerptLength.SHORT, OWNER_SAYS), (ExcerptLength.LONG, FUNICULAR.body.split("\n\n")[0])],
)
def test_as_much_is_shown_as_the_chat_has_set(room, messages, length, shown):
    room.state.preferences.put(READER, Preferences(context=length))
    one = alert(room)
    reply = messages.tell(parcel(one, found(one, FUNICULAR, OWNER_SAYS)))
    assert text(quotes(reply)[0]) == shown


def test_of_a_long_passage_the_sentences_around_are_shown(room, messages):
    body = " ".join(f"Sentence number {n} says nothing of use to anybody." for n in range(60))
    long = Article("Long", f"{body}\n\nEnd.", url="https://long.example/")
    room.add([long])
    one = alert(room)
    middle = "Sentence number 30 says nothing of use to anybody."
    (quote,) = quotes(messages.tell(parcel(one, found(one, long, middle))))
    assert marked(quote) == middle
    assert 60 < len(text(quote).split()) <= 90
    assert (quote.cut_before, quote.cut_after) == (True, True)


def test_several_articles_share_a_message_with_a_link_each(room, messages):
    one = alert(room)
    reply = messages.tell(
        parcel(
            one,
            found(one, FUNICULAR, OWNER_SAYS),
            found(one, BEES, "They blame a mite and a warm December."),
            found(one, PASTED, "The echo lasted nineteen seconds."),
        )
    )
    assert notes(reply) == ["3 new articles: funicular"]
    assert labels(reply) == ["↗ 1", "↗ 2", "Stop this alert", "👎"]  # the third has no address


def test_copies_are_named_but_for_those_left_out(room, messages):
    one = alert(room)
    both = parcel(one, found(one, FUNICULAR, OWNER_SAYS), copies={FUNICULAR.id: (COPY.id,)})
    assert citations(messages.tell(both))[0].copies == ("The Courier",)
    room.state.preferences.put(READER, Preferences(left_out=frozenset({"The Courier"})))
    assert citations(messages.tell(both))[0].copies == ()


def test_of_what_is_gone_or_left_out_nothing_is_said(room, messages):
    one = alert(room)
    told = parcel(one, found(one, FUNICULAR, OWNER_SAYS))
    room.state.preferences.put(READER, Preferences(left_out=frozenset({FUNICULAR.publisher})))
    assert messages.tell(told) is None
    room.state.preferences.put(READER, Preferences())
    room.remove(FUNICULAR)
    assert messages.tell(told) is None


def test_nothing_of_a_readers_own_shelf_is_told_to_anybody(room, messages):
    own = replace(PASTED, headline="Mine alone", shelf="c42")
    room.add([own])
    one = alert(room)
    assert messages.tell(parcel(one, found(one, own, "The echo lasted nineteen seconds."))) is None


def test_an_article_that_was_corrected_since_is_named_and_not_misquoted(room, messages):
    one = alert(room)
    told = found(one, FUNICULAR, OWNER_SAYS)
    room.add([replace(FUNICULAR, body=f"Correction. {FUNICULAR.body}")])
    reply = messages.tell(parcel(one, told))
    assert quotes(reply) == []
    assert [citation.url for citation in citations(reply)] == [FUNICULAR.url]


def test_a_digest_tells_each_story_with_one_sentence(room, messages):
    one = digest(room)
    told = parcel(
        one,
        found(one, FUNICULAR, OWNER_SAYS),
        found(one, BEES, "They blame a mite and a warm December."),
        copies={FUNICULAR.id: (COPY.id,)},
    )
    reply = messages.tell(told)
    assert notes(reply)[0].endswith(": 2 stories")
    assert [text(quote) for quote in quotes(reply)] == [
        OWNER_SAYS,
        "They blame a mite and a warm December.",
    ]
    assert [citation.copies for citation in citations(reply)] == [("The Courier",), ()]
    assert [button.action for button in buttons(reply)] == [StopAlert(one.id, listed=False)]


def test_a_digest_on_topics_says_so(room, messages):
    one = digest(room, "ferries", "bees")
    reply = messages.tell(parcel(one, found(one, FUNICULAR, OWNER_SAYS)))
    assert notes(reply)[0].endswith(": one story on ferries, bees")


@pytest.mark.parametrize(
    ("make", "words"), [(alert, "new: funicular. It may not"), (digest, "your digest. It may not")]
)
def test_what_may_have_arrived_is_shown_on_request_only(room, messages, make, words):
    one = make(room)
    doubtful = parcel(one, found(one, FUNICULAR, OWNER_SAYS), doubtful=True)
    reply = messages.tell(doubtful)
    assert words in notes(reply)[0]
    assert quotes(reply) == []
    assert [button.action for button in buttons(reply)] == [ShowParcel(one.id, BATCH)]
    assert quotes(messages.tell(doubtful, again=True))


def test_it_speaks_the_language_of_the_chat_or_of_who_asked(room, messages):
    place = Place(READER, language="de-AT")
    one = room.state.subscriptions.add_alert(place, "f", Alert(0, "funicular"))
    told = parcel(one, found(one, FUNICULAR, OWNER_SAYS))
    assert notes(messages.tell(told)) == ["Neu: funicular"]
    room.state.preferences.put(READER, Preferences(language="en"))
    assert notes(messages.tell(told)) == ["New: funicular"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"topic": "ferries"}, "ferries"),
        ({"speaker": "the mayor"}, "whatever the mayor says"),
        ({"topic": "ferries", "publisher": "The Pier"}, "ferries (only in The Pier)"),
        (
            {"topic": "ferries", "speaker": "the mayor"},
            "ferries, when the mayor says something on it",
        ),
        ({"topic": "f" * 100 + " x"}, "f" * 60 + " …"),
    ],
)
def test_what_an_alert_wants_is_said_in_one_line(wanted, said):
    assert describe_alert(Alert(0, **({"topic": ""} | wanted))) == texts.unlink(said)


def test_an_article_without_an_address_is_linked_to_a_page_of_ours(room, messages):
    one = alert(room)
    told = parcel(one, found(one, PASTED, "The echo lasted nineteen seconds."))
    assert citations(messages.tell(told))[0].url is None
    with showing(lambda article, _: PageLink(f"https://pages.example/a/{article.id}", "app")):
        reply = messages.tell(told)
    assert citations(reply)[0].url == f"https://pages.example/a/{PASTED.id}"
    assert [one.url for one in buttons(reply) if one.app] == [
        f"https://pages.example/a/{PASTED.id}"
    ]
