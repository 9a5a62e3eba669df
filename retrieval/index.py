"""The searchable snapshot of an archive: load it, bring it up to date, keep it for the next start.

The archive is the truth. What takes long to derive from it, the terms of every passage, is kept
in files beside it; they are checked when read, and made anew when damaged or out of date.
"""

from __future__ import annotations

import json
import logging
import math
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from corpus.store import Store
from retrieval.errors import FingerprintError
from retrieval.facets import Facets
from retrieval.header import headed
from retrieval.lexical import SparseBM25, TermCounts
from retrieval.tokens import tokens

_FORMAT = "2"
"""Changes with the tokenizer and with the layout of the files."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """Everything a question is compared with, at one revision of the archive.

    Attributes:
        revision: Of the archive.
        articles: How many articles the passages are from.
        keys: The passages' keys in the store, int64, ascending, shape (n,).
        facets: Who published the passages, and when.
        terms: How often each term stands in each passage, behind its header.
        bm25: The lexical side.
        vectors: The dense side: float32, shape (n, dimension), rows of unit length.
    """

    revision: int
    articles: int
    keys: NDArray[np.int64]
    facets: Facets
    terms: TermCounts
    bm25: SparseBM25
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self.vectors.shape[1])

    def rarity(self, term: str) -> float:
        """Inverse document frequency, above 0; an unknown term is as rare as can be."""
        return float(self.bm25.idf.get(term, math.log(len(self) + 1)))

    def covered(self, terms: Sequence[str], place: int) -> float:
        """Say how much of a question stands in a passage.

        Args:
            terms: The question's distinct terms.
            place: The passage.

        Returns:
            Share in [0, 1] of the terms' inverse document frequency; a term that stands nowhere
            in the archive weighs as much as one that stands in a single passage. 0 without terms.
        """
        counts = self.terms.matrix
        present = frozenset(counts.indices[counts.indptr[place] : counts.indptr[place + 1]])
        weights = {term: self.rarity(term) for term in terms}
        held = (term for term in weights if self.terms.vocabulary.get(term) in present)
        return sum(weights[term] for term in held) / sum(weights.values()) if weights else 0.0


def empty() -> Index:
    """Return the index of an archive without articles."""
    terms = TermCounts()
    return Index(
        revision=0,
        articles=0,
        keys=np.empty(0, np.int64),
        facets=Facets(),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=np.empty((0, 0), np.float32),
    )


def refresh(index: Index, store: Store, fingerprint: str) -> Index:
    """Bring an index up to the archive's present revision.

    Only passages that the index does not know are read and cut into terms: a key is never given
    twice, so whatever lies above the highest known key is new.

    Args:
        index: Any earlier index of the archive, or an empty one. One of another archive, or of
            this one before an older copy was put back, is of no use and does no harm.
        store: The archive.
        fingerprint: Of the encoder that will embed the questions.

    Returns:
        A new index, or the same one when nothing changed.

    Raises:
        FingerprintError: A passage was embedded by another encoder.
    """
    if store.revision() == index.revision:
        return index
    changes = store.changes(after=int(index.keys[-1]) if len(index) else 0)
    for stored in changes.fingerprints - {fingerprint}:
        raise FingerprintError(stored=stored, wanted=fingerprint)
    kept = np.isin(index.keys, changes.keys, assume_unique=True)
    if kept.sum() + len(changes.spans) != len(changes.keys):  # the index of another archive
        return refresh(empty(), store, fingerprint)
    terms = index.terms.keep(kept).extend(_terms(store, changes.spans))
    vectors = changes.vectors.astype(np.float32)
    if len(index):
        vectors = np.concatenate([index.vectors[kept], vectors.reshape(-1, index.dimension)])
    return Index(
        revision=changes.revision,
        articles=changes.articles,
        keys=changes.keys,
        facets=index.facets.keep(kept).extend(changes.publishers, changes.days),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=vectors,
    )


def load(folder: Path, store: Store, fingerprint: str) -> Index:
    """Start from the files of the last `save` where they are sound, and catch up.

    Raises:
        FingerprintError: See `refresh`.
    """
    try:
        index = _read(folder, fingerprint)
    except (OSError, ValueError, KeyError) as error:
        _log.info("the index is derived anew: %s", error)
        index = empty()
    return refresh(index, store, fingerprint)


def save(index: Index, folder: Path, fingerprint: str) -> None:
    """Keep an index in files; a process that reads them meanwhile is not disturbed.

    Failing to keep it costs time at the next start and nothing else, so it is logged only.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as place:
            fresh, old = Path(place, "new"), Path(place, "old")
            _write(index, fresh, fingerprint)
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
    except OSError as error:
        _log.warning("could not keep the index in %s: %s", folder, error)


