"""Four articles on the Skarn ferry, and hits of them."""

from __future__ import annotations

from corpus.article import Article, Passage
from retrieval.results import Hit, Result


def tell(headline: str, body: str, publisher: str = "The Light") -> Article:
    """An article at an address of its own."""
    return Article(
        headline, body, url=f"https://{headline.casefold()}.example/", publisher=publisher
    )


FARES = tell("Fares", "Fares on the Skarn ferry rise to nine crowns in June, its owner says.")
BOATS = tell("Boats", "The Skarn ferry has a new boat, which is called Heron and needs no diesel.")
CROWD = tell(
    "Crowd", "A crowd asked why the fares rise, as “a summer ticket” was promised.", "Post"
)
QUAY = tell("Quay", "Divers look at the quay, says the Post, where a barge struck it.", "Post")
QUESTION = "Why do fares on the Skarn ferry rise?"


def hit_of(article: Article, score: float = 1.0) -> Hit:
    """A hit whose passage is the whole article."""
    return Hit(article, Passage(article.id, 0, len(article.body), article.body), score)


def headlines(result: Result) -> list[str]:
    """Of a search, in its order."""
    return [hit.article.headline for hit in result.hits]
