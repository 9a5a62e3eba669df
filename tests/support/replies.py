"""Replies of every shape, with whatever articles may hold, for what must hold of any of them."""

from __future__ import annotations

from datetime import UTC

from hypothesis import strategies as st

from bot.reply.actions import Retry, TurnPage
from bot.reply.reply import (
    Button,
    Dateline,
    Facts,
    Note,
    Part,
    Quote,
    Reply,
    Span,
    Speaker,
    Title,
    Use,
)
from bot.telegram.sending.text_limits import clean
from retrieval.citation import Citation

FAMILY = "👩‍👩‍👧‍👦"
TEN_SENTENCES = "The bridge is long. " * 10

odd = st.sampled_from(
    [*"ab  \n<>&\"'", FAMILY, "e\u0301", "😀", "ש", "\u200f", "\u202e", "\x00", "한"]
)
words = st.lists(st.one_of(odd, st.characters()), max_size=100).map("".join)
texts = st.builds(lambda text, times: text * times, words, st.sampled_from([1, 1, 1, 9, 60]))
urls = st.one_of(
    st.none(),
    words,
    st.builds("https://news.example/{}".format, words),
    st.just("https://news.example/?q=&#:~:text=a,b"),
)
spans = st.lists(
    st.builds(Span, texts, st.booleans(), urls.map(lambda url: url or "")), max_size=5
).map(tuple)
named = st.lists(words, max_size=4).map(tuple)
days = st.none() | st.datetimes(timezones=st.just(UTC))
blocks = st.one_of(
    st.builds(Note, texts),
    st.builds(Dateline, words, urls, st.none() | words, days, named),
    st.builds(Facts, st.lists(st.tuples(st.just("Who"), named), max_size=3).map(tuple)),
    st.builds(Speaker, words, words, words, st.none() | st.datetimes(timezones=st.just(UTC))),
    st.builds(Title, texts, st.sampled_from(Part)),
    st.builds(Quote, spans, st.booleans(), st.booleans(), words, words),
    st.builds(
        Citation,
        texts,
        urls,
        st.none() | words,
        st.lists(words, max_size=4).map(tuple),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.lists(words, max_size=3).map(tuple),
    ),
)
pressed = st.none() | words.map(Retry) | st.builds(TurnPage, words, st.integers())
buttons = st.lists(
    st.lists(
        st.builds(Button, words, pressed, urls.filter(bool), copy=words, use=st.sampled_from(Use)),
        max_size=3,
    ).map(tuple),
    max_size=3,
).map(tuple)
replies = st.builds(Reply, st.lists(blocks, max_size=12).map(tuple), buttons)


def said_in(reply: Reply) -> list[str]:
    """The text of each quote, as far as a message can hold it."""
    quotes = (block for block in reply.blocks if isinstance(block, Quote))
    return ["".join(map(clean_span, quote.spans)) for quote in quotes]


def clean_span(span: Span) -> str:
    return clean(f".{span.text}.")[1:-1]
