"""What the process answers, heard without a process."""

from __future__ import annotations

import io
import json

import pytest

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.feed import Feed
from corpus.sandbox import worker
from corpus.sandbox.messages import Answer, Job, Kind, Permission, answers
from corpus.sandbox.worker import answer_job, serve
from tests.support.fake_web import news, rss

URL = "https://news.example/a"
TEXT = "Ferry returns\n\nThe ferry will run again from the first of May, the harbour said.\n"
RECORD = {"headline": "Ferry returns", "body": "The ferry returns in May."}
OPML = b'<opml><body><outline xmlUrl="https://news.example/feed"/></body></opml>'
PRINTED = "<description>The ferry returns in May, said the harbour.</description>"


def found(job: Job, data: bytes | str) -> list[object]:
    given = data if isinstance(data, bytes) else data.encode()
    return [answer.found or answer.unreadable for answer in answer_job(job, given)]


def test_each_kind_is_read_by_what_reads_it():
    [page] = found(Job(Kind.PAGE, URL), news())
    [saved] = found(Job(Kind.PAGE), news())
    [text] = found(Job(Kind.TEXT, URL), TEXT)
    [pasted] = found(Job(Kind.TEXT), TEXT)
    [line] = found(Job(Kind.LINE, "a:1"), json.dumps(RECORD))
    listed = found(Job(Kind.DOCUMENT, "a"), json.dumps([RECORD, 1]))
    assert isinstance(page, Article)
    assert (page.url, page.headline) == (URL, "Ferry returns to Wexmoor")
    assert isinstance(saved, Article)
    assert saved.url is None
    assert isinstance(text, Article)
    assert (text.url, text.publisher) == (URL, "news.example")
    assert isinstance(pasted, Article)
    assert pasted.url is None
    assert line == listed[0] == Article(**RECORD)
    assert isinstance(listed[1], Failure)


def test_feeds_and_lists_of_feeds_are_read():
    data = rss(("https://news.example/1", "One", PRINTED)).body
    [feed] = found(Job(Kind.FEED, "https://news.example/feed"), data)
    [printed] = found(Job(Kind.SAVED_FEED, "feed.xml"), data)
    assert isinstance(feed, Feed)
    assert [entry.url for entry in feed.entries] == ["https://news.example/1"]
    assert isinstance(printed, Article)
    assert found(Job(Kind.OPML), OPML) == ["https://news.example/feed"]


def test_rules_for_robots_are_asked():
    rules = "User-agent: *\nDisallow: /private\nCrawl-delay: 2\n"
    open_page, closed = (
        Job(Kind.ROBOTS, f"https://news.example/{path}", robot="Byline")
        for path in ("a", "private/a")
    )
    assert found(open_page, rules) == [Permission(allowed=True, delay_s=2.0)]
    assert found(closed, rules) == [Permission(allowed=False, delay_s=2.0)]
    assert found(open_page, "") == [Permission(allowed=True, delay_s=0.0)]


def test_whatever_reading_raises_is_a_short_reason(monkeypatch):
    def break_down(*_: object, **__: object) -> None:
        raise KeyError("the whole page stands here")

    assert found(Job(Kind.OPML), "no list") == ["not a list of feeds: expected OPML"]
    monkeypatch.setattr(worker, "read_page", break_down)
    assert found(Job(Kind.PAGE, URL), news()) == ["cannot be read: KeyError"]


def test_want_of_memory_ends_the_process(monkeypatch):
    def swell(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(worker, "read_page", swell)
    with pytest.raises(MemoryError):
        found(Job(Kind.PAGE, URL), news())


def test_jobs_are_answered_one_after_another_and_each_is_closed():
    asked, told = io.BytesIO(), io.BytesIO()
    for data in (OPML, b"no list"):
        asked.write(b'{"kind": "opml", "size": %d}\n' % len(data) + data)
    asked.seek(0)
    serve(asked, told)
    read = [answers().validate_json(line) for line in told.getvalue().splitlines()]
    assert read == [
        Answer(),
        Answer("https://news.example/feed"),
        Answer(),
        Answer(unreadable="not a list of feeds: expected OPML"),
        Answer(),
    ]


def test_jobs_that_come_at_once_are_taken_in_before_the_first_is_answered():
    told, first = io.BytesIO(), b'{"kind": "opml", "size": 7, "more": true}\nno list'
    asked = io.BytesIO(first + b'{"kind": "opml", "size": %d}\n' % len(OPML) + OPML)
    serve(asked, told)
    read = [answers().validate_json(line) for line in told.getvalue().splitlines()]
    assert [one.found or one.unreadable for one in read] == [
        "",
        "not a list of feeds: expected OPML",
        "",
        "https://news.example/feed",
        "",
    ]


def test_half_a_character_is_no_answer(monkeypatch):
    monkeypatch.setattr(worker, "read_opml", lambda _: ["https://news.example/\ud83d"])
    asked, told = io.BytesIO(b'{"kind": "opml"}\n'), io.BytesIO()
    serve(asked, told)
    said = answers().validate_json(told.getvalue().splitlines()[1])
    assert said.unreadable == "cannot be read: it holds broken characters"
