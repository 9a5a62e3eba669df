from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableError
from corpus.parse.page import read_page
from corpus.text import squeeze

TEASER = '<h2><a href="/{0}">Story {0}</a></h2><p>A little is told of story {0} on this page.</p>'
PAGES = Path(__file__).parents[2] / "data" / "pages"
BODY = (
    "<p>The town council voted on Monday to close the harbour bridge for a year so that its piers"
    " can be replaced.</p><p>Ferries will run every ten minutes instead, the mayor told a crowd on"
    " the quay, and shops will be paid.</p><p>Engineers found cracks in four of the nine piers last"
    " autumn, and lorries have been turned away since.</p>"
)


def page(head: str = "", body: str = BODY) -> bytes:
    return f"<html><head>{head}</head><body><article>{body}</article></body></html>".encode()


def linked(**node: object) -> str:
    node = {"@type": "NewsArticle", **node}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(**contents: str) -> str:
    return "".join(f'<meta name="{name}" content="{text}">' for name, text in contents.items())


def test_a_page_with_linked_data_is_read_in_full():
    article = read_page((PAGES / "linked.html").read_bytes())
    assert article.headline == "Harbour bridge to close for a year"
    assert article.authors == ("Jane Doe", "John Roe")
    assert article.publisher == "Example Gazette"
    assert article.url == "https://www.gazette.example/local/bridge"
    assert article.published == datetime(2021, 3, 4, 6, 30, tzinfo=UTC)
    assert (article.section, article.language) == ("Science & Transport", "en")
    assert article.credit == "The Example Agency contributed to this report."
    assert article.body.split("\n\n") == [
        "Ferries will run every ten minutes while the harbour bridge is closed.",
        "The town council voted on Monday to close the harbour bridge for a year so that its rusted"
        " piers can be replaced.",
        "Engineers found cracks in four of the nine piers last autumn, and lorries have been turned"
        " away since December.",
        "What the ferries will cost",
        "A single crossing costs two crowns on any day of the week.",
        "Children under twelve ride for nothing at all times.",
        "The mayor, Ada Quill, said the town had no choice.",
        "She promised that shops on the far bank would be paid for lost trade.",
    ]


def test_a_page_with_meta_tags_alone_is_read():
    article = read_page((PAGES / "meta.html").read_bytes())
    assert article.headline == "Owl counted at the old mill"
    assert article.authors == ("Ann Ash", "Bo Birch", "Cy Cedar")
    assert (article.publisher, article.url) == ("Daily Sample", "https://sample.example/owl")
    assert article.published == datetime(2020, 11, 2, 9, 0, tzinfo=UTC)
    assert (article.section, article.language) == ("Nature", "cy")
    assert len(article.body.split("\n\n")) == 3


def test_a_bare_page_is_read_from_what_it_prints():
    article = read_page(
        (PAGES / "bare.html").read_bytes(), url="https://www.halles.example/marche#haut"
    )
    assert article.headline == "Le marché rouvre ses portes"
    assert article.authors == ("Anne Bois",)
    assert (article.publisher, article.language) == ("halles.example", "fr")
    assert article.url == "https://www.halles.example/marche"
    assert (article.published, article.day_only) == (datetime(2019, 5, 6, tzinfo=UTC), True)
    assert article.body.startswith("Le marché couvert")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ({"name": "Jane Doe, John Roe"}, ("Jane Doe", "John Roe")),
        (["Jane Doe", {"name": "JANE DOE"}, {"@id": "#nobody"}], ("Jane Doe",)),
        ("https://gazette.example/people/jane", ()),
        ({"name": ["Jane Doe"]}, ("Jane Doe",)),
        (None, ()),
    ],
)
def test_authors_in_linked_data_take_many_shapes(author, names):
    assert read_page(page(linked(headline="Bridge shut", author=author))).authors == names


def test_a_person_is_named_before_the_publisher():
    site = {"name": "Example News"}
    head = linked(headline="Bridge shut", author=site, publisher=site)
    assert read_page(page(head)).authors == ("Example News",)
    assert read_page(page(head + meta(author="Jane Doe"))).authors == ("Jane Doe",)
    assert read_page(page(head, f"<p>By Kim Poe</p>{BODY}")).authors == ("Kim Poe",)


