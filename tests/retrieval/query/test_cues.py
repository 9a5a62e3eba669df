"""Which verbs tell that somebody took a stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.cues import find_family, find_verb, is_negated, read_verb


@pytest.mark.parametrize(
    ("cue", "name"),
    [
        ("condemned", "criticise"), ("criticizing", "criticise"), ("slammed", "criticise"),
        ("did not deny", "deny"), ("denies", "deny"), ("denial", "deny"), ("vowed to", "promise"),
        ("swore", "promise"), ("committed", "promise"), ("Rebutted", "deny"),
        ("criticisms", "criticise"), ("agreeing", "agree"), ("favoured", "support"),
        ("said", ""), ("", ""), ("called", ""),
        # one stem, another word
        ("owned", ""), ("owner", ""), ("objective", ""), ("contestant", ""), ("committee", ""),
        ("suggestive", ""), ("backer", ""),
    ],
)  # fmt: skip
def test_a_reporters_word_belongs_to_a_family_by_its_form(cue, name):
    assert find_family(cue) == name


@pytest.mark.parametrize(
    ("cue", "following", "name"),
    [
        ("owned", " up to the leak", "admit"),
        ("owned", " the boat", ""),
        ("called", " for calm", "demand"),
        ("called", " it a day", ""),
        ("has spoken", " out against it", "oppose"),
        ("said", " he denied it", ""),
    ],
)
def test_what_follows_belongs_to_the_verb_but_is_no_verb_itself(cue, following, name):
    assert find_family(cue, following) == name


def test_a_reporters_word_may_be_negated():
    assert is_negated("did not deny")
    assert is_negated("didn’t deny")
    assert not is_negated("denied")


def test_a_verb_is_known_in_all_its_forms():
    heads = [read_verb(form).head for form in ("swear", "swears", "swearing", "swore", "sworn")]
    assert heads == ["swear"] * 5
    assert find_verb([]) is None


@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_a_reporter_writes_has_a_family_or_none(cue, following):
    verb = read_verb(cue, following)

    assert verb is None or verb.head
    assert isinstance(find_family(cue, following), str)
