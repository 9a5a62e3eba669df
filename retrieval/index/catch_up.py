"""Bring an engine up to what the store holds; the store is the truth.

Each batch is noted in the store, sent, and noted as sent once the engine has acknowledged it: see
`corpus.storage.indexed`. Several processes may do so at a time, and any of them may die.

Tested with the index that is made of it in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from corpus.storage.embeddings import find_unsound
from corpus.storage.indexed import Counted, Indexed, Pending
from corpus.storage.store import Store
from retrieval.errors import FingerprintError
from retrieval.index.header import add_header
from retrieval.index.port import Engine, Row, number_of
from retrieval.index.terms import cut
from retrieval.tokens import list_printed_words, tokenize

_BATCH = 500
"""Passages sent at a time: with their vectors about a megabyte."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage that is to be sent, with its article and what is noted of it."""

    passage: Pending
    article: Article
    counted: Counted


def catch_up(store: Store, engine: Engine, fingerprint: str) -> Iterator[int]:
    """Remove from an engine what is gone from the store, and send it what is new.

    Args:
        store: The archive; all its shelves are brought up to date.
        engine: Where to.
        fingerprint: Of the encoder that embeds the questions.

    Yields:
        How many passages were sent, after each batch.

    Raises:
        EngineError: The engine does not answer; what it acknowledged stays.
        FingerprintError: A passage was embedded by another encoder.
    """
    remove_gone(store, engine)
    whole = store.whole()
    noted = whole.indexed
    while pending := noted.list_pending(_BATCH):
        _check(pending, fingerprint)
        yield _send(_read(pending, whole), noted, engine)


def remove_gone(store: Store, engine: Engine) -> None:
    """Remove from an engine what is gone from the store, from whichever shelf.

    Raises:
        EngineError: The engine does not answer.
    """
    noted = store.whole().indexed
    while gone := noted.list_gone(_BATCH):
        engine.delete(gone)
        noted.forget(gone)


def rebuild(store: Store, engine: Engine) -> None:
    """Empty an engine, so that catching up sends it everything anew."""
    engine.delete(None)
    store.whole().indexed.clear()


def has_lost(store: Store, engine: Engine) -> bool:
    """Whether an engine holds fewer passages than it acknowledged.

    So it is where it was emptied, and where an older copy of its files or the store was put back.
    """
    noted = store.whole().indexed
    if noted.list_pending(1) or noted.list_gone(1):
        return False  # another process may be sending just now
    return engine.count() < noted.measure()[0]


def _check(pending: Iterable[Pending], fingerprint: str) -> None:
    for one in pending:
        if one.embedding and one.fingerprint != fingerprint:
            raise FingerprintError(stored=one.fingerprint, wanted=fingerprint)


def _read(pending: Sequence[Pending], store: Store) -> list[_Read]:
    """Read the passages' texts; of an article that is gone by now, nothing is sent."""
    wanted = dict.fromkeys(one.article for one in pending)
    articles = {article.id: article for article in store.articles(wanted)}
    read = []
    for one in pending:
        if article := articles.get(one.article):
            text = add_header(article, article.body[one.start : one.end])
            terms = Counter(map(cut, tokenize(text)))
            words = set(map(cut, list_printed_words(text)))
            read.append(_Read(one, article, Counted(one.key, article.shelf, terms, words)))
    return read


def _send(read: Sequence[_Read], noted: Indexed, engine: Engine) -> int:
    kept, numbers = noted.note([one.counted for one in read])
    keys = {one.key for one in kept}
    there = [one for one in read if one.passage.key in keys]
    vectors = _vectors([one.passage for one in there])
    engine.upsert([_row(one, numbers, vector) for one, vector in zip(there, vectors, strict=True)])
    if gone := noted.acknowledge(keys):
        engine.delete(gone)
    return len(there)


def _row(read: _Read, numbers: Mapping[str, int], vector: NDArray[np.float32]) -> Row:
    counted, article = read.counted, read.article
    pairs = sorted((numbers[term], count) for term, count in counted.terms.items())
    return Row(
        key=counted.key,
        terms=np.array([number for number, _ in pairs], np.uint32),
        counts=np.array([count for _, count in pairs], np.float32),
        length=counted.length,
        vector=vector,
        publisher=number_of(article.publisher or ""),
        section=number_of(article.section or ""),
        owner=number_of(article.shelf),
        day=article.published.toordinal() if article.published else 0,
        lead=read.passage.lead,
    )


def _vectors(passages: Sequence[Pending]) -> list[NDArray[np.float32]]:
    """Read the vectors; those that are damaged or missing are empty."""
    vectors = [np.frombuffer(one.embedding, np.float16).astype(np.float32) for one in passages]
    sound = [len(one) > 0 and not find_unsound(one[None]).any() for one in vectors]
    empty = np.empty(0, np.float32)
    return [one if fine else empty for one, fine in zip(vectors, sound, strict=True)]