def test_account_names_are_no_authors():
    head = meta(**{"parsely-author": "jane-doe", "twitter:creator": "@jane"})
    assert read_page(page(head)).authors == ()


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "NewsArticle", "headline": "Bridge shut",} -->',
        '//<![CDATA[\n{"@type": "https://schema.org/Article", "headline": "Bridge\nshut"}\n//]]>',
        '/* <![CDATA[ */{"@type": "Article", "headline": "Bridge shut",}/* ]]> */;',
        '<!--//<![CDATA[\n{"@type": "Article", "headline": "Bridge shut",}\n//]]>\n-->',
        '{"@type": "Article", "headline": "Bridge shut",} ; ',
        '[{"@type": "BreadcrumbList"}, {"@type": "BlogPosting", "headline": "Bridge shut"}]; x',
        '{"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Bridge shut"}}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Bridge shut&quot;}",
    ],
)
def test_untidy_linked_data_is_read(script):
    head = f'<title>Other</title><script type="application/ld+json">{script}</script>'
    assert read_page(page(head)).headline == "Bridge shut"


@pytest.mark.parametrize(
    "script", ["", "{", "null", "[" * 50_000, '{"@graph": ' * 50 + "1" + "}" * 50]
)
def test_broken_linked_data_is_passed_over(script):
    head = f'<title>Bridge shut</title><script type="application/ld+json">{script}</script>'
    assert read_page(page(head)).headline == "Bridge shut"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Bridge shut | Example News", "Bridge shut"),
        ("Bridge shut - example news", "Bridge shut"),
        ("Bridge shut - Mayor sorry", "Bridge shut - Mayor sorry"),
        ("Ferry | Bridge shut | The Example News", "Ferry | Bridge shut"),
        ("Bridge shut - news.example", "Bridge shut"),
        ("Example News", "Example News"),
    ],
)
def test_the_site_is_cut_off_the_headline_and_nothing_else(title, headline):
    head = f"<title>{title}</title>" + meta(**{"og:site_name": "Example News"})
    assert read_page(page(head), url="https://news.example/a").headline == headline


def test_a_headline_cut_short_is_completed():
    head = linked(headline="Harbour bridge to…") + "<title>Harbour bridge to close</title>"
    assert read_page(page(head)).headline == "Harbour bridge to close"
    assert read_page(page(linked(headline="And then …"))).headline == "And then …"


def test_a_page_without_headline_gets_its_first_sentence():
    assert read_page(page()).headline.startswith("The town council voted")


def test_a_description_that_is_not_printed_is_not_in_the_body():
    head = meta(description="A line that search engines see and readers never do.")
    assert "search engines" not in read_page(page(head)).body


def test_a_description_printed_above_the_text_opens_the_body():
    printed = "Ferries will run all day while the bridge is closed for works."
    html = f"""<html><head>{meta(description=printed[:45] + "…")}</head><body>
    <header><h1>Bridge shut</h1><div class="share-menu"><div>{printed}</div></div></header>
    <article>{BODY}</article><p>{printed} Twice.</p></body></html>"""
    assert read_page(html.encode()).body.split("\n\n")[0] == printed


def test_captions_and_lists_of_links_are_left_out():
    body = (
        '<div class="big-image"><img src="a.jpg"><p>The bridge as it stood in spring.</p></div>'
        f"{BODY}<p>Picture: Jane Doe took it from the quay</p>"
        '<ul><li><a href="/1">Ferry crews want more pay</a></li><li><a href="/2">Tide</a></li></ul>'
    )
    article = read_page(page(body=body))
    assert len(article.body.split("\n\n")) == 3


def test_quotations_keep_their_paragraphs():
    quoted = (
        "<blockquote><p>We had no choice at all, and I am sorry.</p><p>It was that or ruin.</p>"
    )
    found = read_page(page(body=BODY + quoted + "</blockquote>")).body.split("\n\n")
    assert found[3:] == ["We had no choice at all, and I am sorry.", "It was that or ruin."]


