from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse import records
from corpus.parse.records import read_language, read_record, read_records, write_record
from corpus.text import squeeze

BODY = "The harbour bridge is shut."


def record(**fields: object) -> Article:
    return read_record({"headline": "Bridge shut", "body": BODY, **fields})


def read(*lines: bytes) -> list[Article | Failure]:
    return list(read_records(lines, where="news.jsonl"))


def line(headline: str) -> bytes:
    return json.dumps({"headline": headline, "body": BODY}).encode() + b"\n"


@pytest.mark.parametrize(
    ("title", "body", "author", "outlet", "date", "link", "section"),
    [
        ("headline", "body", "authors", "publisher", "published", "url", "section"),
        ("Title", "articleBody", "author", "source", "datePublished", "link", "articleSection"),
        ("NAME", "full_text", "byline", "site_name", "publish_date", "href", "Category"),
        ("title", "maintext", "creator", "sourceName", "pubDate", "canonical", "section"),
        ("title", "text", "by", "outlet", "web_publication_date", "URL", "category"),
        ("title", "content", "By", "site", "published_at", "url", "category"),
        ("title", "article", "Authors", "Source", "date_publish", "canonical_url", "category"),
    ],
)
def test_fields_are_known_by_many_names(title, body, author, outlet, date, link, section):
    article = read_record(
        {
            title: "Bridge shut",
            body: BODY,
            author: "By Jane Doe",
            outlet: "Example News",
            date: "2031-03-04",
            link: "https://news.example/a?utm_source=x",
            section: "Local",
        }
    )
    assert article == Article(
        headline="Bridge shut",
        body=BODY,
        url="https://news.example/a",
        authors=("Jane Doe",),
        publisher="Example News",
        published=datetime(2031, 3, 4, tzinfo=UTC),
        day_only=True,
        section="Local",
    )


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("A. Doe, B. Roe and C. Poe", ("A. Doe", "B. Roe", "C. Poe")),
        (["By Jane Doe", {"name": "John Roe"}, "jane doe", None, ""], ("Jane Doe", "John Roe")),
        (["Smith, Jane"], ("Jane Smith",)),
        (["Dr. Jane Smith, MD", "The Daily News"], ("Dr. Jane Smith",)),
        ({"@type": "Person", "name": "Jane Doe"}, ("Jane Doe",)),
        ({"age": 3}, ()),
        (7, ()),
        ("", ()),
    ],
)
def test_authors_may_be_text_lists_or_objects(value, authors):
    assert record(authors=value).authors == authors


@pytest.mark.parametrize(
    ("value", "publisher"),
    [
        ({"name": "Example News"}, "Example News"),
        ([{"name": "Example News"}], "Example News"),
        ("https://www.gazette.example/", "gazette.example"),
        (None, "news.example"),
    ],
)
def test_a_publisher_is_a_name_or_else_a_host(value, publisher):
    article = record(publisher=value, url="https://www.news.example/a")
    assert article.publisher == publisher


@pytest.mark.parametrize("value", [1930000000, 1930000000000, "1930000000", 1.93e9])
def test_numbers_may_be_seconds_or_milliseconds(value):
    assert record(date=value).published == datetime(2031, 2, 27, 23, 6, 40, tzinfo=UTC)


@pytest.mark.parametrize("value", [True, 12, 2031, 10**400, -1, "soon", [], "9" * 400])
def test_what_is_no_date_is_none(value):
    assert record(date=value).published is None


def test_lines_and_blank_lines_part_paragraphs():
    assert record(body="One  line here.\nTwo.\r\n\r\n\r\nThree\x00.").body == (
        "One line here.\n\nTwo.\n\nThree."
    )
    assert record(body=["One line here.", 2, "Two."]).body == "One line here.\n\nTwo."


def test_html_is_stripped_only_where_it_is_html():
    assert record(body="<p>Fish &amp; <b>chips</b></p><p>cost more</p>").body == (
        "Fish & chips\n\ncost more"
    )
    assert record(body="If a < b and b > c then AT&T; stays").body == (
        "If a < b and b > c then AT&T; stays"
    )


def test_entities_are_resolved_even_where_there_is_no_html():
    assert record(body="Tea &amp; toast cost &pound;4, the caf&#233; says").body == (
        "Tea & toast cost £4, the café says"
    )


def test_a_record_without_headline_gets_its_first_sentence():
    assert read_record({"title": "", "text": f"{BODY} More."}).headline == BODY


def test_a_record_without_text_says_what_was_expected():
    with pytest.raises(UnreadableError, match="no text: expected one of body, text, content"):
        read_record({"title": "Bridge shut", "body": None, "text": " "})


def test_an_address_that_is_none_is_dropped():
    assert record(url="not an address").url is None


def test_languages_are_reduced_to_two_letters():
    assert [read_language(tag, "") for tag in ("en-GB", "DE", "pt_BR", "", "English", "12")] == [
        "en",
        "de",
        "pt",
        "en",
        "en",
        "en",
    ]


