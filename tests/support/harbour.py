"""A few invented articles that quote people, and searchers over them without a model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from retrieval.search import Searcher
from tests.support.models import FakeAttributor, FakeEncoder


def printed(
    headline: str, body: str, day: tuple[int, int] | None, *, publisher: str = "The Light"
) -> Article:
    """An article of a day of 2026; its address is made of its headline."""
    host = publisher.replace(" ", "").casefold()
    return Article(
        headline,
        body,
        url=f"https://{host}.example/{headline.casefold().replace(' ', '-')}",
        publisher=publisher,
        published=datetime(2026, *day, 7, tzinfo=UTC) if day else None,
    )


CRACK = printed(
    "Crack closes bridge at Lissen",
    "The bridge at Lissen was closed on Monday after a diver found a crack in its third pier.\n\n"
    "“We shall not open the bridge before autumn,” said Ines Okafor, the county engineer. "
    "Lorries go round by Halm, which takes them an hour.",
    (5, 4),
)
REPAIR = printed(
    "Bridge at Lissen to be repaired by autumn",
    "The bridge at Lissen will be repaired by October, the county promised its farmers.\n\n"
    "A firm from Halm will pour the concrete.",
    (6, 11),
)
OPEN = printed(
    "Bridge at Lissen opens again",
    "The bridge at Lissen opened again on Sunday with a brass band and a goat.\n\n"
    "“It will last for ninety years,” said Ines Okafor, the county engineer. Lorries follow on "
    "Monday.",
    (10, 12),
)
FARES = printed(
    "Fares on the Skarn ferry rise",
    "Fares on the Skarn ferry rise to nine crowns in June, its owner announced on Friday.\n\n"
    "“Nine crowns are a disgrace,” said Helena Varga, the mayor. “A summer ticket must come,” "
    "said Helena Varga.",
    (5, 3),
    publisher="Tern Gazette",
)
MATCH = printed(
    "Rovers draw in the rain",
    "Rovers drew with Halm in the rain after a whistle that half of the crowd never heard.\n\n"
    "“Everybody heard the whistle,” said Niko Varga, the striker.",
    (9, 5),
)
CHEESE = printed(
    "Cheese wins a medal",
    "A cheese wrapped in nettles won a medal in the capital on Friday, to nobody’s surprise.\n\n"
    "Judges praised its rind. They tasted forty kinds before noon.",
    None,
)
BRIDGE = (CRACK, REPAIR, OPEN)
ARTICLES = (*BRIDGE, FARES, MATCH, CHEESE)


def open_harbour(home: Path, articles: Iterable[Article] = ARTICLES) -> Searcher:
    """Open an archive of some articles, with who said what in them, and what searches it."""
    archive = Archive.open(home)
    ingest(articles, store=archive.store, embedder=FakeEncoder(), attributor=FakeAttributor())
    searcher = Searcher(archive, FakeEncoder())
    searcher.refresh()
    return searcher
