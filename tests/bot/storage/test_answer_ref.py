"""What an exchange keeps of its answer is read back as it was written, today's and 0.1.0's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.answer_ref import (
    NOT_ASKED,
    ArticleRef,
    EntryRef,
    PassageRef,
    PersonRef,
    QuotationsRef,
    QuoteRef,
    read_hits,
    read_intent,
    write_hits,
    write_intent,
)
from retrieval.answers import AnswerKind
from retrieval.query.intent import Ask, AskWhoSaid, Summarise, Talk, TellTimeline

A, B, C = "46e054d49f7d", "11ea31cf5788", "0775e68f07fc"
IDS = st.sampled_from([A, B, C])
COPIES = st.lists(IDS, max_size=3).map(tuple)
PLACES = st.integers(0, 10**7)
QUOTES = st.builds(QuoteRef, IDS, PLACES, COPIES)
PARTS = st.sampled_from(["news", "timeline", "dispute 0", "dispute 12"])
ARTICLES = st.builds(ArticleRef, IDS)
HITS = {
    AnswerKind.PASSAGES: st.builds(PassageRef, st.builds("{}#{}".format, IDS, PLACES), COPIES),
    AnswerKind.QUOTATIONS: st.lists(QUOTES, min_size=1, max_size=3).map(
        lambda quotes: QuotationsRef(tuple(quotes))
    ),
    AnswerKind.PEOPLE: st.builds(
        PersonRef, st.text().filter(lambda name: "\t" not in name), st.text()
    ),
    AnswerKind.SUMMARY: ARTICLES,
    AnswerKind.ARTICLES: ARTICLES,
    AnswerKind.TIMELINE: ARTICLES
    | st.builds(EntryRef, PARTS, IDS, st.tuples(PLACES, PLACES), COPIES),
}
TALKS = st.builds(Talk, st.text(), st.lists(IDS, max_size=3).map(tuple))
INTENTS = st.one_of(
    st.builds(AskWhoSaid, st.text(), st.text(), TALKS),
    st.builds(lambda text, talk: replace(Ask.read(text), talk=talk), st.text(), TALKS),
    st.builds(Summarise, st.text(), st.integers(0, 12)),
    st.builds(TellTimeline, st.text(), guessed=st.booleans()),
    st.text().map(Ask.read),
)


def test_every_kind_of_answer_keeps_something():
    assert HITS.keys() == set(AnswerKind)


@given(st.sampled_from(AnswerKind).flatmap(lambda k: st.tuples(st.just(k), st.lists(HITS[k]))))
def test_whatever_was_found_is_read_back_as_it_was_written(found):
    kind, hits = found
    written = json.loads(json.dumps(write_hits(hits)))
    assert read_hits(kind, written) == tuple(hits)


@given(INTENTS)
def test_whatever_was_asked_is_read_back_as_it_was_written(intent):
    written = json.loads(json.dumps(write_intent(intent)))
    assert read_intent(intent.text, written) == intent


def test_a_message_is_kept_by_its_text_alone():
    assert write_intent(Ask.read("Who ended it?")) is None
    assert read_intent("sum it up", None) == Ask("sum it up", Summarise(""))


@pytest.mark.parametrize("written", [{}, {"later": "kind"}, {"who": 3}, {"summarise": "x"}])
def test_an_intent_of_a_later_version_is_a_message(written):
    assert read_intent("Who won?", written) == Ask("Who won?")


@pytest.mark.parametrize(
    ("kind", "written", "hit"),
    [
        (AnswerKind.PASSAGES, f"{A}#330", PassageRef(f"{A}#330")),
        (AnswerKind.PASSAGES, f"{A}#0 {B} {C}", PassageRef(f"{A}#0", (B, C))),
        (AnswerKind.QUOTATIONS, f"{A}#12", QuotationsRef((QuoteRef(A, 12),))),
        (
            AnswerKind.QUOTATIONS,
            f"{A}#12 {B}|{C}#3",
            QuotationsRef((QuoteRef(A, 12, (B,)), QuoteRef(C, 3))),
        ),
        (AnswerKind.PEOPLE, "Ada Quill\tAda, judge", PersonRef("Ada Quill", "Ada, judge")),
        (AnswerKind.SUMMARY, A, ArticleRef(A)),
        (AnswerKind.ARTICLES, A, ArticleRef(A)),
        (AnswerKind.TIMELINE, A, ArticleRef(A)),
    ],
)  # fmt: skip
def test_what_version_0_1_0_wrote_is_read(kind, written, hit):
    assert read_hits(kind, [written]) == (hit,)


def test_every_hit_names_its_article_and_what_a_rating_keeps_of_it():
    quotes = QuotationsRef((QuoteRef(A, 12, (B,)), QuoteRef(C, 3)))
    entry, person = EntryRef("news", A, (3, 9)), PersonRef("Ada Quill", "Ada Quill, judge")
    hits = PassageRef(f"{A}#330", (B,)), quotes, ArticleRef(A), entry, person
    assert [hit.article_id for hit in hits] == [A, A, A, A, ""]
    assert [hit.place for hit in hits] == [f"{A}#330", f"{A}#12", A, "", ""]


def test_what_nothing_was_looked_for_yet_has_no_kind_and_no_hits():
    assert (NOT_ASKED.kind, NOT_ASKED.verdict, NOT_ASKED.hits) == (None, None, ())