def test_a_language_that_nobody_names_is_told_by_the_words():
    body = "Zwei Otter sind am Freitag in den Keller des Schleusenwärters gezogen."
    assert record(body=body).language == "de"
    assert record(body=body, language="").language == "de"
    assert record(body=body, language="Deutsch").language == "de"
    assert record(body=body, language="fr").language == "fr"
    assert record(inLanguage=["cy", "en"]).language == "cy"


def test_lone_surrogates_are_dropped():
    found = read(b'{"title": "Bridge \\ud800shut", "text": "The \\udfffbridge is shut."}')
    assert (found[0].headline, found[0].body) == ("Bridge shut", "The bridge is shut.")


def test_a_bad_line_is_one_failure_and_the_rest_is_read():
    found = read(
        b"\xef\xbb\xbf" + line("One"),
        b"{oops}\n",
        b"\n",
        b'{"title": "cut \xe2\x82',
        b'{"title": "\x00"}\n',
        b'{"score": NaN}\n',
        b'{"score": ' + b"9" * 5000 + b"}\n",
        b"[" * 100_000 + b"\n",
        b"3\n",
        b'{"title": "No text"}\n',
        b'{"title": "' + b"x" * records.MAX_LINE_BYTES + b'"}\n',
        line("Two"),
    )
    assert [getattr(item, "headline", None) for item in found] == ["One", *[None] * 9, "Two"]
    assert [item.where for item in found[1:-1]] == [
        f"news.jsonl:{number}" for number in (2, 4, 5, 6, 7, 8, 9, 10, 11)
    ]
    reasons = [item.reason for item in found[1:-1]]
    starts = (
        "not JSON: Expecting property name",
        "not UTF-8",
        "null bytes",
        "a number is too long",
        "a number is too long",
        "nested too deeply",
        "not a JSON object",
        "no text",
        "the line is over 5 MB",
    )
    for reason, start in zip(reasons, starts, strict=True):
        assert reason.startswith(start)
        assert "\n" not in reason


def test_a_list_over_many_lines_is_read_whole():
    found = read(b"[\n", line("One"), b",\n", b'{"title": "x"},\n', b"4]\n")
    assert found[0].headline == "One"
    assert [item.where for item in found[1:]] == ["news.jsonl:2", "news.jsonl:3"]


def test_one_record_over_many_lines_is_read_whole():
    text = json.dumps({"headline": "One", "body": BODY}, indent=2)
    assert [item.headline for item in read(*text.encode().splitlines(keepends=True))] == ["One"]


def test_a_first_line_cut_short_does_not_hide_the_rest():
    found = read(line("One")[:-6] + b"\n", line("Two"))
    assert found[0].where == "news.jsonl:1"
    assert found[1].headline == "Two"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "empty file"),
        ([b"\n", b" "], "empty file"),
        ([b"[]"], "empty list"),
        ([b"[1,"], "not JSON"),
        ([b"{\n", b"oops"], "not JSON"),
    ],
)
def test_a_document_that_holds_nothing_is_one_failure(lines, reason):
    (failure,) = read(*lines)
    assert failure.where == "news.jsonl"
    assert failure.reason.startswith(reason)


def test_a_document_over_the_limit_is_one_failure(monkeypatch):
    monkeypatch.setattr(records, "MAX_DOCUMENT_BYTES", 100)
    (failure,) = read(b"[\n", *[line("One")] * 9, b"]")
    assert failure.reason.startswith("over 50 MB")


TEXT = st.text(min_size=1, max_size=40).map(squeeze).filter(bool)
ARTICLES = st.builds(
    Article,
    headline=TEXT,
    body=st.lists(TEXT, max_size=4).map(lambda found: "\n\n".join(["It is all shut.", *found])),
    url=st.just("https://news.example/a"),
    authors=st.lists(TEXT, max_size=3, unique_by=str.casefold).map(tuple),
    publisher=TEXT,
    published=st.integers(-(10**9), 4 * 10**9).map(lambda s: datetime.fromtimestamp(s, UTC)),
    section=st.none() | TEXT,
    language=st.sampled_from(["en", "de", "cy"]),
    credit=st.none() | TEXT,
)


@settings(max_examples=150, deadline=None)
@given(ARTICLES)
def test_a_written_record_reads_back_the_same(article):
    assert read_record(json.loads(json.dumps(write_record(article)))) == article


