"""Misspelt words, matched to those that an archive holds."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from retrieval.query import common_words as words_of
from retrieval.query import spelling
from retrieval.query.common_words import load_common_words
from retrieval.query.spelling import Change, Lexicon, Spelling, apply_changes, spell
from retrieval.tokens import tokenize

PRINTED = {
    "Okafor": 9, "TechCrunch": 4, "ferry": 20, "Ferry": 1, "extension": 3, "signatures": 2,
    "Ottilie": 2, "harbour": 12, "reservoir": 2, "Kettle": 5, "kettles": 1, "mail": 30, "nail": 2,
    "Signora": 1, "tram": 40, "gone": 0,
}  # fmt: skip
PASSAGES: Counter[str] = Counter()
for _word, _count in PRINTED.items():
    PASSAGES[tokenize(_word)[0]] += _count


@pytest.fixture(autouse=True)
def no_everyday_words(monkeypatch):
    monkeypatch.setattr(spelling, "load_common_words", lambda: frozenset({"hairy", "kittle"}))


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon(PRINTED, lambda term: PASSAGES[term])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Okafro", "Okafor"),  # two letters swapped
        ("Okafo", "Okafor"),  # one left out
        ("Okaffor", "Okafor"),  # one doubled
        ("Okabor", "Okafor"),  # one wrong
        ("kOafor", "Okafor"),  # the first two swapped
        ("extenison", "extension"),
        ("extenisno", "extension"),  # two slips in a long word
        ("Otillie", "Ottilie"),  # another letter doubled
        ("sginatures", "signatures"),
        ("reservior", "reservoir"),
    ],
)
def test_a_slip_in_a_word_is_corrected(lexicon, typed, meant):
    found = spell(f"What about {typed}?", lexicon)
    assert found == Spelling(f"What about {meant}?", (Change(typed, meant),))


@pytest.mark.parametrize("typed", ["Okafro7", "7Okafro", "x2Okafro", "Okafro_"])
def test_letters_beside_a_digit_are_no_word(lexicon, typed):
    assert spell(f"What about {typed}?", lexicon) == Spelling(f"What about {typed}?")


@pytest.mark.parametrize(
    "typed",
    [
        "Okafor", "okafor", "OKAFOR", "okafor's", "ferries", "the", "What", "18,000", "4.50",
        "2026", "https://okafro.example/ferri", "okafro@gazette.example", "www.okafro.example",
        "Zuckerberg", "Oka", "", "谢谢",
    ],
)  # fmt: skip
def test_known_words_numbers_addresses_and_strange_words_are_left_alone(lexicon, typed):
    assert spell(typed, lexicon) == Spelling(typed)


def test_a_word_that_is_gone_from_the_archive_is_no_suggestion(lexicon):
    assert spell("goone", lexicon) == Spelling("goone")


def test_a_word_that_many_use_is_only_doubted(lexicon):
    found = spell("kittle", lexicon)
    assert (found.text, found.changes) == ("kittle", ())
    assert [change.meant for change in found.doubts] == ["Kettle"]


def test_a_wrong_first_letter_may_be_another_name(lexicon):
    found = spell("Ikafor", lexicon)
    assert (found.changes, found.doubts) == ((), (Change("Ikafor", "Okafor"),))


def test_short_words_are_only_doubted(lexicon):
    found = spell("the tarm", lexicon)
    assert (found.text, found.doubts) == ("the tarm", (Change("tarm", "tram"),))


def test_of_two_that_are_as_near_both_are_doubted():
    near = Lexicon(["station", "stetson", "nation"], {"station": 3, "stetson": 2}.get)
    found = spell("stetion", near)
    assert not found.changes
    near = Lexicon(["banker", "barker"], {"banker": 3, "barker": 2}.get)
    assert spell("baker", near).doubts == (Change("baker", "banker"), Change("baker", "barker"))


def test_of_two_that_are_as_near_one_is_meant_if_it_is_far_more_common():
    near = Lexicon(["banker", "barker"], {"banker": 60, "barker": 5}.get)
    assert spell("baker", near).changes == (Change("baker", "banker"),)


def test_forms_of_one_word_are_one_suggestion(lexicon):
    assert spell("Kettel", lexicon).changes == (Change("Kettel", "Kettle"),)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("what did okafro say", "what did okafor say"),
        ("What did okafro say", "What did Okafor say"),
        ("WHAT DID OKAFRO SAY", "WHAT DID Okafor SAY"),
        ("Extenison costs", "Extension costs"),
        ("The EXTENISON", "The EXTENSION"),
        ("the techcrnuch report", "the techcrunch report"),
        ("the Techcrnuch report", "the TechCrunch report"),
        ("okafro’s ferry", "okafor’s ferry"),
        ("Okafro met Okafro", "Okafor met Okafor"),
    ],
)
def test_corrections_keep_to_the_way_it_is_typed(lexicon, typed, text):
    found = spell(typed, lexicon)
    assert found.text == text
    assert len(found.changes) == 1


def test_what_was_meant_is_shown_as_printed(lexicon):
    assert spell("what did okafro say", lexicon).changes == (Change("okafro", "Okafor"),)
    assert apply_changes("no such word", [Change("okafro", "Okafor")]) == "no such word"


def test_an_archive_without_words_corrects_nothing():
    assert spell("Okafro", Lexicon([], lambda _: 0)) == Spelling("Okafro")


@trying(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*PRINTED, "Okafro", "tarm", "?", "the"])).map(" ".join),
    )
)
def test_spelling_twice_changes_nothing_more(text):
    known = Lexicon(PRINTED, lambda term: PASSAGES[term])
    once = spell(text, known)
    assert spell(once.text, known).changes == ()
    if not once.changes:
        assert once.text == text


def test_a_hundred_thousand_words_take_milliseconds():
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = [f"{a}{b}{c}{d}{'nel' * (n % 3)}rt" for n, (a, b, c, d) in enumerate(
        (a, b, c, d) for a in letters for b in "aeioust" for c in letters for d in letters[:22]
    )]  # fmt: skip
    assert len(many) > 100_000
    known = Lexicon([*many, "harbour"], lambda _: 1)
    known.near("habrour")  # makes its lists
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        assert known.near("habrour")[0] == "harbour"
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.05  # some 3 ms; the machine may be busy


def test_everyday_words_come_without_loading_a_model(monkeypatch):
    load_common_words.cache_clear()
    assert {"weather", "timeline"} <= load_common_words()
    assert "governmnet" not in load_common_words()
    load_common_words.cache_clear()
    monkeypatch.setattr(words_of.importlib.util, "find_spec", lambda _: None)
    assert load_common_words() == frozenset()
    load_common_words.cache_clear()
