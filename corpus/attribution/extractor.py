"""Find who said what in articles that are to be stored, without ever keeping one from it."""

from __future__ import annotations

import logging
from typing import Protocol

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Extraction
from corpus.errors import CorpusError

_VERSION = 3
"""Raise it when attributions get better: archives then look again through what they hold."""

_log = logging.getLogger(__name__)


class Attributor(Protocol):
    """Finds who said what in an article."""

    @property
    def version(self) -> int:
        """Grows as it gets better."""
        ...

    def attribute(self, article: Article) -> list[Attribution] | None:
        """Find the attributions, in the order of the text; None where it cannot work at all."""
        ...


class Extractor:
    """The real one; its model loads when it is first used, and is missed aloud once."""

    version = _VERSION

    def __init__(self) -> None:
        self._works = True

    def attribute(self, article: Article) -> list[Attribution] | None:
        """Find the attributions, in the order of the text; None without a language model."""
        # Few commands need it, and spaCy takes a second to import.
        from corpus.attribution.attribute import attribute

        if not self._works:
            return None
        try:
            return attribute(article.body, language=article.language, authors=article.authors)
        except CorpusError as error:
            _log.warning("who said what will be found later: %s", error)
            self._works = False
            return None


def extract(attributor: Attributor, article: Article) -> Extraction | None:
    """Find who said what in an article.

    Returns:
        None where the attributor cannot work, so that it may be tried again later. An article
        that it breaks at is logged, and has no attributions.
    """
    try:
        found = attributor.attribute(article)
    except Exception:  # noqa: BLE001 - logged below
        # Whatever a language model makes of an odd text, the article can still be searched.
        _log.exception("cannot tell who said what in article %s", article.id)
        found = []
    return None if found is None else Extraction(attributor.version, tuple(found))
