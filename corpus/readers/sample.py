"""The bundled sample: something to answer from until the first own article is added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.article import Article
from corpus.attribution.extractor import Attributor
from corpus.errors import Failure
from corpus.ingest import Tally, ingest
from corpus.prepare import Embedder
from corpus.storage.store import Store

_SAMPLE = Path(__file__).parents[1] / "sample" / "articles.jsonl"
_MARKER = "sample-in-use"
"""File in the home folder that says the archive holds the sample because nothing else was there."""


def seed(
    store: Store,
    home: Path,
    embedder: Embedder,
    progress: Callable[[Tally], None],
    *,
    attributor: Attributor | None = None,
) -> None:
    """Put the sample into an archive that holds nothing."""
    if store.count() and not (home / _MARKER).exists():
        return
    (home / _MARKER).touch()  # first, so that a sample cut short is known as one
    ingest(_read(), store=store, embedder=embedder, attributor=attributor, progress=progress)


def unseed(store: Store, home: Path) -> bool:
    """Remove the sample again, now that there are own articles; False where it was not in use."""
    if not (home / _MARKER).exists():
        return False
    for item in _read():
        if isinstance(item, Article):
            store.remove(item.id)
    (home / _MARKER).unlink()
    return True


def _read() -> Iterator[Article | Failure]:
    # What reads pages takes a third of a second to import, and only the first start needs it.
    from corpus.readers.files import read_path

    return read_path(_SAMPLE)
