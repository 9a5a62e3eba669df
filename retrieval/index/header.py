"""What stands before a passage while it is searched, and never while it is shown."""

from __future__ import annotations

from corpus.article import Article


def add_header(article: Article, text: str) -> str:
    r"""Put headline, publisher and date before a text of the article.

    Both sides of the search see a passage this way, so that "what did the Gazette report in
    August about the cannery" finds a paragraph that names neither.

    Example:
        >>> add_header(Article("Ferry runs again", "", publisher="Gazette"), "It sailed at noon.")
        'Ferry runs again. Gazette.\nIt sailed at noon.'
    """
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else None
    header = ". ".join(part for part in (article.headline, article.publisher, day) if part)
    return f"{header}.\n{text}"
