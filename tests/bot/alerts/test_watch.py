"""Whom an article fits, and which digests are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.alerts import watch
from bot.alerts.watch import CATCH_UP, Watch
from bot.storage.alerts.hours import Schedule
from bot.storage.alerts.subscriptions import Kind, Place, Subscription
from bot.storage.preferences import Preferences
from corpus.article import Article
from corpus.ingest import reindex
from corpus.nlp.segment import split_passages
from corpus.storage.embeddings import UNEMBEDDED, Embeddings
from retrieval.alerts.alert import Alert
from retrieval.errors import ModelError
from tests.support.models import FakeEncoder
from tests.support.newsroom import BEES, newsroom

READER, OTHER = 7, 8
HOUR = timedelta(hours=1)
LONG_AGO = timedelta(days=9)


def news(number: int = 1, topic: str = "tram strike", **more: object) -> Article:
    told = {
        "headline": f"{topic.capitalize()} enters day {number}",
        "body": (
            f"The {topic} went into day {number} with {number * 7} rallies in the rain.\n\n"
            f"Nobody on side {number} of the {topic} wants to talk before week {number + 3}."
        ),
        "url": f"https://news.example/{topic.replace(' ', '-')}/{number}",
        "publisher": f"Paper {number}",
        "published": datetime.now(UTC),
    }
    return Article(**(told | more))


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [BEES]) as room:
        yield room


@pytest.fixture
def looking(room) -> Watch:
    return Watch(room.searcher, room.state)


def alert(room, topic: str = "tram strike", chat_id: int = READER, **more: str) -> Subscription:
    wanted = Alert(0, topic, **more)
    after = room.store.revision()
    one = room.state.subscriptions.add_alert(Place(chat_id), topic, wanted, after=after)
    assert one
    return one


def look(looking: Watch, ahead: timedelta = timedelta(0)) -> None:
    while looking.look(datetime.now(UTC) + ahead):
        pass


def told(room, chat_id: int = READER) -> list[str]:
    """Headlines of what is due in a chat."""
    now = datetime.now(UTC) + timedelta(days=1)
    return [
        article.headline
        for parcel in room.state.outbox.due(now, chat_id=chat_id)
        for one in parcel.found
        for article in room.store.articles([one.article])
    ]


def test_an_article_is_told_to_all_whom_it_fits_and_to_nobody_else(room, looking):
    alert(room), alert(room, chat_id=OTHER), alert(room, "herring quota", chat_id=9)
    room.add([news()])
    look(looking)
    assert [told(room, chat) for chat in (READER, OTHER, 9)] == [[news().headline]] * 2 + [[]]


def test_the_passage_and_its_sentence_stand_in_the_article(room, looking):
    alert(room)
    room.add([news()])
    look(looking)
    ((one,),) = [parcel.found for parcel in room.state.outbox.due(datetime.now(UTC))]
    assert "tram strike" in news().body[slice(*one.sentence)]
    assert one.passage[0] <= one.sentence[0] < one.sentence[1] <= one.passage[1]


def test_what_was_looked_at_is_not_looked_at_again(room, looking, monkeypatch):
    alert(room)
    room.add([news()])
    look(looking)
    monkeypatch.setattr(room.state.outbox.__class__, "take", None)
    look(looking)


def test_another_process_goes_on_where_one_was_killed(room, looking):
    alert(room)
    room.add([news(1)])
    look(looking)
    room.add([news(2, topic="tram strike talk")])
    look(Watch(room.searcher, room.state))
    assert len(told(room)) == 2


def test_an_alert_made_meanwhile_is_looked_for_too(room, looking):
    alert(room)
    room.add([news(1)])
    look(looking)
    alert(room, "herring quota", OTHER)
    room.add([news(2, "herring quota")])
    look(looking)
    assert told(room, OTHER) == [news(2, "herring quota").headline]


def test_what_came_before_or_was_corrected_since_is_no_news(room, looking):
    room.add([news(1)])
    look(looking)
    alert(room)
    room.add([news(1, body=f"{news(1).body} The tram strike goes on.")])
    look(looking)
    assert told(room) == []


def test_embedding_everything_anew_tells_nothing(room, looking):
    alert(room)
    room.add([news(1)])
    look(looking)
    room.state.outbox.drop_all(READER)
    reindex(room.store.ids(), store=room.store, embedder=FakeEncoder())
    look(looking)
    assert told(room) == []


def test_what_has_no_vectors_yet_is_told_once_it_has(room, looking):
    alert(room)
    article = news()
    passages = split_passages(article.id, article.body)
    empty = FakeEncoder().encode([""] * len(passages))[:, :0].astype("float16")
    room.store.put(article, passages, Embeddings(UNEMBEDDED, empty))
    look(looking)
    assert told(room) == []
    room.searcher.refresh()
    look(looking)
    assert told(room) == [article.headline]


def test_what_lies_on_a_readers_own_shelf_is_told_to_nobody(room, looking):
    alert(room)
    room.add([news(shelf="c42")])
    look(looking)
    assert told(room) == []


def test_old_articles_and_those_of_publishers_left_out_are_told_to_nobody(room, looking):
    alert(room)
    left_out = frozenset({"Paper 2"})
    room.state.preferences.put(READER, Preferences(left_out=left_out))
    old = datetime.now(UTC) - LONG_AGO
    room.add([news(1, published=old), news(2), news(3, published=None)])
    look(looking)
    assert told(room) == [news(3).headline]


def test_after_days_without_a_look_what_is_no_news_is_passed_over(room, looking):
    alert(room)
    room.add([news()])
    look(looking, timedelta(days=3))
    assert told(room) == []


def test_of_near_copies_one_is_told(room, looking):
    alert(room)
    room.add([news(1), news(1, url="https://other.example/1", publisher="Other")])
    look(looking)
    room.add([news(1, url="https://third.example/1", publisher="Third")])
    look(looking)
    assert told(room) == [news(1).headline]
    (parcel,) = room.state.outbox.due(datetime.now(UTC))
    assert len(parcel.copies[news(1).id]) == 2


def test_somebody_who_says_something_is_looked_for_among_who_says_it(room, looking):
    alert(room, "tram strike", speaker="Hanna Voll")
    spoken = news(2)
    spoken = replace(spoken, body=f"{spoken.body}\n\n“The tram strike goes on,” said Hanna Voll.")
    room.add([news(1), spoken])
    look(looking)
    assert told(room) == [spoken.headline]


def test_an_archive_that_was_put_back_is_looked_at_anew(room, looking):
    alert(room)
    room.add([news(1)])
    look(looking)
    room.state.outbox.take([], [], watched=2**60, now=datetime.now(UTC))
    room.add([news(2, topic="tram strike talk")])
    look(looking)
    assert len(told(room)) == 2


def test_many_articles_are_looked_at_in_several_goes(room, looking, monkeypatch):
    monkeypatch.setattr(watch, "_BATCH", 2)
    room.add([news(number, "herring quota") for number in range(5)])
    assert [looking.look(datetime.now(UTC)) for _ in range(4)] == [True, True, True, False]


# Digests


def digest(room, *topics: str, ahead: timedelta = HOUR, weekday: int | None = None):
    """A digest that is due in a while."""
    at = datetime.now(UTC) + ahead
    schedule = Schedule(at.hour * 60 + at.minute, weekday)
    last = schedule.last_slot("UTC", datetime.now(UTC))
    return room.state.subscriptions.set_digest(
        Place(READER), "daily", schedule, topics=topics, last=last
    )


def stories(number: int) -> list[Article]:
    topics = ("tram strike", "herring quota", "organ recital", "marble theft", "frost warning")
    return [news(n + 1, topics[n]) for n in range(number)]


def test_a_digest_is_told_at_its_hour_and_not_before(room, looking):
    digest(room)
    room.add(stories(3))
    look(looking)
    assert told(room) == []
    look(looking, HOUR)
    assert sorted(told(room)) == sorted(one.headline for one in stories(3))


def test_a_digest_tells_nothing_twice_and_nothing_where_nothing_is(room, looking):
    one = digest(room)
    room.add(stories(2))
    look(looking, HOUR)
    room.state.outbox.drop_all(READER)
    look(looking, 25 * HOUR)
    assert told(room) == []
    (now,) = room.state.subscriptions.of(READER, Kind.DIGEST)
    assert (now.last - one.last).days == 2


def test_a_digest_keeps_to_its_topics(room, looking):
    digest(room, "herring quota")
    room.add(stories(3))
    look(looking, HOUR)
    assert told(room) == [stories(3)[1].headline]


def test_a_digest_comes_late_after_an_outage_but_not_too_late(room, looking):
    digest(room)
    room.add(stories(1))
    look(looking, HOUR + CATCH_UP + timedelta(minutes=2))
    assert told(room) == []
    digest(room)
    look(looking, HOUR + CATCH_UP - timedelta(minutes=2))
    assert told(room) == [stories(1)[0].headline]


def test_articles_of_one_story_are_told_together(room, looking):
    digest(room)
    copy = news(1, url="https://other.example/1", publisher="Other")
    room.add([news(1), copy])
    look(looking, HOUR)
    (parcel,) = room.state.outbox.due(datetime.now(UTC) + HOUR)
    assert {one.article for one in parcel.found} | {*parcel.copies[parcel.found[0].article]} == {
        news(1).id,
        copy.id,
    }


def test_who_leaves_a_publisher_out_is_told_other_stories(room, looking):
    digest(room)
    left_out = frozenset({"Paper 1"})
    room.state.preferences.put(READER, Preferences(left_out=left_out))
    room.add(stories(2))
    look(looking, HOUR)
    assert told(room) == [stories(2)[1].headline]


def test_a_story_is_told_in_a_sentence_of_its_article(room, looking):
    digest(room)
    room.add(stories(1))
    look(looking, HOUR)
    (parcel,) = room.state.outbox.due(datetime.now(UTC) + HOUR)
    (one,) = parcel.found
    sentence = stories(1)[0].body[slice(*one.sentence)]
    assert sentence.startswith(("The tram strike", "Nobody on"))
    assert sentence.endswith(".")


def test_many_digests_of_one_hour_are_told_from_one_reading(room, looking, monkeypatch):
    reads = []
    tell = watch.tell_day
    monkeypatch.setattr(
        watch, "tell_day", lambda *one, **more: reads.append(1) or tell(*one, **more)
    )
    at = datetime.now(UTC) + HOUR
    schedule = Schedule(at.hour * 60 + at.minute)
    last = schedule.last_slot("UTC", datetime.now(UTC))
    for chat_id in range(1, 6):
        topics = ("herring quota",) if chat_id == 5 else ()
        room.state.subscriptions.set_digest(
            Place(chat_id), "daily", schedule, topics=topics, last=last
        )
    room.add(stories(2))
    look(looking, HOUR)
    assert len(reads) == 2
    assert [len(told(room, chat)) for chat in range(1, 6)] == [2, 2, 2, 2, 1]


def test_an_article_that_changes_just_now_is_left_for_later(room, looking, monkeypatch):
    alert(room)
    room.add([news()])
    store = room.store.__class__
    monkeypatch.setattr(store, "passages", lambda *_: {})
    look(looking)
    assert told(room) == []


def test_an_article_that_breaks_the_matching_takes_no_other_along(room, looking, monkeypatch):
    alert(room)
    match = watch.AlertIndex.match

    def break_at_one(index, article, *more):
        if article.id == news(1).id:
            raise ZeroDivisionError
        return match(index, article, *more)

    monkeypatch.setattr(watch.AlertIndex, "match", break_at_one)
    room.add([news(1), news(2, topic="tram strike talk")])
    with structlog.testing.capture_logs() as logs:
        look(looking)
    assert told(room) == [news(2, topic="tram strike talk").headline]
    assert [line["article"] for line in logs] == [news(1).id]


@pytest.mark.parametrize("error", [ZeroDivisionError(), ModelError("no weights")])
def test_a_digest_that_breaks_is_passed_over_but_not_for_want_of_a_model(
    room, looking, monkeypatch, error
):
    one = digest(room)
    room.add(stories(1))

    def break_down(*_, **__):
        raise error

    monkeypatch.setattr(watch, "tell_day", break_down)
    with structlog.testing.capture_logs():
        if isinstance(error, ModelError):
            with pytest.raises(ModelError):
                look(looking, HOUR)
        else:
            look(looking, HOUR)
    (now,) = room.state.subscriptions.of(READER, Kind.DIGEST)
    assert (now.last > one.last) is not isinstance(error, ModelError)
