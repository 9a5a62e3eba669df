"""What pages say about themselves in JSON-LD, sound and broken."""

import json

import pytest

from corpus.parse.json_ld import read_json_ld

ARTICLE = {"@type": "NewsArticle", "headline": "Ferry runs"}


def read(*nodes):
    return read_json_ld([json.dumps(node) for node in nodes])


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Ferry runs",}',
        '<!-- {"@type": "NewsArticle", "headline": "Ferry runs"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Ferry runs"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Ferry runs"}'.replace('"', "&quot;"),
        '{"@type": "https://schema.org/NewsArticle", "headline": "Ferry\nruns"} trailing',
    ],
)
def test_what_is_commonly_broken_is_read_all_the_same(script):
    assert read_json_ld([script]).text("headline") == "Ferry runs"


@pytest.mark.parametrize("script", ["", "no json", "[" * 100_000, "7", "null"])
def test_what_is_beyond_repair_is_passed_over(script):
    assert read_json_ld([script, json.dumps(ARTICLE)]).article == ARTICLE
    assert read_json_ld([script]).article == {}


def test_an_article_is_found_inside_the_graph_of_a_page():
    page = {"@graph": [{"@type": "WebPage"}, {"mainEntity": [ARTICLE]}]}
    assert read(page).article == ARTICLE


def test_an_article_with_a_headline_comes_first_and_a_job_is_none():
    other = {"@type": "Report", "datePublished": "2026-03-01"}
    job = {"@type": "JobPosting", "headline": "Sailor wanted"}
    assert read(job, other, ARTICLE).article == ARTICLE
    assert read(job, other).article == other
    assert read(job).article == {}


def test_a_page_stands_in_where_no_article_is():
    page = {"@type": ["WebPage"], "name": "Ferry"}
    assert read(page).text("headline", "name") == "Ferry"


def test_nodes_too_deep_are_not_looked_for():
    node = ARTICLE
    for _ in range(12):
        node = {"mainEntity": node}
    assert read(node).article == {}


def test_names_follow_references():
    person = {"@id": "#ida", "@type": "Person", "name": "Ida  Brandt"}
    article = ARTICLE | {"author": [{"@id": "#ida"}, "Tom &amp; Co", {"@id": "#gone"}, None]}
    assert read(article, person, {"@id": "#ida"}).names("author") == ["Ida Brandt", "Tom & Co"]


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({"url": "https://a.example"}, "https://a.example"),
        ({"mainEntityOfPage": {"@id": "https://b.example"}}, "https://b.example"),
        ({"mainEntityOfPage": "https://c.example"}, "https://c.example"),
        ({"url": {"nested": 1}}, ""),
    ],
)
def test_the_address_stands_in_one_of_three_ways(more, address):
    assert read(ARTICLE | more).address() == address


def test_long_text_keeps_its_paragraphs_and_what_is_no_text_is_empty():
    linked = read(ARTICLE | {"articleBody": "&lt;p&gt;One.&lt;/p&gt;<p>Two.</p>", "about": 7})
    assert linked.long_text("articleBody") == "One.\nTwo."
    assert linked.long_text("about") == linked.text("about") == ""
    assert read(ARTICLE | {"headline": [7, " ", "Ferry"]}).text("headline") == "Ferry"
