"""What stands before a passage while it is searched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.article import Article
from retrieval.index.header import add_header

DAY = datetime(2026, 8, 3, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("publisher", "published", "header"),
    [
        ("Gazette", DAY, "Ferry runs again. Gazette. 3 August 2026."),
        ("Gazette", None, "Ferry runs again. Gazette."),
        (None, DAY, "Ferry runs again. 3 August 2026."),
        (None, None, "Ferry runs again."),
    ],
)
def test_the_header_holds_what_is_known_of_the_article(publisher, published, header):
    article = Article("Ferry runs again", "", publisher=publisher, published=published)
    assert add_header(article, "It sailed.") == f"{header}\nIt sailed."
