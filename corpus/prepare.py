"""What is made of articles before they are stored: passages, their vectors, who said what.

Tested with what stores it in `tests/corpus/test_ingest.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Protocol

from corpus.article import Article, Passage
from corpus.attribution.attribution import Extraction
from corpus.attribution.extractor import Attributor, extract
from corpus.errors import Failure, attempt
from corpus.nlp.segment import split_passages
from corpus.storage.embeddings import Embeddings


class Embedder(Protocol):
    """Turns passages into vectors; retrieval has the real one."""

    @property
    def fingerprint(self) -> str:
        """Which model and precision."""
        ...

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        """Embed passages, each with the article it is from; a row for each, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is stored with an article.

    Attributes:
        passages: All of its passages.
        embeddings: A row for each of them.
        extraction: Who said what in it; None where that is to be found later.
    """

    passages: list[Passage]
    embeddings: Embeddings
    extraction: Extraction | None


class Preparer(Protocol):
    """Prepares articles, here or elsewhere."""

    @property
    def ahead(self) -> int:
        """How many batches it may begin with while it is waited for another."""
        ...

    def begin(self, articles: Sequence[Article]) -> Iterator[Prepared | Failure]:
        """Begin with a batch; the iterator waits for each article, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """Prepares articles in this process, a batch when its first article is waited for.

    Attributes:
        embedder: Embeds the passages.
        attributor: Finds who said what; nobody does where None.
    """

    embedder: Embedder
    attributor: Attributor | None = None

    @property
    def ahead(self) -> int:
        """None: nothing goes on while nobody waits."""
        return 0

    def begin(self, articles: Sequence[Article]) -> Iterator[Prepared | Failure]:
        """Prepare a batch at once, or where that fails one by one: one of them is to blame."""
        made = attempt(partial(self._prepare, articles), "")
        if not isinstance(made, Failure):
            yield from made
        elif len(articles) > 1:
            for one in articles:
                yield from self.begin([one])
        else:
            yield Failure(name_article(articles[0]), made.reason)

    def _prepare(self, articles: Sequence[Article]) -> list[Prepared]:
        cut = [split_passages(a.id, a.body, language=a.language) for a in articles]
        pairs = [(a, passage) for a, own in zip(articles, cut, strict=True) for passage in own]
        over = Event()
        with ThreadPoolExecutor(1) as beside:  # one waits for memory where the other computes
            try:
                heard = beside.submit(_hear, articles, self.attributor, over)
                embeddings = self.embedder.embed(pairs)
                extractions = heard.result()
            finally:  # whoever interrupts us does not wait until all of them are heard
                over.set()
        made, first = list[Prepared](), 0
        for own, extraction in zip(cut, extractions, strict=True):
            rows = embeddings.vectors[first : first + len(own)]
            made.append(Prepared(own, Embeddings(embeddings.fingerprint, rows), extraction))
            first += len(own)
        return made


def name_article(article: Article) -> str:
    """What a person would recognise an article by, for failures."""
    return article.url or article.headline


def _hear(
    articles: Sequence[Article], attributor: Attributor | None, over: Event
) -> list[Extraction | None]:
    wanted = (article for article in articles if not over.is_set())
    return [extract(attributor, article) if attributor else None for article in wanted]
