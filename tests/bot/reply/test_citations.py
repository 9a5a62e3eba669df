"""How a passage becomes a quotation with its citation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot import texts
from bot.reply.citations import quote_passage, quote_speech, write_citation
from bot.reply.reply import Note, Quote, Span, Speaker
from corpus.article import Article
from corpus.attribution.attribution import Kind
from retrieval.citation import Citation, cite, link_to
from retrieval.extraction.answer_sentence import Excerpt
from tests.support.newsroom import BEES, COPY, FUNICULAR, PASTED, marked, said, text

BODY = "One came. Two went. Three stayed. Four slept."
ARTICLE = Article("Five sheep", BODY, url="https://farm.example/sheep", publisher="The Farm")


def excerpt(shown: str, mark: str, *, passage: str = BODY) -> Excerpt:
    return Excerpt(*(between(part) for part in (shown, mark, passage)))


def between(part: str) -> tuple[int, int]:
    start = BODY.index(part)
    return start, start + len(part)


def test_what_answers_is_marked_and_what_stands_around_it_is_not():
    quote, _ = quote_passage(
        ARTICLE, excerpt("Two went. Three stayed. Four", "Three stayed."), sure=True
    )
    assert quote.spans == (Span("Two went. "), Span("Three stayed.", marked=True), Span(" Four"))


@pytest.mark.parametrize(
    ("shown", "before", "after"),
    [
        ("One came. Two went.", False, True),
        ("Two went. Three stayed.", True, True),
        ("Three stayed. Four slept.", True, False),
        (BODY, False, False),
    ],
)
def test_a_quote_says_on_which_side_the_passage_goes_on(shown, before, after):
    quote, _ = quote_passage(ARTICLE, excerpt(shown, shown.split(". ")[0]), sure=True)
    assert (quote.cut_before, quote.cut_after) == (before, after)


def test_a_quote_that_answers_from_end_to_end_is_one_marked_run():
    quote, _ = quote_passage(ARTICLE, excerpt(BODY, BODY), sure=True)
    assert quote.spans == (Span(BODY, marked=True),)


def test_a_post_of_a_channel_is_linked_as_it_is():
    post = replace(ARTICLE, url="https://t.me/tarnherald/5")
    assert link_to(post, between("Two went.")) == "https://t.me/tarnherald/5"


def test_whoever_is_not_sure_says_so_first_and_marks_what_likeliest_answers():
    lead, quote, cited = quote_passage(ARTICLE, excerpt(BODY, "Two went."), sure=False)
    assert lead == Note(texts.say("closest"))
    assert isinstance(quote, Quote)
    assert Span("Two went.", marked=True) in quote.spans
    assert isinstance(cited, Citation)


@trying(max_examples=50, deadline=None)
@given(st.data())
def test_the_runs_of_a_quote_join_to_the_very_stretch_shown(data):
    limits = st.integers(0, len(BODY))
    points = sorted(data.draw(st.tuples(*[limits] * 6)))
    low, start, first, last, end, high = points
    quote = quote_passage(ARTICLE, Excerpt((start, end), (first, last), (low, high)), sure=True)[0]
    assert text(quote) == BODY[start:end]
    assert marked(quote) == BODY[first:last]
    assert all(span.text for span in quote.spans)


MIXED = Article(
    "Sheep leave",
    "Ida Moe warned that the farm was full. “We sleep in turns,” she said, and called the barn "
    "“a sock drawer”.",
)
WARNED = said(MIXED, "that the farm was full", "Ida Moe", cue="warned", kind=Kind.REPORTED)
TURNS = said(MIXED, "We sleep in turns,", "Ida Moe", cue="said", role="shepherd")
DRAWER = said(MIXED, "a sock drawer", "Ida Moe", cue="called", kind=Kind.MIXED)


@pytest.mark.parametrize(
    ("attributions", "cue", "words", "kind"),
    [
        ((WARNED,), "warned", "that the farm was full", Kind.REPORTED),
        ((WARNED, TURNS, DRAWER), "said", "We sleep in turns,a sock drawer", Kind.DIRECT),
        ((DRAWER, TURNS, WARNED), "called", "We sleep in turns,a sock drawer", Kind.MIXED),
        ((WARNED, DRAWER), "called", "a sock drawer", Kind.MIXED),
    ],
)
def test_reported_speech_is_marked_only_where_nothing_is_quoted(attributions, cue, words, kind):
    speaker, *notes, quote = quote_speech(MIXED, (0, len(MIXED.body)), attributions)

    role = "shepherd" if TURNS in attributions else ""
    assert speaker == Speaker("Ida Moe", role, cue, None, kind)
    assert bool(notes) == (kind is Kind.REPORTED)
    assert marked(quote) == words
    assert text(quote) == MIXED.body


def test_a_citation_names_every_other_publisher_once():
    copies = [COPY, replace(COPY, url="https://courier.example/again"), FUNICULAR, PASTED]
    assert cite(FUNICULAR, None, copies).copies == ("The Courier",)


def test_a_citation_keeps_what_is_printed_and_invents_nothing():
    assert cite(PASTED, None) == Citation(PASTED.headline, None, None)
    assert cite(BEES, BEES.url).published == BEES.published


def test_a_link_needs_an_address():
    assert link_to(PASTED, (0, 10)) is None
    link = link_to(ARTICLE, between("Two went."))
    assert link is not None
    assert link.startswith("https://farm.example/sheep#:~:text=")
    assert "Two%20went" in link


# What is copied

CITED = Citation(
    "Bridge opens",
    "https://news.example/bridge#:~:text=The%20bridge",
    "Example News",
    published=datetime(2026, 5, 3, 12, tzinfo=UTC),
)


def test_a_citation_to_copy_names_words_publisher_day_and_link():
    assert write_citation("The  bridge\nis open.", CITED) == (
        "“The bridge is open.” — Example News, 3 May 2026, "
        "https://news.example/bridge#:~:text=The%20bridge"
    )
    assert write_citation("It is.", CITED, "Ann Lee").startswith("“It is.” — Ann Lee, Example News")
    assert write_citation("It is.", replace(CITED, url=None, publisher=None, published=None)) == (
        "“It is.” — Bridge opens"
    )


def test_of_a_citation_that_is_too_long_the_words_are_cut_first():
    copied = write_citation("The bridge is long. " * 30, CITED)
    assert copied.startswith("“The bridge is long.")
    assert "…” — Example News, 3 May 2026, https://news.example/bridge#" in copied
    assert 236 < len(copied) <= 256


def test_a_link_is_whole_or_left_out_and_leads_to_the_article_where_it_cannot_to_the_words():
    long = replace(CITED, url="https://news.example/bridge#:~:text=" + "x" * 150)
    assert write_citation("word " * 60, long).endswith(", https://news.example/bridge")
    endless = replace(CITED, url="https://news.example/" + "x" * 250)
    assert write_citation("word " * 60, endless).endswith("…” — Example News, 3 May 2026")
    assert write_citation("A short one.", long).endswith("x" * 150)


@trying(max_examples=100, deadline=None)
@given(st.text(), st.text(), st.text(max_size=300), st.text())
def test_a_citation_always_fits_into_a_button(words, publisher, url, speaker):
    copied = write_citation(words * 9, replace(CITED, publisher=publisher, url=url), speaker)
    assert len(copied.encode("utf-16-le", "surrogatepass")) // 2 <= 256
