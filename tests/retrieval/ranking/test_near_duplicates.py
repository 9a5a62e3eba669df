"""The same wire text under several publishers is one hit."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Passage
from retrieval.ranking.near_duplicates import group_copies, is_copy, make_shingles, merge_copies
from retrieval.ranking.publisher_preference import PublisherPreference
from retrieval.results import Hit

WIRE = (
    "The port authority said it would keep both piers closed until divers had looked at the "
    "pilings, which were struck by a barge on Tuesday night. It didn't say who would pay."
)
BRIEF = "The port authority said it would keep both piers closed until divers had looked."
REPORT = (
    "The port authority said it would keep both piers closed until divers had looked. A barge "
    "with gravel had struck the pilings on Tuesday night, when its skipper slept. The insurer of "
    "the barge pays, the authority's lawyer told us, and put the damage at 80,000 crowns."
)
ROLLING = (
    "A barge struck the north pier at a quarter past two on Tuesday night. ",
    "Its skipper was asleep, the harbour master said, and so was his dog. ",
    "Divers went down at first light and found six pilings that are split. ",
    "Both piers stay shut until the pilings have been wrapped in steel bands. ",
    "Ferries land at the fish market meanwhile, where there is room for one. ",
    "The insurer of the barge has agreed to pay for the bands and the wait. ",
)
"""Sentences of twelve to fifteen words, for reports that grow and shed as a day goes on."""
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


def test_equal_copies_make_one_hit_of_the_earliest_with_the_best_score():
    hits = [hit("Late", WIRE, 0.9, 3), hit("Early", WIRE, 0.8, 1), hit("Middle", WIRE, 0.7, 2)]
    assert seen(merge_copies(hits, 5)) == [("Early", ["Middle", "Late"], 0.9)]


def test_the_fullest_copy_stands_for_all_of_them_however_late():
    fuller = f"{WIRE} Nobody was hurt, the harbour master told this newspaper in the evening."
    early, late, middle = hit("A", WIRE, 0.9, 1), hit("B", fuller, 0.7, 3), hit("C", WIRE, 0.8, 2)
    (merged,) = merge_copies([early, middle, late], 5)
    assert seen([merged]) == [("B", ["A", "C"], 0.9)]
    assert merged.passage.text == fuller
    assert merged.passage.article_id == merged.article.id


def test_a_preferred_publishers_copy_stands_before_a_fuller_one():
    fuller = f"{WIRE} Nobody was hurt, the harbour master told this newspaper in the evening."
    hits = [hit("A", WIRE, 0.9, 1), hit("B", fuller, 0.8, 2), hit("C", WIRE, 0.7, 3)]
    taste = PublisherPreference(preferred=frozenset({"C"}))
    assert seen(merge_copies(hits, 5, taste=taste)) == [("C", ["A", "B"], 0.9)]


def test_of_preferred_publishers_the_fullest_stands_and_is_named_first():
    fuller = f"{WIRE} Nobody was hurt, the harbour master told this newspaper in the evening."
    hits = [hit("A", WIRE, 0.9, 1), hit("B", WIRE, 0.8, 2), hit("C", fuller, 0.7, 3)]
    taste = PublisherPreference(preferred=frozenset({"B", "C"}))
    assert seen(merge_copies(hits, 5, taste=taste)) == [("C", ["B", "A"], 0.9)]


def test_a_brief_is_no_copy_of_the_report_that_holds_it():
    brief, report = hit("Wire", BRIEF, 0.9, 1), hit("Daily", REPORT, 0.8, 2)
    assert merge_copies([brief, report], 5) == [brief, report]
    assert merge_copies([report, brief], 5) == [report, brief]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_chain_of_edits_does_not_merge_its_ends(order):
    texts = ["".join(ROLLING[start : start + 4]) for start in range(3)]
    assert is_copy(*map(make_shingles, texts[:2]))
    assert is_copy(*map(make_shingles, texts[1:]))
    assert not is_copy(*map(make_shingles, texts[::2]))
    hits = [hit("ABC"[at], texts[at], 1 - n / 10, at + 1) for n, at in enumerate(order)]
    groups = [
        {h.article.publisher, *(c.publisher for c in h.copies)} for h in merge_copies(hits, 5)
    ]
    assert sorted(map(len, groups)) == [1, 2]
    assert {"A", "C"} not in groups


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
        (merged,) = merge_copies(hits, 5)
        assert {merged.article, *merged.copies} == {one.article, other.article}


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


@given(st.lists(st.lists(st.sampled_from(ROLLING), min_size=1, max_size=5), max_size=12))
def test_groups_are_those_that_comparing_all_with_all_would_find(made_of):
    hits = [hit(f"P{n}", "".join(parts), 1 - n / 20) for n, parts in enumerate(made_of)]
    groups = []
    for one in hits:
        own = make_shingles(one.passage.text)
        like = (g for g in groups if all(is_copy(own, make_shingles(o.passage.text)) for o in g))
        if group := next(like, None):
            group.append(one)
        else:
            groups.append([one])

    def text(one):
        return one.passage.text

    assert group_copies(hits, text=text, article=lambda one: one.article) == groups
    some = group_copies(hits, text=text, article=lambda one: one.article, most=2)
    assert [group[0] for group in some] == [group[0] for group in groups[:2]]
