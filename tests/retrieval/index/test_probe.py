"""Digests change with what they stand for, and with nothing else."""

import re

import pytest

from corpus.nlp import segment
from retrieval import tokens
from retrieval.index import probe
from retrieval.index.probe import digest_passages, digest_terms


def both():
    return digest_passages(), digest_terms()


def test_digests_are_the_same_each_time():
    assert both() == both()
    assert all(re.fullmatch("[0-9a-f]{12}", digest) for digest in both())


@pytest.mark.parametrize(
    "changed",
    [
        lambda article, text: f"{article.headline}\n{text}",
        lambda article, text: f"{article.headline}. {article.publisher}.\n{text}",
        lambda _, text: text,
    ],
)
def test_another_header_changes_both(monkeypatch, changed):
    before = both()
    monkeypatch.setattr(probe, "add_header", changed)
    assert [now != then for now, then in zip(both(), before, strict=True)] == [True, True]


@pytest.mark.parametrize("words", [179, 181, 90, 400])
def test_another_length_of_passages_changes_both(monkeypatch, words):
    before = both()

    def split(article_id, body, *, language):
        return segment.split_passages(article_id, body, language=language, words=words)

    monkeypatch.setattr(probe, "split_passages", split)
    assert [now != then for now, then in zip(both(), before, strict=True)] == [True, True]


@pytest.mark.parametrize("code", ["en", "de", "es", "ru"])
def test_other_sentences_of_a_language_change_both(monkeypatch, code):
    before, real = both(), segment.sentencex.get_sentence_boundaries

    def boundaries(language, paragraph):
        return real("xx" if language == code else language, paragraph.replace(".", ","))

    monkeypatch.setattr(segment.sentencex, "get_sentence_boundaries", boundaries)
    assert [now != then for now, then in zip(both(), before, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("tokenize", str.split),
        ("list_printed_words", str.split),
        ("describe_rules", lambda: ("3.9", "the")),
    ],
)
def test_other_terms_change_the_index_and_leave_embeddings_alone(monkeypatch, name, changed):
    before = both()
    monkeypatch.setattr(probe, name, changed)
    assert [now != then for now, then in zip(both(), before, strict=True)] == [False, True]


def test_one_stop_word_more_is_noticed(monkeypatch):
    before = digest_terms()
    words = tokens._stopwords() | {"zyzzyva"}
    monkeypatch.setattr(tokens, "_stopwords", lambda: words)
    assert digest_terms() != before
