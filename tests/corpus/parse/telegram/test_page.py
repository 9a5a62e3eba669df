from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.telegram.page import looks_like_export_page, read_export_page
from corpus.parse.telegram.post import LinkedArticle
from tests.support.channels import page, page_message

STORY = "https://news.example/otters"
OTTERS = "Otters moved into the lock keeper&apos;s cellar."
BODY = "Otters moved into the lock keeper's cellar."
SERVICE = (
    '<div class="message service" id="message-1"><div class="body details">1 March</div></div>'
)


def read(*messages: str, name: str = "tarnherald") -> list[Article | LinkedArticle]:
    return list(read_export_page(page(*messages), name=name).found)


def test_each_post_of_a_page_is_an_article():
    text = f"<strong>Otters move in</strong><br><br>{OTTERS}<br>See\n <em>below</em>."
    signed = '<div class="signature details">\nIda Moe\n</div>'
    (article,) = read(SERVICE, page_message(5, text, below=signed))
    assert article == Article(
        headline="Otters move in",
        body=f"{BODY}\n\nSee below.",
        url="https://t.me/tarnherald/5",
        authors=("Ida Moe",),
        publisher="Tarn Herald",
        published=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )


def test_without_a_name_it_has_no_address():
    (article,) = read(page_message(5, OTTERS), name="")
    assert article.url is None


def test_messages_that_join_the_one_before_are_of_the_same_sender():
    posts = read_export_page(page(page_message(5, OTTERS), page_message(6, OTTERS, sender="")))
    assert posts.numbers == (5, 6)
    assert len(posts.found) == 2


def test_a_forwarded_post_has_the_words_and_the_name_of_another():
    inner = (
        '<div class="forwarded body"><div class="from_name">\nLake News '
        '<span class="date details" title="28.02.2026 09:00:00"> 28.02.2026 09:00:00</span></div>'
        f'<div class="text">\n{OTTERS}\n</div></div>'
    )
    (article,) = read(page_message(5, below=inner))
    assert (article.body, article.authors) == (BODY, ("Lake News",))
    assert article.published == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_link_alone_leads_to_its_article():
    (found,) = read(page_message(5, f'<a href="{STORY}">{STORY}</a>'))
    assert found == LinkedArticle(STORY, None)


def test_quotations_and_code_stand_on_lines_of_their_own():
    (article,) = read(page_message(5, f"{OTTERS}<blockquote>“We stay.”</blockquote>They said so."))
    assert article.body == f"{BODY}\n\n“We stay.”\n\nThey said so."


@pytest.mark.parametrize(
    ("time", "published"),
    [
        ("01.03.2026 09:00:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("01.03.2026 01:00:00 UTC+05:30", datetime(2026, 2, 28, 19, 30, tzinfo=UTC)),
        ("31.02.2026 09:00:00", None),
        ("01.01.0001 00:00:00 UTC+05:30", None),
        ("soon", None),
    ],
)
def test_a_time_is_read_or_unknown(time, published):
    (article,) = read(page_message(5, OTTERS, time=time))
    assert article.published == published


def test_a_page_on_which_others_write_is_refused():
    with pytest.raises(UnreadableError, match="several people"):
        read(page_message(5, OTTERS), page_message(6, "Yes.", sender="Ida Moe"))


@pytest.mark.parametrize("data", [b"", b"<?xml version='1.0' encoding='x'?><a/>"])
def test_what_is_no_page_is_refused(data):
    with pytest.raises(UnreadableError):
        read_export_page(data)


def test_a_page_of_an_export_is_told_by_its_head():
    assert looks_like_export_page(page())
    assert not looks_like_export_page(b"<html><title>Exported Data</title><p>Timber.</html>")


@given(st.text(max_size=200))
def test_whatever_stands_on_a_page_breaks_nothing(text):
    read_export_page(page(page_message(5, text), text))
