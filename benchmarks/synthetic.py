"""Archives of any size, for speed alone: a real archive's sentences shuffled, its vectors mixed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import open_archive, read_passages
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.nlp.segment import split_sentences
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Store

_SENTENCES = 6
"""Sentences in a passage: 130 words or so of news."""
_PASSAGES = 8
"""Passages in an article, as in the news on average."""
_EVENNESS = 0.3
"""Of the shares in a mixed vector: at 0.3 one or two of the six sentences make most of it."""

Vectors = NDArray[np.float16]


def fill(home: Path, model: Path, *, size: int) -> None:
    """Make an archive of a number of passages that the model archive's encoder fits.

    Each passage is made of sentences drawn at random: words are as frequent and as many in a
    passage as in the model archive. Its vocabulary does not grow with the archive, as a real one's
    slowly does. A passage's embedding is mixed from those of the passages that its sentences come
    from, so it is not what the model would make of it. Publishers and dates are drawn, too.

    Args:
        home: Where to; what is there is replaced.
        model: Home of an archive with articles.
        size: Passages, rounded up to a multiple of 8.
    """
    shutil.rmtree(home, ignore_errors=True)
    donor = open_archive(model)
    if (model / "models").is_dir():
        shutil.copytree(model / "models", home / "models")
    store, rng = Store.open(home), np.random.default_rng(size)
    fingerprint, vectors = donor.encoder.fingerprint, donor.store.changes().vectors
    donors = list(donor.store.articles())
    texts, origins = _pool(donor.store)
    for article, drawn in _invent(texts, rng, -(-size // _PASSAGES)):
        like = donors[rng.integers(len(donors))]
        article = replace(article, publisher=like.publisher, published=like.published)
        mixed = mix(vectors[origins[drawn]], rng)
        store.put(article, paragraphs(article), Embeddings(fingerprint, mixed))


def sentences_of(store: Store) -> list[str]:
    """Return every sentence of an archive."""
    return _pool(store)[0]


def _pool(store: Store) -> tuple[list[str], NDArray[np.int64]]:
    """Return every sentence of an archive, and the place of the passage that it stands in."""
    texts, origins = [], []
    for place, (_, text) in enumerate(read_passages(store)):
        slices = split_sentences(text)
        texts += [text[start:end] for start, end in slices]
        origins += [place] * len(slices)
    return texts, np.array(origins)


def invent(pool: Sequence[str], rng: np.random.Generator, count: int) -> Iterator[Article]:
    """Yield articles of shuffled sentences, different ones for every state of the generator."""
    return (article for article, _ in _invent(pool, rng, count))


def _invent(
    pool: Sequence[str], rng: np.random.Generator, count: int
) -> Iterator[tuple[Article, NDArray[np.int64]]]:
    """Yield articles with the places of their sentences, a row a passage."""
    stamp = int(rng.integers(1 << 60))
    for number in range(count):
        drawn = rng.integers(len(pool), size=(_PASSAGES, _SENTENCES))
        body = "\n\n".join(" ".join(pool[place] for place in row) for row in drawn.tolist())
        headline = pool[int(rng.integers(len(pool)))][:120]
        yield Article(headline, body, url=f"https://news.example/{stamp:x}/{number}"), drawn


def mix(vectors: Vectors, rng: np.random.Generator) -> Vectors:
    """Mix vectors in random shares.

    Args:
        vectors: Shape (passages, sentences, dimension).
        rng: Draws the shares.

    Returns:
        Shape (passages, dimension), rows of unit length.
    """
    shares = rng.dirichlet([_EVENNESS] * vectors.shape[1], size=len(vectors))
    mixed = np.einsum("ps,psd->pd", shares, vectors.astype(np.float64))
    unit: NDArray[np.float64] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit.astype(np.float16)


def paragraphs(article: Article) -> list[Passage]:
    """Take every paragraph for a passage."""
    found, start = [], 0
    for text in article.body.split("\n\n"):
        found.append(Passage(article.id, start, start + len(text), text))
        start += len(text) + 2
    return found
