from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bot import texts
from bot.pages.article_page import View, draw_article
from bot.pages.markup import clean, make
from bot.pages.paragraphs import SHEET_CHARS, cut_sheets
from corpus.attribution.attribution import Attribution, Kind
from tests.support.models import FakeAttributor
from tests.support.pages import HOSTILE, OTTERS, find

SAID = FakeAttributor().attribute(OTTERS)
WORDS = "They will leave in autumn"


def draw(article=OTTERS, said=None, **more):
    """The page, read as a browser reads it."""
    known = FakeAttributor().attribute(article) if said is None else said
    return html.document_fromstring(draw_article(View(article, known, **more)).decode())


def text(node) -> str:
    return " ".join(node.text_content().split())


def one(page, path):
    (node,) = page.xpath(path)
    return node


def shown(page) -> str:
    """The paragraphs as a reader sees them, without whom they quote."""
    pieces = page.xpath("//div[contains(@class, 'para')]")
    body = ""
    for piece in pieces:
        parted = "" if piece.get("class") == "para on" else "\n\n"
        body += parted + piece.xpath("p[not(@class)]")[0].text_content()
    return body.removeprefix("\n\n")


def test_the_page_shows_the_article_as_it_was_printed():
    page = draw()
    assert shown(page) == OTTERS.body
    assert text(one(page, "//h1")) == OTTERS.headline
    assert text(one(page, "//p[@class='credit']")) == "The Weir Post · Ada Quay · 7 Oct 2026"
    assert one(page, "//time").get("datetime") == "2026-10-07"
    assert one(page, "//title").text == OTTERS.headline
    assert page.xpath("//script[not(@type)]") == []


def test_what_is_cited_is_marked_and_can_be_jumped_to():
    page = draw(mark=find(OTTERS, WORDS))
    assert one(page, "//mark[@id='mark']").text_content() == WORDS
    assert one(page, "//a[@href='#mark']").text == texts.say("page-to-mark")
    assert one(page, "//*[@id='p3']").xpath(".//mark")


def test_a_mark_over_paragraphs_and_quotations_keeps_every_word():
    start = OTTERS.body.index("on Wednesday")
    end = OTTERS.body.index("feeds them")
    page = draw(mark=(start, end))
    marked = "".join(mark.text_content() for mark in page.xpath("//mark"))
    assert marked == OTTERS.body[start:end].replace("\n\n", "").rstrip()
    assert len(page.xpath("//*[@id='mark']")) == 1
    assert shown(page) == OTTERS.body


def test_a_mark_that_begins_between_paragraphs_begins_at_the_next_word():
    start = OTTERS.body.index("\n\n")
    page = draw(mark=(start, start + 20))
    assert one(page, "//mark[@id='mark']").text_content().startswith("“")


def test_quotations_have_their_speakers_beside_them():
    page = draw()
    beside = one(page, "//*[@id='p2']/p[@class='who']")
    assert text(beside) == "Mara Lind the keeper of the lock"
    spoken = [span.text for span in page.xpath("//span[@class='speech']")]
    assert spoken == [OTTERS.body[slice(*one.quote)] for one in SAID]


def test_who_said_what_is_listed_with_links_to_the_places():
    page = draw()
    section = one(page, "//section[@class='said']")
    names = [text(one) for one in section.xpath(".//dt")]
    assert names == ["Mara Lind, the keeper of the lock", "Odo Brandt"]
    links = [(link.text, link.get("href")) for link in section.xpath(".//dd//a")]
    assert links == [
        ("I charge them no rent, but they may not bring friends,", "#p2"),
        ("They will leave in autumn,", "#p3"),
    ]


def test_what_is_reported_is_listed_without_quotation_marks():
    place = find(OTTERS, "She leaves the cellar door open at night")
    reported = Attribution(place, Kind.REPORTED, None, "Mara Lind", "", None, 0.9)
    page = draw(said=[reported])
    assert page.xpath("//q") == []
    assert page.xpath("//span[@class='speech']") == []
    assert text(one(page, "//dd")).startswith("Reported, not quoted: She leaves")


def test_what_nobody_is_named_for_is_quoted_without_a_name():
    said = [replace(SAID[0], name="", role="")]
    page = draw(said=said)
    assert page.xpath("//*[@class='who']") == []
    assert page.xpath("//section[@class='said']") == []
    assert len(page.xpath("//span[@class='speech']")) == 1


def test_of_quotations_within_one_another_the_first_is_drawn():
    inner = replace(SAID[0], quote=(SAID[0].quote[0] + 3, SAID[0].quote[0] + 9))
    assert shown(draw(said=[*SAID, inner])) == OTTERS.body


def test_a_summary_stands_on_top_with_links_to_where_it_says_so():
    section = one(draw(), "//section[@class='short']")
    sentences = [text(item) for item in section.xpath(".//li")]
    assert sentences[0].startswith("Three young otters")
    assert all(sentence in OTTERS.body for sentence in sentences)
    assert section.xpath(".//a")[0].get("href") == "#p1"


def test_a_short_article_needs_no_summary():
    brief = replace(OTTERS, body=OTTERS.body.split("\n\n", 1)[0])
    assert draw(brief).xpath("//section") == []