def test_text_that_only_linked_data_holds_is_read():
    told = "\n".join(f"Paragraph {number} tells what happened on the quay." for number in range(20))
    article = read_page(page(linked(headline="Bridge shut", articleBody=told), "<p>Loading</p>"))
    assert len(article.body.split("\n\n")) == 20


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "no-such-charset"])
def test_the_declared_charset_is_followed(charset):
    encoding = "windows-1251" if charset == "windows-1251" else "utf-8"
    text = "Мост через залив закроют на год, решил городской совет в понедельник вечером."
    markup = f'<html><meta charset="{charset}"><body><article><p>{text}</p><p>{text[:50]}</p>'
    assert text in read_page(markup.encode(encoding)).body


def test_utf_16_and_undeclared_charsets_are_guessed():
    assert "town council" in read_page(page().decode().encode("utf-16")).body
    assert (
        "café" in read_page(page(body=BODY.replace("quay", "café")).decode().encode("cp1252")).body
    )
    bad = page('<meta charset="nonsense">', BODY.replace("quay", "café")).decode().encode("cp1252")
    assert "caf" in read_page(bad).body


def test_a_page_cut_inside_a_character_is_read():
    cut = page('<meta charset="utf-8">', BODY + "<p>café").split(b"\xa9")[0]
    assert "town council" in read_page(cut).body


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"  ",
        b"\x00\x01",
        b"<html></html>",
        b"<html><body><p>Hi</p></body></html>",
        page(body="<p>Please enable JavaScript to read this page on our site.</p>"),
    ],
)
def test_a_page_without_text_is_unreadable(html):
    with pytest.raises(UnreadableError, match="no article text"):
        read_page(html)


@pytest.mark.parametrize("tag", ["div", "p", "b", "ul><li", "blockquote", "table><tr><td"])
def test_deep_nesting_neither_crashes_nor_hangs(tag):
    started = time.monotonic()
    deep = f"<{tag}>" * 10_000
    with suppress(UnreadableError):
        assert read_page(page(body=BODY + deep + "x")).body
    assert time.monotonic() - started < 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.binary(max_size=40))
def test_any_page_is_a_clean_article_or_unreadable(title, text, junk):
    head = f"<title>{title}</title>" + linked(headline=title, author=text, datePublished=title)
    data = page(head, f"<h1>{title}</h1>{BODY}<p>{text}</p>") + junk
    try:
        article = read_page(data)
    except UnreadableError:
        return
    for line in (article.headline, *article.body.split("\n\n"), *article.authors):
        assert line
        assert line == squeeze(line)


def test_an_odd_charset_does_not_keep_the_reader_busy():
    words = "Ferries run again after the storm, the harbour master said. " * 2000
    head = "<html><head><meta charset=punycode><title>Ferries</title></head><body>"
    page = f"{head}<article><p>{words}ä</p></article></body></html>".encode("latin-1")

    assert read_page(page).body.startswith("Ferries run again")


def test_the_day_follows_the_language_and_the_place_of_the_page():
    head = meta(**{"article:published_time": "10/05/2020 09:30"})
    assert read_page(f'<html lang="es">{page(head).decode()[6:]}'.encode()).published.month == 5
    assert read_page(page(head), url="https://news.co.uk/a").published.month == 5
    assert read_page(page(head)).published.month == 10


def test_a_time_that_a_sentence_speaks_of_is_not_when_it_was_published():
    said = (
        '<p>The council of the harbour town will meet on <time datetime="2020-05-05">5 May</time>'
        " to vote on the bridge again.</p>"
    )
    article = read_page(page("<title>Bridge</title>", BODY + said))
    assert article.published is None
    assert "will meet on 5 May to vote" in article.body
    top = '<time datetime="2020-05-04">4 May</time>'
    assert read_page(page("", top + BODY + said)).published.day == 4


