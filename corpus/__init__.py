"""What was published: articles, their passages, and the store that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.archive import Archive
    from corpus.article import Article, Passage
    from corpus.attribution.attribution import Attribution
    from corpus.errors import CorpusError

__all__ = ["Archive", "Article", "Attribution", "CorpusError", "Passage"]

_HOMES = {
    "Archive": "corpus.archive",
    "Article": "corpus.article",
    "Attribution": "corpus.attribution.attribution",
    "CorpusError": "corpus.errors",
    "Passage": "corpus.article",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: one module must not cost all of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
