from __future__ import annotations

import pytest

from corpus.errors import UnreadableError
from corpus.parse.layouts import find_cut, flatten, join_runs, parse_list, unwrap

OWL = {"title": "Owl", "text": "An owl sat."}


@pytest.mark.parametrize(
    "found",
    [
        {"items": [OWL]},
        {"results": [OWL], "total": 1},
        {"response": {"status": "ok", "results": [OWL]}},
        {"hits": {"total": 1, "hits": [OWL]}},
        {"data": {"items": [OWL]}, "params": {"x": 1}},
    ],
)
def test_a_list_in_wrappers_is_found(found):
    assert unwrap(found) == [OWL]


@pytest.mark.parametrize(
    "found",
    [
        OWL,
        {**OWL, "news": ["a"]},
        {**OWL, "news": [OWL]},
        {"data": {"text": "An owl"}},
        7,
        {"items": 7},
    ],
)
def test_a_record_is_no_list(found):
    assert unwrap(found) is None


def test_a_list_stays_one():
    assert unwrap([OWL]) == [OWL]
    assert unwrap({"a": {}, "data": {"data": {"data": {"data": {"data": [OWL]}}}}}) is None


def test_a_browsers_bookmarks_are_refused():
    with pytest.raises(UnreadableError, match="bookmarks"):
        unwrap({"type": "text/x-moz-place-container", "children": []})


def test_records_in_records_are_lifted_out_and_values_lose_their_types():
    assert flatten({"item": OWL, "seen": {"$date": {"$numberLong": "7"}}}) == {**OWL, "seen": "7"}
    assert flatten({"item": 7, "by": {"name": "Ann"}, "n": {"a": 1, "b": 2}}) == {
        "item": 7,
        "by": {"name": "Ann"},
        "n": {"a": 1, "b": 2},
    }


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["An owl.", 7, "A cat."], "An owl.\nA cat."),
        (
            [{"type": "bold", "text": "Owl"}, "\n\nAn owl ", {"type": "link", "text": "sat"}],
            "Owl\n\nAn owl sat",
        ),
        ([{"type": "plain", "text": "An "}, {"type": "bold", "text": "owl"}], "An owl"),
        (
            [{"type": "paragraph", "text": "An owl."}, {"type": "p", "text": "A cat."}],
            "An owl.\nA cat.",
        ),
        ([{"content": "An owl."}, {"content": 7}, {"content": "A cat."}], "An owl.\n\nA cat."),
        ([{"contenttype": "text/html", "value": "An owl."}, {"value": "An owl."}], "An owl."),
    ],
)
def test_text_may_be_a_list(parts, text):
    assert join_runs(parts) == text


def test_only_what_an_interface_writes_is_the_mark_of_a_cut():
    assert find_cut("An owl… [+12 chars] ") == "[+12 chars]"
    assert find_cut("An owl [+x chars]") == ""
    assert find_cut("The answer is [+12") == ""
    assert find_cut("") == ""


@pytest.mark.parametrize("text", ["[Ann Ash]", "['Ann", "Ann", "['Ann', x]", "[" * 900 + "]" * 900])
def test_what_is_no_printed_list_stays_text(text):
    assert parse_list(text) is None


def test_of_a_graph_only_articles_are_records():
    owl = {"@type": "NewsArticle", "headline": "Owl", "articleBody": "An owl sat."}
    assert unwrap({"@graph": [{"@type": "WebSite", "name": "Mill"}, owl]}) == [owl]


def test_bookmarks_are_counted():
    one = {"type": "url", "url": "https://a.example"}
    roots = {"bar": {"children": [one, one, {"url": "https://b.example"}]}}
    with pytest.raises(UnreadableError, match=r"only links here \(2\)"):
        unwrap({"checksum": "x", "roots": roots})


def test_a_text_that_counts_the_rest_of_it_is_a_beginning():
    assert find_cut("An owl sat ... [1210 chars]") == "[1210 chars]"
    assert find_cut("An owl sat [sic chars]") == ""
