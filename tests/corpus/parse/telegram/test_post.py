from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.telegram.post import (
    Channel,
    LinkedArticle,
    Post,
    find_link,
    join_albums,
    read_channel_name,
    read_post,
)
from corpus.text import squeeze

HERALD = Channel(77, "Tarn Herald", "tarnherald")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 13, tzinfo=UTC)
STORY = "https://news.example/otters"
LEAD = "Two otters moved into the lock keeper's cellar on Friday night."


def post(text: str = LEAD, number: int = 5, **more) -> Post:
    return Post(number, text, NOON, **more)


def read(text: str, **more) -> Article:
    article = read_post(post(text, **more), HERALD)
    assert isinstance(article, Article)
    return article


def test_a_post_is_an_article_of_its_channel():
    article = read(f"Otters in the cellar\n\n{LEAD}\nNobody minds.")
    assert article == Article(
        headline="Otters in the cellar",
        body=f"{LEAD}\n\nNobody minds.",
        url="https://t.me/tarnherald/5",
        publisher="Tarn Herald",
        published=NOON,
    )


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (HERALD, "https://t.me/tarnherald/5"),
        (Channel(77, "Tarn Herald"), "https://t.me/c/77/5"),
        (Channel(0, "Tarn Herald"), None),
    ],
)
def test_its_address_is_that_of_the_message_as_far_as_it_is_known(channel, address):
    article = read_post(post(), channel)
    assert isinstance(article, Article)
    assert article.url == address


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        (LEAD, LEAD, LEAD),
        (f"{LEAD}\nNobody minds them.", LEAD, f"{LEAD}\n\nNobody minds them."),
        ("Otters in the cellar\nMore", "Otters in the cellar", "Otters in the cellar\n\nMore"),
        (f"Who sleeps there?\n{LEAD}", "Who sleeps there?", LEAD),
        (f"#tarn @tarn 🦦\nOtters move in\n{LEAD}", "Otters move in", f"#tarn @tarn 🦦\n\n{LEAD}"),
        ("#tarn\n#lock #otters in", "#tarn", "#tarn\n\n#lock #otters in"),
    ],
)  # fmt: skip
def test_the_headline_is_the_first_line_unless_that_is_a_sentence_or_all_there_is(
    text, headline, body
):
    article = read(text)
    assert (article.headline, article.body) == (headline, body)


def test_who_signed_a_post_is_its_author_and_whom_it_is_from_its_credit():
    assert read(LEAD, author=" Ida\nMoe ").authors == ("Ida Moe",)
    forwarded = read(LEAD, origin="Lake News", author="Ida Moe")
    assert forwarded.authors == ("Lake News", "Ida Moe")
    assert forwarded.credit == "Forwarded from Lake News"


def test_what_a_channel_forwards_from_itself_is_its_own():
    own = read(LEAD, origin="Tarn Herald", author="Ida Moe")
    assert (own.authors, own.credit) == (("Ida Moe",), None)


@pytest.mark.parametrize("text", ["", "🦦🦦🦦", "Too short", STORY])
def test_what_says_too_little_is_no_article(text):
    with pytest.raises(UnreadableError):
        read_post(post(text), HERALD)


def test_a_post_that_only_links_to_an_article_names_it():
    bare = post(STORY, links=(STORY,))
    assert read_post(bare, HERALD) == LinkedArticle(STORY, None)
    noted = read_post(post(f"Otters at last: {STORY}", links=(STORY,)), HERALD)
    assert isinstance(noted, LinkedArticle)
    assert noted.link == STORY
    assert noted.post
    assert noted.post.body == f"Otters at last: {STORY}"


@pytest.mark.parametrize(
    ("text", "links", "found"),
    [
        ("Read on", (f"{STORY}?utm_source=tg",), STORY),
        ("Read on", (STORY, f"{STORY}#more"), STORY),
        ("Read on", ("news.example/otters",), STORY),
        ("Read on", (), ""),
        ("Read on", (STORY, "https://news.example/swans"), ""),
        ("Read on", ("https://t.me/lakenews/3",), ""),
        ("Read on", ("https://www.t.me/lakenews/3", "tg://resolve?domain=x", STORY), STORY),
        (f"{LEAD} Nobody minds them there.", (STORY,), ""),
    ],
)
def test_it_links_to_one_place_outside_of_telegram_and_says_little_else(text, links, found):
    assert find_link(post(text, links=links)) == found


def test_an_album_is_one_post_with_the_number_of_its_first_caption():
    album = [
        post("", 5, album="x"),
        post(LEAD, 6, album="x", links=(STORY,)),
        post("Nobody minds.", 7, album="x", edited=LATER, links=(STORY,)),
    ]
    alone = [post("Swans leave.", 4), post("", 8, album="y"), post("", 9, album="y")]
    first, joined, silent = join_albums([alone[0], *album, *alone[1:]])
    assert first == alone[0]
    assert (joined.number, joined.text) == (6, f"{LEAD}\n\nNobody minds.")
    assert (joined.edited, joined.links) == (LATER, (STORY,))
    assert (silent.number, silent.text) == (8, "")


def test_posts_one_after_another_are_no_album():
    assert len(join_albums([post(number=1), post(number=2)])) == 2


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("TarnHerald", "tarnherald"),
        ("@tarn_herald", "tarn_herald"),
        ("https://t.me/s/TarnHerald/", "tarnherald"),
        ("t.me/tarnherald", "tarnherald"),
        ("https://t.me/+AbCdEf", ""),
        ("Tarn Herald", ""),
        ("", ""),
    ],
)
def test_a_public_name_is_read_as_people_write_it(typed, name):
    assert read_channel_name(typed) == name


@given(st.text(max_size=300))
def test_nothing_is_made_up_whatever_a_post_says(text):
    try:
        article = read_post(post(text, links=(text,)), HERALD)
    except UnreadableError:
        return
    article = article.post if isinstance(article, LinkedArticle) else article
    if article:
        assert article.headline
        told = squeeze(text)
        assert all(line in told for line in article.body.split("\n\n"))


def test_a_post_says_by_its_words_in_which_language_it_is():
    german = "Zwei Otter sind am Freitag in den Keller des Schleusenwärters gezogen."
    assert read(f"{german}\n\nNiemanden stört es, sagt die Gemeinde.").language == "de"
    assert read(LEAD).language == "en"
