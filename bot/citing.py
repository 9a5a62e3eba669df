"""From a passage to the blocks of a reply: the quotation, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.reply import Block, Citation, Note, Quote, Span
from corpus.article import Article
from corpus.link import passage_link
from corpus.split import Slice
from retrieval.answer import Excerpt


def quoted(
    article: Article, chosen: Excerpt, *, sure: bool, copies: Sequence[Article] = ()
) -> tuple[Block, ...]:
    """Quote a passage with its citation; say so first where it may not answer.

    Args:
        article: The passage's article.
        chosen: What to show of it and what to mark.
        sure: Whether the passage counts as an answer.
        copies: Articles of other publishers with the same text.
    """
    lead = () if sure else (Note(texts.CLOSEST),)
    link = link_to(article, chosen.marked)
    return (*lead, _quote(article, chosen, sure=sure), citation(article, link, copies))


def citation(article: Article, url: str | None, copies: Sequence[Article] = ()) -> Citation:
    """Cite an article at an address."""
    others = dict.fromkeys(copy.publisher for copy in copies if copy.publisher)
    return Citation(
        headline=article.headline,
        url=url,
        publisher=article.publisher,
        authors=article.authors,
        published=article.published,
        copies=tuple(name for name in others if name != article.publisher),
    )


def link_to(article: Article, place: Slice) -> str | None:
    """Link to a stretch of an article; None where the article has no address."""
    if article.url is None:
        return None
    return passage_link(article.url, article.body, start=place[0], end=place[1])


def _quote(article: Article, chosen: Excerpt, *, sure: bool) -> Quote:
    """Quote a passage; one that may not answer is folded, and nothing in it is marked."""
    (start, end), (first, last) = chosen.shown, chosen.marked
    body = article.body
    spans = (Span(body[start:first]), Span(body[first:last], marked=sure), Span(body[last:end]))
    return Quote(
        tuple(span for span in spans if span.text),
        cut_before=start > chosen.passage[0],
        cut_after=end < chosen.passage[1],
        folded=not sure,
    )
