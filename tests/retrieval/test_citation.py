"""Where words stand, as every answer says beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.article import Article
from retrieval.citation import Citation, cite, link_to

FERRY = Article(
    headline="Ferry fares rise",
    body="Fares on the Skarn ferry rise to nine crowns. The owner blamed diesel.",
    url="https://light.example/ferry?id=7",
    authors=("Ada Quill", "Bo Lind"),
    publisher="The Light",
    published=datetime(2026, 5, 3, 22, tzinfo=UTC),
)
BARE = Article("Ferry fares rise", FERRY.body)


def test_a_citation_says_what_was_printed():
    assert cite(FERRY, "https://light.example/ferry") == Citation(
        headline="Ferry fares rise",
        url="https://light.example/ferry",
        publisher="The Light",
        authors=("Ada Quill", "Bo Lind"),
        published=FERRY.published,
    )


@pytest.mark.parametrize(
    ("article", "line"),
    [
        (FERRY, "“Ferry fares rise” · The Light · Ada Quill, Bo Lind · 3 May 2026"),
        (replace(FERRY, authors=()), "“Ferry fares rise” · The Light · 3 May 2026"),
        (replace(FERRY, published=None), "“Ferry fares rise” · The Light · Ada Quill, Bo Lind"),
        (BARE, "“Ferry fares rise”"),
    ],
)
def test_a_citation_reads_as_one_line(article, line):
    assert str(cite(article, None)) == line


def test_a_citation_says_what_became_of_the_article():
    gone = replace(FERRY, corrected=datetime(2026, 5, 4, tzinfo=UTC), gone=FERRY.published)
    assert cite(gone, None).corrected == gone.corrected
    assert str(cite(replace(gone, authors=(), published=None), None)) == (
        "“Ferry fares rise” · The Light · corrected 4 May 2026 · no longer on the publisher’s page"
    )


def test_other_publishers_that_carried_the_text_are_named_once():
    others = [
        replace(FERRY, publisher=name) for name in ("Post", "The Light", None, "Bell", "Post")
    ]

    assert cite(FERRY, None, others).copies == ("Post", "Bell")


def test_a_link_opens_at_the_words():
    start = FERRY.body.index("The owner")
    link = link_to(FERRY, (start, len(FERRY.body)))

    assert link == "https://light.example/ferry?id=7#:~:text=The%20owner%20blamed%20diesel"


def test_an_article_without_address_has_no_link():
    assert link_to(BARE, (0, 5)) is None
