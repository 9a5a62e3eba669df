"""Look whether everything in a home folder, and the database it uses, is sound; mend what can be.

What is stored is the truth: a damaged database needs a backup. What is derived from it, vectors,
index and exported models, is made anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from bot.services import Services
from bot.storage.swap import settle
from corpus.errors import CorpusError
from corpus.ingest import reindex
from corpus.storage.database.postgres import Schema, find_orphans
from corpus.storage.database.sqlite import find_damage
from retrieval.errors import RetrievalError
from retrieval.index.snapshot import find_fault

_LEAST_BYTES = 200_000_000
"""What must be free at least; and as much as the databases take, for the copy of an upgrade."""
_SAMPLES = 8
"""Articles that are embedded anew, to compare the vectors with those that are stored."""
_AGREE = 0.98
_FAULTS = (CorpusError, RetrievalError, SQLAlchemyError, OSError)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part of a home folder.

    Attributes:
        part: Its name.
        fault: What is wrong with it, or was; empty where nothing is.
        mended: Whether that is not so any more.
    """

    part: str
    fault: str
    mended: bool = False

    @property
    def sound(self) -> bool:
        """Whether all is well now."""
        return self.mended or not self.fault


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    find: Callable[[], str | None]
    mend: Callable[[], object] | None = None

    def look(self, *, repair: bool) -> Finding:
        fault = _told(self.find)
        if not fault or not repair or self.mend is None:
            return Finding(self.name, fault)
        left = _told(self.mend) or _told(self.find)
        return Finding(self.name, left or fault, mended=not left)


def check(archive: Services, *, repair: bool = False) -> Iterator[Finding]:
    """Look at everything, part by part.

    Args:
        archive: The home folder and its databases; a bot may use them meanwhile.
        repair: Whether to make anew what is damaged, as far as it can be.

    Yields:
        What was found; nothing of what is derived from the articles where those are damaged.
    """
    for outcome in settle(archive.home):
        yield Finding("restore", f"was cut short; {outcome}", mended=True)
    kind = "" if archive.database_url else ".db"
    articles = _Part(f"articles{kind}", partial(_find_in_articles, archive)).look(repair=repair)
    yield articles
    yield _Part(f"chats{kind}", partial(_find_in_chats, archive)).look(repair=repair)
    yield _Part("disk", partial(_find_want, archive)).look(repair=repair)
    if not articles.sound:
        return
    encoder, reader = archive.encoder, archive.reader
    yield _Part("model", encoder.verify, lambda: encoder.encode(["again"])).look(repair=repair)
    if reader:
        yield _Part("reader", reader.verify, reader.load).look(repair=repair)
    for name, find, mend in (
        ("vectors", _find_in_vectors, _embed_again),
        ("index", _find_in_index, _index_again),
    ):
        yield _Part(name, partial(find, archive), partial(mend, archive)).look(repair=repair)


def _told(act: Callable[[], object]) -> str:
    """What an act says is wrong, or raises; empty where it says nothing."""
    try:
        said = act()
    except _FAULTS as error:
        return " ".join(str(getattr(error, "orig", None) or error).split())
    return said if isinstance(said, str) else ""


def _find_in_articles(archive: Services) -> str:
    fault = _find_damage(archive, "articles")
    if not fault:
        archive.store.count()  # raises where it is not ours, or of a newer Byline
    return fault


def _find_in_chats(archive: Services) -> str:
    fault = _find_damage(archive, "chats")
    if not fault:
        archive.chats.ping()
    return fault


def _find_damage(archive: Services, name: str) -> str:
    """Say what is wrong with a file; of a server's files only the server knows that."""
    if archive.database_url:
        return find_orphans(Schema(archive.database_url, name))
    return find_damage(archive.home / f"{name}.db")


def _find_want(archive: Services) -> str:
    home = archive.home
    free = shutil.disk_usage(home).free
    files = [] if archive.database_url else home.glob("*.db")
    taken = sum(path.stat().st_size for path in files)
    wanted = max(taken, _LEAST_BYTES)
    return (
        f"{free / 1e6:,.0f} MB are free, {wanted / 1e6:,.0f} MB are wanted" if free < wanted else ""
    )


def _find_in_vectors(archive: Services) -> str:
    store, fingerprint = archive.store.whole(), archive.encoder.fingerprint
    if damaged := store.damaged():
        return f"damaged, or of length other than 1, in {len(damaged):,} articles"
    if stale := set(store.stale(fingerprint)) - set(store.unembedded()):
        return f"made by another model in {len(stale):,} articles"
    ids = sorted(set(store.ids()) - set(store.unembedded()))
    looked = ids[:: max(1, len(ids) // _SAMPLES)][:_SAMPLES]
    other = sum(not _agrees(archive, article_id) for article_id in looked)
    return f"not what the model makes today, in {other} of {len(looked)} articles" if other else ""


def _agrees(archive: Services, article_id: str) -> bool:
    """Whether the first passage of an article has the vector that it would get today."""
    store = archive.store.whole()
    keys = store.keys_of([article_id])[:1]
    vectors, passages = store.vectors(keys), store.passages(keys)
    again = archive.encoder.embed([passages[key] for key in keys if key in passages]).vectors
    if again.shape != vectors.shape:  # it has no passages, or was changed just now
        return not again.size or not vectors.size
    return bool(np.all(np.sum(again * vectors, axis=1, dtype=np.float32) >= _AGREE))


def _embed_again(archive: Services) -> str:
    store, encoder = archive.store.whole(), archive.encoder
    wrong = {*store.damaged(), *store.stale(encoder.fingerprint)} or store.ids()
    failures = reindex(wrong, store=store, embedder=encoder).failures
    return f"{failures[0].where}: {failures[0].reason}" if failures else ""


def _find_in_index(archive: Services) -> str:
    return find_fault(archive.home / "index", archive.store, archive.encoder.fingerprint)


def _index_again(archive: Services) -> None:
    shutil.rmtree(archive.home / "index", ignore_errors=True)
    archive.searcher.save()