def _write(index: Index, folder: Path, fingerprint: str) -> None:
    folder.mkdir()
    for name, array in _arrays(index).items():
        np.save(folder / name, array)
    words = "\n".join(index.terms.vocabulary)
    (folder / "vocabulary.txt").write_text(words, encoding="utf-8", newline="")
    manifest = json.dumps(_manifest(folder, index, fingerprint))
    (folder / "manifest.json").write_text(manifest)
    (folder / "manifest.crc32").write_text(str(zlib.crc32(manifest.encode())))


def _arrays(index: Index) -> dict[str, NDArray[Any]]:
    counts = index.terms.matrix
    return {
        "keys.npy": index.keys,
        "publishers.npy": index.facets.codes,
        "days.npy": index.facets.days,
        "vectors.npy": index.vectors,
        "counts.npy": counts.data,
        "columns.npy": counts.indices,
        "ends.npy": counts.indptr,
    }


def _manifest(folder: Path, index: Index, fingerprint: str) -> dict[str, Any]:
    checksums = {path.name: zlib.crc32(_bytes(path)) for path in sorted(folder.iterdir())}
    return {
        "format": _FORMAT,
        "fingerprint": fingerprint,
        "revision": index.revision,
        "articles": index.articles,
        "publishers": index.facets.names,
        "crc32": checksums,
    }


def _read(folder: Path, fingerprint: str) -> Index:
    written = (folder / "manifest.json").read_bytes()
    if str(zlib.crc32(written)) != (folder / "manifest.crc32").read_text():
        raise ValueError("manifest.json is damaged")
    manifest = json.loads(written)
    if (manifest["format"], manifest["fingerprint"]) != (_FORMAT, fingerprint):
        raise ValueError("it was made by another version or for another model")
    for name, checksum in manifest["crc32"].items():
        if zlib.crc32(_bytes(folder / name)) != checksum:
            raise ValueError(f"{name} is damaged")
    words = (folder / "vocabulary.txt").read_text(encoding="utf-8").split()
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
    if (folder / "manifest.json").read_bytes() != written:
        raise ValueError("another process replaced it meanwhile")
    keys = arrays["keys"]
    counts = arrays["counts"], arrays["columns"], arrays["ends"]
    matrix = csr_matrix(counts, shape=(len(keys), len(words)))
    terms = TermCounts({word: column for column, word in enumerate(words)}, matrix)
    return Index(
        revision=manifest["revision"],
        articles=manifest["articles"],
        keys=keys,
        facets=Facets(tuple(manifest["publishers"]), arrays["publishers"], arrays["days"]),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=arrays["vectors"],
    )


def _bytes(path: Path) -> memoryview:
    """Map a file, so that checking it needs no memory of its own."""
    if path.stat().st_size == 0:
        return memoryview(b"")
    return np.memmap(path, np.uint8, mode="r").data


def _terms(store: Store, spans: list[tuple[str, int, int]]) -> Iterator[list[str]]:
    """Yield each passage's terms; an article that is gone by now has none.

    Its passages leave the index at the next refresh.
    """
    for run in _runs(spans):
        wanted = dict.fromkeys(article_id for article_id, _, _ in run)
        articles = {article.id: article for article in store.articles(wanted)}
        for article_id, start, end in run:
            article = articles.get(article_id)
            yield tokens(headed(article, article.body[start:end])) if article else []


def _runs(
    spans: list[tuple[str, int, int]], size: int = 2000
) -> Iterator[list[tuple[str, int, int]]]:
    return (spans[first : first + size] for first in range(0, len(spans), size))