def test_linked_data_in_a_bare_section_is_read():
    node = json.dumps(
        {"@type": "Article", "headline": "Bridge shut", "datePublished": "2020-05-04"}
    )
    script = f'<script type="application/ld+json"><![CDATA[{node}]]></script>'
    assert read_page(page(script)).published == datetime(2020, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        ("", '<a rel="author">View all posts by Ida Brandt</a>{}', ("Ida Brandt",)),
        ("", '<p class="byline">By Ida Brandt</p>{}', ("Ida Brandt",)),
        ("", '<div class="author">By {}</div>', ()),
        ("", '<p class="byline">Written</p>{}', ()),
        ("", '<p class="byline">' + "By Ida " * 60 + "</p>{}", ()),
        ("", '{}<aside><a rel="author">Ole Finn</a></aside>', ()),
        ("", '{}<div class="related"><a rel="author">Ole Finn</a></div>', ()),
        (
            "",
            '<a rel="author">Ida Brandt</a>{}</article><article><a rel="author">Ole</a>',
            ("Ida Brandt",),
        ),
        (meta(citation_author="Brandt, Ida"), "{}", ("Ida Brandt",)),
        (
            "",
            '<i itemscope itemtype="https://schema.org/ImageObject"><meta itemprop="author"'
            ' content="Ole Finn"></i><i itemscope itemtype="https://schema.org/Article">'
            '<meta itemprop="author" content="Ida Brandt"></i>{}',
            ("Ida Brandt",),
        ),
        (meta(author="Velm Media Inc.") + meta(byline="Ida Brandt"), "{}", ("Velm Media Inc.",)),
        (meta(author="Velm Media Inc., Ida Brandt"), "{}", ("Ida Brandt",)),
        (meta(citation_author="van Brandt, Ida"), "{}", ("Ida van Brandt",)),
        (
            meta(author="Velm Post", **{"og:site_name": "Velm Post"}),
            "<p>By Ida Brandt</p>{}",
            ("Ida Brandt",),
        ),
        (
            "",
            '<i itemprop="author"><meta itemprop="name" content="Ida Brandt"></i>{}',
            ("Ida Brandt",),
        ),
        ("", '<p class="author">by-words</p><p class="byline">Ida Brandt</p>{}', ("Ida Brandt",)),
        ("", '<i itemprop="author"><meta itemprop="name" content="admin"></i>{}', ()),
    ],
)
def test_authors_are_those_of_this_article(head, body, names):
    assert read_page(page(head, body.format(BODY))).authors == names


@pytest.mark.parametrize(
    ("head", "body", "headline"),
    [
        (
            "<title>Bridge shut | Velm Notes</title>",
            "<h1>Hello from Velm</h1><h2>Bridge shut</h2>",
            "Bridge shut",
        ),
        (meta(**{"og:title": "Bridge &amp;#039;shut&amp;#039;"}), "", "Bridge 'shut'"),
    ],
)
def test_the_headline_is_the_one_of_the_story(head, body, headline):
    assert read_page(page(head, body + BODY)).headline == headline


def test_an_author_far_from_the_first_signed_something_else():
    far = f'<a rel="author">Idabrandt</a>{BODY}{BODY}<a rel="author">Olefinn</a>'
    assert read_page(page(body=f"<h1>Bridge shut</h1>{far}")).authors == ("Idabrandt",)


def test_the_day_of_an_address_stands_in_for_one_that_is_not_told():
    found = read_page(page("<title>Bridge shut</title>"), url="https://velm.example/2020/05/04/a")
    assert (found.published, found.day_only) == (datetime(2020, 5, 4, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "<h1>Forbidden</h1><p>You do not have permission to access it on this server.</p>",
            "refuses",
        ),
        (
            "<p>The bridge is shut.</p><p>Subscribe now to continue reading this article.</p>",
            "subscribers",
        ),
        ("".join(map(TEASER.format, "abcdef")), "front page"),
    ],
)
def test_what_is_no_article_says_why(body, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_page(page(body=body), url="https://news.example/")


def test_what_asks_readers_to_pay_is_left_out():
    article = read_page(
        page(body=BODY + "<p>Already a subscriber? Log in to read this article.</p>")
    )
    assert len(article.body.split("\n\n")) == 3


def test_a_page_that_declares_no_language_is_in_the_one_it_looks_like():
    text = (
        "<p>Die Brücke am Hafen wird für ein Jahr gesperrt, hat der Rat am Montag beschlossen.</p>"
    )
    assert read_page(page(body=text * 2 + text.replace("Rat", "Senat"))).language == "de"
