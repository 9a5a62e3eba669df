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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_matrix

from corpus.storage.articles.passages import Changes
from corpus.storage.embeddings import UNEMBEDDED, find_unsound
from corpus.storage.store import Store
from retrieval.errors import FingerprintError
from retrieval.index.bm25 import SparseBM25, TermCounts, Whole
from retrieval.index.facets import Facets
from retrieval.index.header import add_header
from retrieval.index.probe import digest_terms
from retrieval.index.vectors import Vectors
from retrieval.index.wanted import Wanted
from retrieval.tokens import list_printed_words, tokenize

_LAYOUT = "5"
"""Changes with the layout of the files."""
_TERMS = "5ef24b37c24b"
"""What `digest_terms` says of the terms in files of this layout that say nothing of it."""

_log = logging.getLogger(__name__)


class _OutdatedError(ValueError):
    """The files are of another version, or for another model."""


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
        vectors: The dense side.
        words: As printed, in passages that are here or were.
        saved: Whether the files hold just this.
        seam: Where the passages of shelves begin, whose keys ascend by themselves; None where
            there are none (see `lay_over`).
        whole: The archive that these passages are candidates from; None where they are all.
    """

    revision: int
    articles: int
    keys: NDArray[np.int64]
    facets: Facets
    terms: TermCounts
    bm25: SparseBM25
    vectors: Vectors
    words: frozenset[str] = frozenset()
    saved: bool = False
    seam: int | None = None
    whole: Whole | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self.vectors.dimension

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who published the passages."""
        return tuple(filter(None, self.facets.names))

    def gather(self, wanted: Iterable[Wanted], keys: Sequence[int] = ()) -> Index:  # noqa: ARG002
        """Return the index itself, which holds all that a ranking may need to see."""
        return self

    def rows_of(self, keys: Sequence[int]) -> list[int | None]:
        """Return the passages' places here by their keys in the store; None for one not here."""
        wanted, found = np.asarray(keys, np.int64), np.full(len(keys), -1, np.int64)
        seam = len(self) if self.seam is None else self.seam
        for start, part in ((0, self.keys[:seam]), (seam, self.keys[seam:])):
            rows = part.searchsorted(wanted)
            here = rows < len(part)
            here[here] = part[rows[here]] == wanted[here]
            found[here] = rows[here] + start
        return [row if row >= 0 else None for row in found.tolist()]

    def rarity(self, term: str) -> float:
        """Inverse document frequency, above 0; an unknown term is as rare as can be."""
        return measure_rarity(term, self.whole or self.terms)

    def count_holding(self, term: str) -> int:
        """In how many passages a term stands."""
        return (self.whole or self.terms).count_holding(term)

    def covered(self, terms: Sequence[str], row: int) -> float:
        """Say how much of a question stands in a passage.

        Args:
            terms: The question's distinct terms.
            row: The passage.

        Returns:
            Share in [0, 1] of the terms' inverse document frequency; a term that stands nowhere
            in the archive weighs as much as one that stands in a single passage. 0 without terms.
        """
        weights = {term: self.rarity(term) for term in terms}
        held = (term for term in weights if self._holds(row, term))
        return sum(weights[term] for term in held) / sum(weights.values()) if weights else 0.0

    def is_name(self, word: str) -> bool:
        """Whether a word that may be typed without its capital is printed with one only."""
        small = word.casefold().strip(".,?!")
        return small not in self.words and any(map(self.count_holding, tokenize(small)))

    def together(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Whether a passage holds all of some terms, and half of others by their rarity."""
        rows = self._holding(some)
        if not len(rows) or not others:
            return False
        weights = {term: self.rarity(term) for term in others}
        shares = sum(weights[term] * np.isin(rows, self.terms.of(term)[0]) for term in weights)
        return bool(np.max(shares) >= sum(weights.values()) / 2)

    def find_holding(self, terms: Sequence[str], most: int) -> list[int]:
        """Return the keys of passages that hold all of some terms, at most one more than that."""
        return [int(self.keys[row]) for row in self._holding(terms)[: most + 1]]

    def _holding(self, terms: Sequence[str]) -> NDArray[np.int32]:
        """Return the places of the passages that hold all of some terms; none for no term."""
        rows: NDArray[np.int32] | None = None
        for term in terms:
            held, _ = self.terms.of(term)
            rows = held if rows is None else np.intersect1d(rows, held)
        return np.empty(0, np.int32) if rows is None else rows

    def _holds(self, row: int, term: str) -> bool:
        passages, _ = self.terms.of(term)
        at = int(passages.searchsorted(row))
        return at < len(passages) and int(passages[at]) == row


def measure_rarity(term: str, whole: Whole) -> float:
    """Return a term's inverse document frequency in an archive, above 0."""
    return math.log((len(whole) + 1) / (whole.count_holding(term) or 1))


def make_empty() -> Index:
    """Return the index of an archive without articles."""
    terms = TermCounts()
    return Index(
        revision=0,
        articles=0,
        keys=np.empty(0, np.int64),
        facets=Facets(),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=Vectors(),
    )


def lay_over(base: Index, own: Index) -> Index:
    """Put the passages of shelves behind those that everybody may see; little of them is copied.

    Args:
        base: The shared articles' index.
        own: That of the shelves' articles, embedded by the same encoder.

    Returns:
        What a question is compared with that may be answered from either; it cannot be saved.
    """
    terms = TermCounts(own.terms.vocabulary, own.terms.matrix, own.terms.lengths, base.terms)
    publishers = [own.facets.names[code] for code in own.facets.codes]
    vectors = own.vectors.whole()
    if base.dimension and vectors.shape[1] != base.dimension:  # none of them has any yet
        vectors = np.zeros((len(own), base.dimension), np.float32)
    return Index(
        revision=max(base.revision, own.revision),
        articles=base.articles + own.articles,
        keys=np.concatenate([base.keys, own.keys]),
        facets=base.facets.extend(publishers, own.facets.days, own.facets.leads),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=base.vectors.extend(vectors),
        words=base.words | own.words,
        seam=len(base),
    )


def refresh(index: Index, store: Store, fingerprint: str, *, partly: bool = False) -> Index:
    """Bring an index up to the archive's present revision.

    Only passages that the index does not know are read and cut into terms: a key is never given
    twice, so whatever lies above the highest known key is new.

    Args:
        index: Any earlier index of the archive, or an empty one. One of another archive, or of
            this one before an older copy was put back, is of no use and does no harm.
        store: The archive.
        fingerprint: Of the encoder that will embed the questions.
        partly: Whether passages without vectors may be found by their words only.

    Returns:
        A new index, or the same one when nothing changed. Passages whose vectors are damaged are
        found by their words only.

    Raises:
        FingerprintError: A passage was embedded by another encoder.
    """
    if store.revision() == index.revision:
        return index
    changes = store.changes(after=int(index.keys[-1]) if len(index) else 0)
    for stored in changes.fingerprints - {fingerprint, *([UNEMBEDDED] if partly else ())}:
        raise FingerprintError(stored=stored, wanted=fingerprint)
    kept = np.isin(index.keys, changes.keys, assume_unique=True)
    other = kept.sum() + len(changes.spans) != len(changes.keys)  # the index of another archive
    if other or (len(index) and not index.dimension):  # or one of passages without any vector
        return refresh(make_empty(), store, fingerprint, partly=partly)
    words = set(index.words)
    terms = index.terms.keep(kept).extend(_terms(store, changes.spans, words))
    return Index(
        revision=changes.revision,
        articles=changes.articles,
        keys=changes.keys,
        facets=index.facets.keep(kept).extend(
            changes.publishers, changes.days, _leads(changes.spans)
        ),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=index.vectors.keep(kept).extend(_sound(changes, index.dimension)),
        words=frozenset(words),
    )


def load(folder: Path, store: Store, fingerprint: str, *, partly: bool = False) -> Index:
    """Start from the files of the last `save` where they are sound, and catch up.

    Raises:
        FingerprintError: See `refresh`.
    """
    try:
        index = _read(folder, fingerprint)
    except (OSError, ValueError, KeyError) as error:
        _log.info("the index is derived anew: %s", error)
        index = make_empty()
    return refresh(index, store, fingerprint, partly=partly)


def find_fault(folder: Path, store: Store, fingerprint: str) -> str:
    """Say what is wrong with the files of the last `save`.

    Returns:
        A line; empty where they are sound, where there are none, and where they are of another
        version or model, so that the next start makes them anew.
    """
    if not folder.exists():
        return ""
    try:
        index = refresh(_read(folder, fingerprint), store, fingerprint, partly=True)
    except _OutdatedError:
        return ""
    except (OSError, ValueError, KeyError) as error:
        return str(error)
    changes = store.changes()
    if changes.revision != index.revision:  # somebody adds articles just now
        return find_fault(folder, store, fingerprint)
    pairs: dict[str, tuple[ArrayLike, ArrayLike]] = {
        "keys": (index.keys, changes.keys),
        "vectors": (index.vectors.whole(), _sound(changes, index.dimension)),
        "days": (index.facets.days, changes.days),
        "publishers": ([index.facets.names[one] for one in index.facets.codes], changes.publishers),
    }
    wrong = (name for name, (kept, true) in pairs.items() if not np.array_equal(kept, true))
    return ", ".join(f"its {name} are not those of the archive" for name in wrong)


def save(index: Index, folder: Path, fingerprint: str) -> None:
    """Keep an index in files, unless they hold it; whoever reads them meanwhile is not disturbed.

    Failing to keep it costs time at the next start and nothing else, so it is logged only.
    """
    if index.saved:
        return
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as holder:
            fresh, old = Path(holder, "new"), Path(holder, "old")
            _write(index, fresh, fingerprint)
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
    except OSError as error:
        _log.warning("could not keep the index in %s: %s", folder, error)


def _sound(changes: Changes, dimension: int) -> NDArray[np.float32]:
    """The vectors of new passages, with zeros, which are near to nothing, for those that are none.

    Args:
        changes: The new passages.
        dimension: Of the vectors that are known already; 0 where there are none.
    """
    vectors = changes.vectors.astype(np.float32)
    if dimension and vectors.shape[1] != dimension:
        vectors = np.zeros((len(vectors), dimension), np.float32)
    unsound = find_unsound(vectors)
    if unsound.any():
        _log.error("damaged vectors, run `byline check --repair`: %d passages", unsound.sum())
        vectors[unsound] = 0
    return vectors


def _write(index: Index, folder: Path, fingerprint: str) -> None:
    folder.mkdir(mode=0o700)
    for name, array in _arrays(index).items():
        np.save(folder / name, array)
    words = "\n".join(index.terms.vocabulary)
    (folder / "vocabulary.txt").write_text(words, encoding="utf-8", newline="")
    words = "\n".join(sorted(index.words))
    (folder / "words.txt").write_text(words, encoding="utf-8", newline="")
    manifest = json.dumps(_manifest(folder, index, fingerprint))
    (folder / "manifest.json").write_text(manifest)
    (folder / "manifest.crc32").write_text(str(zlib.crc32(manifest.encode())))


def _format() -> str:
    """Name what the files hold: their layout, and terms by which rules."""
    terms = digest_terms()
    return _LAYOUT if terms == _TERMS else f"{_LAYOUT}/{terms}"


def _arrays(index: Index) -> dict[str, NDArray[Any]]:
    counts = index.terms.matrix
    return {
        "keys.npy": index.keys,
        "publishers.npy": index.facets.codes,
        "days.npy": index.facets.days,
        "leads.npy": index.facets.leads,
        "vectors.npy": index.vectors.whole(),
        "lengths.npy": index.terms.lengths,
        "counts.npy": counts.data,
        "rows.npy": counts.indices,
        "ends.npy": counts.indptr,
    }


def _manifest(folder: Path, index: Index, fingerprint: str) -> dict[str, Any]:
    checksums = {path.name: zlib.crc32(_bytes(path)) for path in sorted(folder.iterdir())}
    return {
        "format": _format(),
        "fingerprint": fingerprint,
        "revision": index.revision,
        "articles": index.articles,
        "publishers": index.facets.names,
        "crc32": checksums,
        "sound": True,
    }


def _read(folder: Path, fingerprint: str) -> Index:
    written = (folder / "manifest.json").read_bytes()
    if str(zlib.crc32(written)) != (folder / "manifest.crc32").read_text():
        raise ValueError("manifest.json is damaged")
    manifest = json.loads(written)
    if (manifest["format"], manifest["fingerprint"]) != (_format(), fingerprint):
        raise _OutdatedError("it was made by another version or for another model")
    for name, checksum in manifest["crc32"].items():
        if zlib.crc32(_bytes(folder / name)) != checksum:
            raise ValueError(f"{name} is damaged")
    words = (folder / "vocabulary.txt").read_text(encoding="utf-8").split()
    printed = (folder / "words.txt").read_text(encoding="utf-8").split()
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
    if (folder / "manifest.json").read_bytes() != written:
        raise ValueError("another process replaced it meanwhile")
    # What an older Byline wrote, nobody looked at: it may hold what no encoder should have made.
    if not manifest.get("sound") and find_unsound(arrays["vectors"]).any():
        raise ValueError("vectors.npy holds what is not finite and of length 1")
    keys = arrays["keys"]
    counts = arrays["counts"], arrays["rows"], arrays["ends"]
    matrix = csc_matrix(counts, shape=(len(keys), len(words)))
    vocabulary = {word: column for column, word in enumerate(words)}
    terms = TermCounts(vocabulary, matrix, arrays["lengths"])
    return Index(
        revision=manifest["revision"],
        articles=manifest["articles"],
        keys=keys,
        facets=Facets(
            tuple(manifest["publishers"]), arrays["publishers"], arrays["days"], arrays["leads"]
        ),
        terms=terms,
        bm25=SparseBM25(terms),
        vectors=Vectors().extend(arrays["vectors"]),
        words=frozenset(printed),
        saved=True,
    )


def _bytes(path: Path) -> memoryview:
    """Map a file, so that checking it needs no memory of its own."""
    if path.stat().st_size == 0:
        return memoryview(b"")
    return np.memmap(path, np.uint8, mode="r").data


def _leads(spans: list[tuple[str, int, int]]) -> NDArray[np.bool_]:
    """Say which passages open an article that goes on behind them.

    An article's passages are stored together and in their order.
    """
    same = np.array([a[0] == b[0] for a, b in pairwise(spans)], np.bool_)
    follows, goes_on = np.append(False, same), np.append(same, False)
    return np.asarray((~follows & goes_on)[: len(spans)])


def _terms(store: Store, spans: list[tuple[str, int, int]], words: set[str]) -> Iterator[list[str]]:
    """Yield each passage's terms, and add its words; an article that is gone by now has none.

    Its passages leave the index at the next refresh.
    """
    for run in _runs(spans):
        wanted = dict.fromkeys(article_id for article_id, _, _ in run)
        articles = {article.id: article for article in store.articles(wanted)}
        for article_id, start, end in run:
            article = articles.get(article_id)
            text = add_header(article, article.body[start:end]) if article else ""
            words.update(list_printed_words(text))
            yield tokenize(text)


def _runs(
    spans: list[tuple[str, int, int]], size: int = 2000
) -> Iterator[list[tuple[str, int, int]]]:
    return (spans[first : first + size] for first in range(0, len(spans), size))
