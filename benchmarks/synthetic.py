"""Archives of any size, for speed alone: a real archive's words in new order, random vectors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from measuring import open_archive

from corpus.article import Article, Passage
from corpus.split import sentences
from corpus.store import Embeddings, Store

_SENTENCES = 6
"""Sentences in a passage: 130 words or so of news."""
_PASSAGES = 8
"""Passages in an article, as in the news on average."""


def fill(home: Path, model: Path, *, size: int) -> None:
    """Make an archive of a number of passages that the model archive's encoder fits.

    Each passage is made of sentences drawn at random, their words shuffled: words are as frequent
    and as many in a passage as in the model archive. Its vocabulary does not grow with the
    archive, as a real one's slowly does. Embeddings are random and say nothing.

    Args:
        home: Where to; what is there is replaced.
        model: Home of an archive with articles.
        size: Passages, rounded up to a multiple of 8.
    """
    shutil.rmtree(home, ignore_errors=True)
    donor = open_archive(model)
    fingerprint, dimension = donor.encoder.fingerprint, donor.encoder.dimension
    store, rng = Store.open(home), np.random.default_rng(size)
    if (model / "models").is_dir():
        shutil.copytree(model / "models", home / "models")
    for article in invent(sentences_of(donor.store), rng, -(-size // _PASSAGES)):
        vectors = rng.standard_normal((_PASSAGES, dimension), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store.put(article, paragraphs(article), Embeddings(fingerprint, vectors.astype(np.float16)))


def sentences_of(store: Store) -> list[list[str]]:
    """Return the words of every sentence of an archive."""
    bodies = (article.body for article in store.articles())
    return [body[start:end].split() for body in bodies for start, end in sentences(body)]


def invent(pool: Sequence[list[str]], rng: np.random.Generator, count: int) -> Iterator[Article]:
    """Yield articles of shuffled words, different ones for every state of the generator."""
    stamp = int(rng.integers(1 << 60))
    for number in range(count):
        body = "\n\n".join(_shuffled(pool, rng, _SENTENCES) for _ in range(_PASSAGES))
        url = f"https://news.example/{stamp:x}/{number}"
        yield Article(_shuffled(pool, rng, 1)[:120] or "News", body, url=url)


def paragraphs(article: Article) -> list[Passage]:
    """Take every paragraph for a passage."""
    found, start = [], 0
    for text in article.body.split("\n\n"):
        found.append(Passage(article.id, start, start + len(text), text))
        start += len(text) + 2
    return found


def _shuffled(pool: Sequence[list[str]], rng: np.random.Generator, count: int) -> str:
    words = [word for place in rng.integers(len(pool), size=count) for word in pool[place]]
    return " ".join(words[place] for place in rng.permutation(len(words)))
