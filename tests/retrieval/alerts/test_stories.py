from dataclasses import replace
from datetime import timedelta

import numpy as np

from retrieval.alerts.alert import Incoming
from retrieval.alerts.stories import tell_day
from tests.support.alerts import EELS, STRIKE, meet
from tests.support.models import FakeEncoder

LATER = replace(
    STRIKE,
    headline="Ferry crews end strike over night pay",
    body=(
        "Ferry crews in Tolmouth ended their strike over night pay on Tuesday. The owners will pay "
        "what the old contract promised.\n\nThe first boat of the ferry left the quay at noon. "
        "Talks over pay in Tolmouth go on."
    ),
    url="https://courier.example/end",
    publisher="The Courier",
    published=STRIKE.published and STRIKE.published + timedelta(hours=20),
)
COPY = replace(EELS, url="https://bell.example/eels", publisher="The Bell")


def tell(*articles, **more):
    return tell_day([meet(one) for one in articles], encoder=FakeEncoder(), **more)


def test_no_news_is_no_story():
    assert tell() == []
    assert tell_day([replace(meet(EELS), passages=[])], encoder=FakeEncoder()) == []


def test_articles_of_one_event_are_one_story_told_by_the_newest():
    [strike, eels] = tell(EELS, STRIKE, LATER)
    assert strike.articles == (LATER.id, STRIKE.id)
    assert strike.publishers == ("The Courier", "Tolmouth Herald")
    assert (strike.headline, strike.article) == (LATER.headline, LATER)
    assert eels.articles == (EELS.id,)


def test_a_story_is_told_by_a_sentence_that_says_what_the_headline_does():
    [story] = tell(LATER)
    assert story.sentence == LATER.body.partition(". ")[0] + "."
    assert story.sentence in story.passage.text


def test_a_sentence_that_leans_on_another_does_not_tell_a_story():
    body = "But that is what the ferry crews in Tolmouth wanted. " + EELS.body
    [story] = tell(replace(EELS, body=body))
    assert story.sentence.startswith("Eels have come back")


def test_what_no_sentence_can_tell_alone_is_told_by_the_opening_one():
    [story] = tell(replace(EELS, body="Eels! More eels"))
    assert story.sentence in "Eels! More eels"


def test_the_story_of_most_publishers_comes_first_then_of_most_articles_then_the_newest():
    again = replace(LATER, url="https://courier.example/again", publisher="Tolmouth Herald")
    late = replace(EELS, published=LATER.published and LATER.published + timedelta(days=1))
    assert [story.headline for story in tell(late, STRIKE, again)] == [
        again.headline,
        late.headline,
    ]
    assert tell(late, COPY, STRIKE)[0].headline == late.headline
    bells = replace(EELS, headline="Bells", body="A bell rang twice in the tower.", url=None)
    assert [story.headline for story in tell(bells, late)] == [late.headline, "Bells"]


def test_copies_are_one_story_without_vectors_too():
    bare = [replace(meet(one), vectors=np.zeros((0, 0), np.float32)) for one in (EELS, COPY)]
    [story] = tell_day(bare, encoder=FakeEncoder())
    assert set(story.publishers) == {"Tolmouth Herald", "The Bell"}


def test_articles_of_another_encoder_do_not_spoil_the_rest():
    strange = replace(meet(STRIKE), vectors=np.ones((2, 3), np.float32))
    assert len(tell_day([strange, meet(EELS), meet(LATER)], encoder=FakeEncoder())) == 3


def test_topics_leave_out_other_stories():
    assert [s.headline for s in tell(EELS, STRIKE, topics=["ferry strike"])] == [STRIKE.headline]
    assert tell(EELS, topics=["ferry strike"]) == []


def test_no_more_stories_are_told_than_wanted():
    words = [f"{chr(97 + n) * 4} {chr(98 + n) * 5} {chr(99 + n) * 6}" for n in range(12)]
    news = [
        replace(EELS, headline=text, body=f"{text} {text[::-1]} came home.", url=f"https://a.b/{n}")
        for n, text in enumerate(words)
    ]
    assert len(tell(*news)) == 10
    assert len(tell(*news, most=3)) == 3


def test_an_article_without_publisher_or_date_is_told_too():
    [story] = tell(replace(EELS, publisher=None, published=None))
    assert story.publishers == ()


def test_one_article_is_one_story():
    new = meet(EELS)
    assert isinstance(new, Incoming)
    assert len(tell_day([new], encoder=FakeEncoder())) == 1