def test_day_and_absent_date_read_back_the_same():
    day = Article("A b", BODY, published=datetime(2031, 3, 4, tzinfo=UTC), day_only=True)
    assert write_record(day)["published"] == "2031-03-04"
    assert read_record(write_record(day)) == day
    assert read_record(write_record(Article("A b", "<p>is how a paragraph opens</p>"))).body == (
        "<p>is how a paragraph opens</p>"
    )


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
JSON: st.SearchStrategy[object] = st.deferred(
    lambda: (
        SCALARS
        | st.lists(JSON, max_size=2)
        | st.dictionaries(st.text(max_size=4), JSON, max_size=2)
    )
)
KEYS = st.sampled_from(
    ["title", "body", "author", "publisher", "date", "url", "section", "lang", "credit"]
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS | st.text(max_size=5), JSON, max_size=8))
def test_any_record_is_a_clean_article_or_unreadable(fields):
    try:
        article = read_record(fields)
    except UnreadableError:
        return
    for text in (article.headline, *article.body.split("\n\n")):
        assert text
        assert text == squeeze(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_are_articles_or_failures(lines):
    assert all(isinstance(item, Article | Failure) for item in read(*lines))


def test_when_a_record_was_saved_is_not_when_its_article_was_published():
    assert record(created_at="2020-06-07T09:30:00Z").published is None


def test_lists_may_be_wrapped_and_number_their_records():
    found = read(b'{"status": "ok", "articles": [{"title": "Owl", "text": "An owl sat."}, {}, 7]}')
    assert [getattr(item, "where", "") for item in found] == [
        "",
        "news.jsonl:1:2",
        "news.jsonl:1:3",
    ]
    (failure,) = read(b'{"data": []}')
    assert failure == Failure("news.jsonl:1", "empty list: expected records")


def test_a_feed_names_the_outlet_and_language_of_its_items():
    version = "https://jsonfeed.org/version/1.1"
    item = {"content_html": "<p>An owl sat.</p>", "date_published": "2031-03-04", "url": "x"}
    feed = {"version": version, "title": "Mill Post", "language": "de", "items": [item]}
    (found,) = read(json.dumps(feed).encode())
    assert (found.publisher, found.language, found.body) == ("Mill Post", "de", "An owl sat.")
    assert found.day_only


def test_a_library_of_saved_pages_tells_who_wrote_and_not_when_it_was_saved():
    fields = {
        "content": "<p>An owl sat.</p>",
        "created_at": "2031-09-09",
        "published_by": ["Ann Ash"],
    }
    found = read_record({**fields, "domain_name": "mill.example", "headline": "Owl"})
    assert (found.authors, found.publisher, found.published) == (("Ann Ash",), "mill.example", None)


def test_a_beginning_that_an_interface_cut_is_no_article():
    with pytest.raises(UnreadableError, match=r"\(\[\+1210 chars\]\); add its address"):
        record(body="An owl sat at the mill, and it would not… [+1210 chars]")


def test_authors_may_be_a_list_that_was_printed():
    assert record(authors="['Ann Ash', 'Bo Birch']").authors == ("Ann Ash", "Bo Birch")
    assert record(authors='[{"name": "Ann Ash"}]').authors == ("Ann Ash",)


def test_what_another_program_keeps_inside_is_read():
    fields = {"bodyText": "An owl sat.", "headline": "Owl", "byline": "Ann Ash"}
    outer = {"webTitle": "An owl", "webUrl": "https://mill.example/owl", "sectionName": "Mill"}
    found = read_record_of(
        {**outer, "fields": fields, "webPublicationDate": "2031-03-04T09:00:00Z"}
    )
    assert (found.headline, found.section, found.authors) == ("Owl", "Mill", ("Ann Ash",))
    stored = {"_id": {"$oid": "6"}, "date": {"$date": {"$numberLong": "1930000000000"}}}
    assert read_record_of({**stored, "text": "An owl sat."}).published == datetime(
        2031, 2, 27, 23, 6, 40, tzinfo=UTC
    )


def read_record_of(fields: dict[str, object]) -> Article:
    (found,) = read(json.dumps(fields).encode())
    assert isinstance(found, Article)
    return found


def test_bookmarks_of_a_browser_hold_links_only():
    (failure,) = read(b'{"checksum": "x", "roots": {}}')
    assert failure.reason.startswith("a browser's bookmarks")


def test_a_document_may_stand_on_one_long_line(monkeypatch):
    monkeypatch.setattr(records, "MAX_LINE_BYTES", 60)
    long = json.dumps({"items": [{"title": f"Owl {n}", "text": BODY} for n in range(9)]}).encode()
    assert len(read(long)) == 9
    assert [item.where for item in read(long + b"\n", long)] == ["news.jsonl:1", "news.jsonl:2"]


def test_a_list_that_breaks_off_is_read_as_far_as_it_goes():
    owl = '{"title": "Owl", "text": "An owl sat at the mill."}'
    found, failure = read_records([f"[{owl},\n".encode(), owl[:-9].encode()], where="a.json")
    assert found.headline == "Owl"
    assert failure.where == "a.json"
    assert failure.reason.startswith("not JSON: Unterminated string")
    assert failure.reason.endswith("; the records before that were read")


def test_a_headline_may_be_an_object_and_a_source_an_address():
    found = record(headline={"main": "Owl"}, source="https://mill.example/owl")
    assert (found.headline, found.url) == ("Owl", "https://mill.example/owl")
    assert record(source="https://mill.example/").url is None
