"""The same wire text under several publishers is one hit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.article import Article, Passage
from retrieval.copies import merge_copies
from retrieval.hit import Hit

WIRE = (
    "The port authority said it would keep both piers closed until divers had looked at the "
    "pilings, which were struck by a barge on Tuesday night. It didn't say who would pay."
)
OTHER = (
    "Trams came back to the bridge after nine years, and the first of them was full before it "
    "reached the market hall, where a band had been waiting since dawn in the rain."
)


def hit(publisher, text, score, day=1):
    published = datetime(2026, 3, day, tzinfo=UTC) if day else None
    article = Article(f"{publisher} on it", text, publisher=publisher, published=published)
    return Hit(article, Passage(article.id, 0, len(text), text), score)


def seen(hits):
    return [(h.article.publisher, [copy.publisher for copy in h.copies], h.score) for h in hits]


def test_copies_make_one_hit_of_the_earliest_with_the_best_score():
    hits = [hit("Late", WIRE, 0.9, 3), hit("Early", WIRE, 0.8, 1), hit("Middle", WIRE, 0.7, 2)]
    assert seen(merge_copies(hits, 5)) == [("Early", ["Middle", "Late"], 0.9)]


def test_the_passage_shown_is_the_earliest_articles_own():
    longer = f"PORT CITY (Wire) {WIRE}"
    (merged,) = merge_copies([hit("Late", longer, 0.9, 2), hit("Early", WIRE, 0.8, 1)], 5)
    assert merged.passage.text == WIRE
    assert merged.passage.article_id == merged.article.id


def test_an_undated_copy_comes_last():
    hits = [hit("Undated", WIRE, 0.9, None), hit("Dated", WIRE, 0.8, 28)]
    assert seen(merge_copies(hits, 5)) == [("Dated", ["Undated"], 0.9)]


def test_different_texts_stay_apart_in_their_order():
    hits = [hit("A", OTHER, 0.9, 2), hit("B", WIRE, 0.8, 1)]
    assert merge_copies(hits, 5) == hits


def test_a_copy_of_an_earlier_hit_joins_it_past_another():
    hits = [hit("A", WIRE, 0.9, 1), hit("B", OTHER, 0.8, 1), hit("C", WIRE, 0.7, 2)]
    assert seen(merge_copies(hits, 5)) == [("A", ["C"], 0.9), ("B", [], 0.8)]


@pytest.mark.parametrize(
    "variant",
    [
        WIRE.replace("'", "’"),
        WIRE.upper(),
        f"{WIRE} Nobody was hurt, the harbour master told this newspaper later in the evening.",
        WIRE.replace("Tuesday night", "Tuesday"),
        WIRE.removesuffix(" It didn't say who would pay."),
        WIRE.replace("The port authority said", "Port officials have said"),
    ],
)
def test_an_edited_copy_is_a_copy_whichever_comes_first(variant):
    one, other = hit("Early", WIRE, 0.9, 1), hit("Late", variant, 0.8, 2)
    for hits in ([one, other], [other, one]):
        assert [(p, c) for p, c, _ in seen(merge_copies(hits, 5))] == [("Early", ["Late"])]


@pytest.mark.parametrize(
    "variant",
    [
        OTHER,
        # The same facts in other words.
        "Both piers stay shut until divers have examined the pilings that a barge hit on Tuesday "
        "night, the port authority said. Who pays is open.",
        # A third of the text.
        f"{WIRE[:60]} {OTHER}",
        "It didn't say.",
        "",
    ],
)
def test_another_text_is_no_copy_whichever_comes_first(variant):
    one, other = hit("Early", WIRE, 0.9, 1), hit("Late", variant, 0.8, 2)
    for hits in ([one, other], [other, one]):
        assert merge_copies(hits, 5) == hits


def test_two_passages_of_one_article_are_never_merged():
    first = hit("A", WIRE, 0.9)
    second = Hit(first.article, Passage(first.article.id, 500, 500 + len(WIRE), WIRE), 0.8)
    assert merge_copies([first, second], 5) == [first, second]


def test_no_more_hits_than_wanted_are_returned():
    texts = [" ".join(f"{word}{n}" for word in WIRE.split()) for n in range(4)]
    hits = [hit(str(n), text, 1 - n / 10) for n, text in enumerate(texts)]
    assert merge_copies(hits, 3) == hits[:3]
    assert merge_copies(hits, 0) == []
    assert merge_copies([], 3) == []


def test_short_passages_are_copies_when_they_say_the_same():
    hits = [hit("A", "It sank.", 0.9, 1), hit("B", "It sank!", 0.8, 2), hit("C", "It ran.", 0.7)]
    assert seen(merge_copies(hits, 5)) == [("A", ["B"], 0.9), ("C", [], 0.7)]