def test_an_article_of_which_little_is_known_has_no_empty_lines():
    bare = replace(OTTERS, authors=(), publisher=None, published=None, credit="Agency")
    page = draw(bare)
    assert page.xpath("//p[@class='credit']") == []
    assert text(one(page, "//p[@class='agency']")) == "Agency"
    day = replace(bare, published=OTTERS.published, corrected=datetime(2026, 11, 1, tzinfo=UTC))
    line = text(one(draw(day), "//p[@class='credit']"))
    assert line == "7 Oct 2026 · corrected 1 Nov 2026"


def test_programs_read_a_news_article():
    data = json.loads(one(draw(), "//script[@type='application/ld+json']").text)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == OTTERS.headline
    assert data["datePublished"] == "2026-10-07T17:30:00+00:00"
    assert data["author"] == [{"@type": "Person", "name": "Ada Quay"}]
    assert data["publisher"] == {"@type": "Organization", "name": "The Weir Post"}
    assert data["abstract"] in OTTERS.body.replace("\n\n", " ") or "Three young" in data["abstract"]
    dated = replace(OTTERS, day_only=True)
    told = json.loads(one(draw(dated), "//script[@type='application/ld+json']").text)
    assert told["datePublished"] == "2026-10-07"


def test_no_program_is_to_list_the_page():
    assert "noindex" in one(draw(), "//meta[@name='robots']").get("content")


def test_the_page_speaks_the_readers_language_and_the_article_its_own():
    with texts.speak("de"):
        page = draw()
    assert page.get("lang") == "de"
    assert one(page, "//article").get("lang") == "en"
    heading = one(page, "//section[@class='short']/h2")
    assert (heading.text, heading.get("lang")) == ("In Kürze", "de")


def test_a_link_that_names_corrected_words_says_so():
    assert text(one(draw(moved=True), "//p[@class='note']")) == texts.say("page-moved")


def test_a_shelf_says_until_when_the_link_holds():
    until = datetime(2026, 10, 9, 8, 5, tzinfo=UTC)
    assert "9 Oct 2026, 08:05 UTC" in text(one(draw(until=until), "//footer"))
    assert one(draw(), "//footer/p").text == texts.say("page-foot")


def test_within_telegram_a_script_of_ours_runs():
    page = draw(app=True, root="/read")
    assert one(page, "//script[@src]").get("src").startswith("/read/app-")


def test_hostile_text_is_text():
    page = draw(HOSTILE)
    assert clean(shown_whole(HOSTILE)) == clean(HOSTILE.body)
    assert page.xpath("//img | //svg | //b[not(ancestor::dt | ancestor::*[@class='who'])]") == []
    assert len(page.xpath("//script")) == 1
    assert "\u202e" not in page.text_content()
    assert "\x00" not in page.text_content()
    assert one(page, "//article").get("lang") is None
    assert all(link.get("href")[0] in "#?" for link in page.xpath("//a"))
    assert json.loads(one(page, "//script").text)["headline"].startswith("</title>")


def shown_whole(article) -> str:
    """All sheets one after another."""
    count = len(cut_sheets(article.body))
    said = FakeAttributor().attribute(article)
    pages = (draw(article, said, sheet=number) for number in range(count))
    return "\n\n".join(map(shown, pages))


def test_a_long_article_is_shown_on_sheets_that_lead_to_one_another():
    long = replace(OTTERS, body="\n\n".join(f"Line {n}. " * 30 for n in range(2_000)))
    count = len(cut_sheets(long.body))
    assert count > 2
    first, last = draw(long), draw(long, sheet=999)
    assert [a.get("href") for a in first.xpath("//nav//a")] == ["?s=2"]
    assert [a.get("href") for a in last.xpath("//nav//a")] == [f"?s={count - 1}"]
    assert text(one(last, "//nav/span")) == f"Part {count} of {count}"
    assert shown_whole(long).replace("\n\n", "") == long.body.replace("\n\n", "")


def test_the_sheet_with_the_mark_is_shown_and_links_lead_to_others():
    far = "The gate was blue."
    quote = "“I saw it,” said Odo Brandt. " * 9
    filler = "\n\n".join("It rained again. " * 40 for _ in range(400))
    long = replace(OTTERS, body="\n\n".join((quote, filler, far)))
    page = draw(long, mark=find(long, far))
    assert one(page, "//mark").text_content() == far
    assert page.xpath("//dd//a")[0].get("href") == "?s=1#p1"
    other = draw(long, mark=find(long, far), sheet=0)
    assert other.xpath("//mark | //a[@href='#mark']") == []


def test_ten_megabytes_without_a_break_are_cut_into_bounded_pages():
    endless = replace(OTTERS, body="W" * 10_000_000)
    page = draw_article(View(endless))
    assert len(page) < 3 * SHEET_CHARS
    assert len(cut_sheets(endless.body).pieces[0].place) == 2


def test_a_quotation_that_goes_on_for_long_is_cut_in_the_list():
    said = [replace(SAID[0], quote=(0, len(OTTERS.body)))]
    assert text(one(draw(said=said), "//dd")).endswith("…")


def test_an_empty_body_is_a_page_too():
    assert draw(replace(OTTERS, body="")).xpath("//div[@class='para']") == []


@given(st.text(max_size=400), st.text(min_size=1, max_size=40))
def test_whatever_an_article_says_its_words_stay(body, headline):
    article = replace(OTTERS, body=body, headline=headline)
    page = draw(article, [])
    assert shown(page).split() == clean(body).split()


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "\u202eb", "\ufffe"])
def test_no_character_breaks_a_page(value):
    assert make("p", value, title=value).get("title") == clean(value)
