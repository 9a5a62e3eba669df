"""Replies as Telegram HTML, judged by Telegram's own parser."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import texts as texts_
from bot.reply.actions import Retry, TurnPage
from bot.reply.reply import Button, Dateline, Facts, Note, Quote, Reply, Span, Speaker
from bot.telegram.sending.render import render
from bot.telegram.sending.text_limits import (
    clean,
    count_units,
    cut_window,
    flatten,
    isolate,
    read_web_address,
    shorten,
)
from retrieval.citation import Citation
from tests.support.replies import FAMILY, TEN_SENTENCES, replies, said_in, words
from tests.support.telegram_rules import (
    Formatted,
    found_entities,
    keyboard,
    message_text,
    utf16_len,
    utf16_slice,
)

CITATION = Citation(
    headline="Bridge & tunnel <both> open",
    url="https://news.example/story?a=1&b=2#:~:text=The%20bridge%2Dlong",
    publisher="Example News",
    authors=("Maria Keller", "Jo Doe"),
    published=datetime(2026, 3, 3, 23, tzinfo=UTC),
    copies=("Other Paper", "Third Paper"),
)


def accepted(reply: Reply) -> Formatted:
    """What the reader sees; raises where Telegram refuses the message."""
    drawn = render(reply)
    keyboard(drawn.keyboard.to_dict() if drawn.keyboard else None)
    message_text({"text": drawn.plain})
    return message_text({"text": drawn.html, "parse_mode": "HTML"})


def entities(seen: Formatted, kind: str) -> list[str]:
    return [
        utf16_slice(seen.text, entity["offset"], entity["length"])
        for entity in seen.entities
        if entity["type"] == kind
    ]


def bare(shown: str) -> str:
    """A quote without the ellipses that we put around it."""
    return shown.removeprefix("… ").removesuffix(" …")


def test_a_reply_is_drawn_as_agreed():
    quote = Quote(
        (Span("Before & "), Span("the <answer>.", marked=True), Span(" After.")),
        cut_before=True,
        cut_after=True,
    )
    assert render(Reply((quote, CITATION))).html == (
        "<blockquote>… Before &amp; <b>the &lt;answer&gt;.</b> After. …</blockquote>\n"
        '<a href="https://news.example/story?a=1&amp;b=2#:~:text=The%20bridge%2Dlong">'
        "Bridge &amp; tunnel &lt;both&gt; open</a>\n"
        "Example News · Maria Keller, Jo Doe · 3 Mar 2026\n"
        "Also carried by Other Paper, Third Paper"
    )


def test_speakers_stand_above_their_quotations_and_one_citation_below_them():
    bare = Citation("Headline", None, None)
    first = Speaker("A & B", "the <owners>", "said", datetime(2026, 3, 3, tzinfo=UTC))
    reply = Reply((
        first, Quote((Span("“Yes,” they said."),)),
        Speaker("Cy"), Note("Reported:"), Quote((Span("Cy said no."),)), bare,
    ))  # fmt: skip
    assert render(reply).html == (
        "<b>A &amp; B</b>, the &lt;owners&gt; · said · 3 Mar 2026\n"
        "<blockquote>“Yes,” they said.</blockquote>\n\n"
        "<b>Cy</b>\nReported:\n<blockquote>Cy said no.</blockquote>\n<b>Headline</b>"
    )
    assert render(reply).plain.startswith("A & B, the <owners> · said · 3 Mar 2026\n“Yes,”")


def test_the_plain_version_says_the_same_and_writes_the_address_out():
    quote = Quote((Span("One < two."),))
    assert render(Reply((Note("Closest"), quote, CITATION))).plain == (
        "Closest\nOne < two.\n"
        "Bridge & tunnel <both> open\n"
        "https://news.example/story?a=1&b=2#:~:text=The%20bridge%2Dlong\n"
        "Example News · Maria Keller, Jo Doe · 3 Mar 2026\n"
        "Also carried by Other Paper, Third Paper"
    )


def test_links_reach_the_reader_byte_for_byte():
    seen = accepted(Reply((CITATION,)))
    assert seen.entities[0]["url"] == CITATION.url


def test_a_sentence_of_a_summary_ends_in_an_arrow_that_leads_to_it():
    linked = Span("It rained.", url="https://news.example/?a=1&b=2#:~:text=It")
    drawn = render(Reply((Quote((linked, Span(" "), Span("Why?", url="no address"))),)))
    address = "https://news.example/?a=1&amp;b=2#:~:text=It"
    assert drawn.html == (
        f'<blockquote>It rained.\u00a0<a href="{address}">↗</a> Why?</blockquote>'
    )
    assert drawn.plain == f"It rained. {linked.url} Why?"


def test_key_facts_stand_on_a_line_of_their_own_between_quote_and_citation():
    facts = Facts((("Who", ("A & B", "C")), ("Where", ()), ("When", ("Monday",))))
    drawn = render(Reply((Quote((Span("It rained."),)), facts, Citation("Rain", None, None))))
    assert drawn.html == (
        "<blockquote>It rained.</blockquote>\nWho: A &amp; B, C · When: Monday\n\n<b>Rain</b>"
    )


def test_a_line_of_a_story_stands_below_its_date_and_publisher():
    day = datetime(2026, 3, 3, tzinfo=UTC)
    dated = Dateline("Rain", "https://news.example/a", "A & B", day, ("The Quay",))
    quote = Quote((Span("It rained."),))
    drawn = render(Reply((Note("How it came:"), dated, quote, Dateline("Sun", None), quote)))
    assert drawn.html == (
        'How it came:\n\n<a href="https://news.example/a">3 Mar 2026 · A &amp; B</a>'
        " · Also carried by The Quay\n<blockquote>It rained.</blockquote>\n\n"
        "<b>Sun</b>\n<blockquote>It rained.</blockquote>"
    )
    assert "3 Mar 2026 · A & B · Also carried by The Quay\nhttps://news.example/a" in drawn.plain


def test_missing_parts_of_a_citation_leave_no_gap():
    nothing = Citation("Headline", None, None)
    assert render(Reply((nothing,))).html == "<b>Headline</b>"
    dated = Citation("Headline", None, None, published=datetime(2026, 1, 31, tzinfo=UTC))
    assert render(Reply((dated,))).html == "<b>Headline</b>\n31 Jan 2026"


def test_a_corrected_article_says_so_and_one_that_is_gone_from_its_publishers_page():
    day = datetime(2026, 5, 3, tzinfo=UTC)
    corrected = Citation("Headline", None, "Post", corrected=day)
    assert render(Reply((corrected,))).html == "<b>Headline</b>\nPost\ncorrected 3 May 2026"
    gone = replace(corrected, gone=day)
    assert render(Reply((gone,))).html.endswith(
        "\ncorrected 3 May 2026 · no longer on the publisher’s page"
    )
    with texts_.speak("de"):
        assert "berichtigt am 3. Mai 2026" in render(Reply((corrected,))).html


def test_a_headline_without_a_visible_character_still_stands_for_the_article():
    assert render(Reply((Citation("\x00", None, None),))).html == "<b>…</b>"


def test_citations_and_the_next_quote_stand_apart():
    quote = Quote((Span("Q."),))
    citation = Citation("H", None, None)
    html = render(Reply((Note("N"), quote, citation, Note("M"), quote, citation))).html
    block = "<blockquote>Q.</blockquote>\n<b>H</b>"
    assert html == f"N\n{block}\n\nM\n{block}"


def test_an_empty_quote_leaves_no_trace():
    assert render(Reply((Note("N"), Quote((Span(" \x00 "),)), Note("M")))).html == "N\n\nM"


def test_an_empty_reply_is_still_a_message():
    assert accepted(Reply((Note(""),))).text == "…"


def test_a_long_quote_is_cut_around_what_is_marked():
    mark = "Ten engineers measured it twice."
    quote = Quote((Span(TEN_SENTENCES * 40), Span(mark, marked=True), Span(TEN_SENTENCES * 40)))
    seen = accepted(Reply((quote, CITATION)))
    (shown,) = entities(seen, "blockquote")
    assert entities(seen, "bold") == [mark]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert 1500 < shown.index(mark) < 2500
    assert 4000 < utf16_len(seen.text) <= 4096
    assert entities(seen, "text_link") == [CITATION.headline]
    assert seen.text.endswith("Also carried by Other Paper, Third Paper")


def test_a_long_quote_keeps_all_of_its_beginning_where_nothing_is_marked():
    seen = accepted(Reply((Quote((Span(TEN_SENTENCES * 40),)), CITATION)))
    (shown,) = entities(seen, "blockquote")
    assert shown.startswith("The bridge")
    assert shown.endswith(" …")


def test_a_long_quote_that_ends_in_what_is_marked_shows_its_end():
    quote = Quote((Span(TEN_SENTENCES * 40), Span("The end.", marked=True)))
    (shown,) = entities(accepted(Reply((quote, CITATION))), "blockquote")
    assert shown.startswith("… ")
    assert shown.endswith("The bridge is long. The end.")


def test_marked_text_that_is_too_long_itself_is_kept_from_its_beginning():
    quote = Quote((Span("Before. "), Span("Start. " + TEN_SENTENCES * 40, marked=True)))
    seen = accepted(Reply((quote, CITATION)))
    (bold,) = entities(seen, "bold")
    assert bold.startswith("Start. The bridge")
    assert utf16_len(bold) > 3500


def test_long_quotes_share_the_room_and_short_ones_stay_whole():
    short = Quote((Span("A short one."),))
    long = Quote((Span(TEN_SENTENCES * 40),))
    first, second, third = entities(
        accepted(Reply((short, CITATION, long, CITATION, long, CITATION))), "blockquote"
    )
    assert first == "A short one."
    assert abs(len(second) - len(third)) < 40
    assert len(second) > 1500


def test_what_has_no_room_at_all_is_left_out_from_the_end_with_its_citation():
    quote = Quote((Span(TEN_SENTENCES),))
    blocks = tuple(
        block
        for number in range(40)
        for block in (quote, Citation(f"Headline {number} " + "x" * 200, None, "P" * 200))
    )
    seen = accepted(Reply(blocks))
    assert len(entities(seen, "blockquote")) == len(entities(seen, "bold")) > 3
    assert entities(seen, "bold")[0].startswith("Headline 0 ")


def test_of_too_many_notes_the_last_are_left_out():
    seen = accepted(Reply(tuple(Note(f"{number} " + "word " * 60) for number in range(50))))
    assert seen.text.startswith("0 word")
    assert "49 word" not in seen.text


def test_the_last_of_many_quotes_that_share_a_citation_goes_first():
    quotes = tuple(Quote((Span(f"{number}. {TEN_SENTENCES}"),)) for number in range(60))
    seen = accepted(Reply((*quotes, CITATION)))
    assert entities(seen, "text_link") == [CITATION.headline]
    assert entities(seen, "blockquote")[0].startswith("0. ")
    assert len(entities(seen, "blockquote")) > 10


def test_no_more_than_a_hundred_marks_are_made():
    spans = tuple(Span(f"word{number} ", marked=number % 2 == 0) for number in range(400))
    seen = accepted(Reply((Quote(spans), CITATION)))
    assert len(seen.entities) <= 100
    assert len(entities(seen, "bold")) > 90
    assert entities(seen, "text_link") == [CITATION.headline]


def test_markup_heavy_text_stays_within_the_raw_size():
    seen = accepted(Reply((Quote((Span("& < > " * 2000),)), CITATION)))
    assert entities(seen, "text_link") == [CITATION.headline]


def test_enormous_fields_of_a_citation_are_cut():
    citation = Citation(
        "Headline " * 200, None, "Publisher " * 200, ("Author Name",) * 500, None, ("Copy",) * 500
    )
    seen = accepted(Reply((citation,)))
    assert utf16_len(seen.text) < 1500
    assert "…" in seen.text


def test_right_to_left_fields_are_isolated_from_what_follows():
    citation = Citation("שלום", "https://news.example/a", "צייטונג", ("Ann",))
    assert render(Reply((citation,))).plain == (
        "\u2068שלום\u2069\nhttps://news.example/a\n\u2068צייטונג\u2069 · Ann"
    )
    assert isolate("plain") == "plain"


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\u202eb", "a\u2066b", "a\u2069b", "a\ud800b", "a\ufeffb", "a\rb", "a\x85b"],
)
def test_characters_that_disturb_are_removed(text):
    assert clean(text) == "ab"


def test_tabs_and_line_separators_become_blanks():
    assert clean("a\tb\u2028c\nd") == "a b c\nd"
    assert flatten(" a\n\n b ") == "a b"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://news.example/a#b", "https://news.example/a#b"),
        ("https://news.example/a#" + "b" * 2000, "https://news.example/a"),
        ("https://news.example/" + "a" * 2000, None),
        ("javascript:alert(1)", None),
        ("ftp://news.example/a", None),
        ("https:///a", None),
        ("https://localhost/a", None),
        ("https://a.localhost./a", None),
        ("http://10.0.0.1/a", None),
        ("http://172.31.9.9/a", None),
        ("http://192.168.1.1:8080/a", None),
        ("http://169.254.169.254/latest", None),
        ("http://127.0.0.1/a", None),
        ("http://user@127.0.0.1/a", None),
        ("http://127.1/a", None),
        ("http://0x7f.1/a", None),
        ("http://0177.0.0.01/a", None),
        ("http://2130706433/a", None),
        ("http://0x7f.0.0.0x1ffff/a", None),
        ("http://１２７.0.0.1/a", None),
        ("http://127。0。0。1/a", None),
        ("http://%31%30.0.0.1/a", None),
        ("http://10.0.0.1\\@news.example/a", None),
        ("http://[::1]/a", None),
        ("http://[fd00::1]/a", None),
        ("http://[fe80::1]/a", None),
        ("http://[::ffff:10.0.0.1]/a", None),
        ("http://nas.local/a", None),
        ("http://Printer.LAN/a", None),
        ("http://db.internal/a", None),
        ("http://router.home.arpa/a", None),
        ("http://9.9.9.9/a", "http://9.9.9.9/a"),
        ("https://bücher.example/a", "https://bücher.example/a"),
        ("https://news.example:x/a", None),
        ("https://news.example:99999/a", None),
        ("https://[bad/a", None),
        ("https://news.example/a b", None),
        ("https://news.example/\x00", None),
        ("https://news.example/\u202e", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_that_work_become_links(url, link):
    assert read_web_address(url) == link
    seen = accepted(Reply((Citation("Headline", url, None),)))
    assert [entity["type"] for entity in seen.entities] == ["text_link" if link else "bold"]


def test_an_address_of_a_private_network_is_no_button_either():
    keys = (Button("Open", url="http://192.168.0.1/"), Button("Open", url="http://[fc00::5]/"))
    assert render(Reply((Note("N"),), (keys,))).keyboard is None


@pytest.mark.parametrize("marked", [True, False])
def test_an_address_of_a_private_network_in_a_quote_is_no_link_and_stays_verbatim(marked):
    inside = ("http://10.0.0.1/a&b", "192.168.1.1/admin", "http://[::1]:80/", "http://nas.local")
    said = f"Open {inside[0]}, or ({inside[1]}). Or {inside[2]} and {inside[3]} now."
    said += " Or http://news.example.com/a or 9.9.9.9."
    seen = accepted(Reply((Quote((Span(said, marked=marked),)), CITATION)))
    assert said in seen.text
    assert entities(seen, "url") == ["http://news.example.com/a", "9.9.9.9"]


def test_many_addresses_of_private_networks_fit():
    reply = Reply((Quote((Span("10.0.0.1 " * 400, marked=True),)), CITATION))
    seen = accepted(reply)
    assert not entities(seen, "url")
    assert len(seen.entities) <= 100


# What Telegram would make something of.
LIVE = [
    "@durov",
    "/forget",
    "/ask@byline_bot",
    "#tag",
    "$USD",
    "$1INCH",
    "news.example.com",
    "a@b.com",
]
LIVE += [
    "http://evil.com/x",
    "tg://resolve?domain=x",
    "t.me/x",
    "127.0.0.1",
    "пример.рф",
    "1.1.1.1",
]


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.parametrize("around", ["{}", "({})", "By {}, staff", "«{}»"])
def test_names_and_headlines_never_become_commands_mentions_or_links(name, around):
    name = around.format(name)
    blocks = (
        Note(texts_.say("unknown-person", name=name)),
        Dateline(name, None, name, None, (name,)),
        Speaker(name, name, name, None),
        Facts((("Who", (name, name)),)),
        Citation(name, None, name, (name, name), None, (name,)),
    )
    drawn = render(Reply(blocks))
    for text in (drawn.html, drawn.plain):
        seen = message_text({"text": text, "parse_mode": "HTML"})
        assert {one["type"] for one in seen.entities} <= {"bold"}
    assert name in drawn.plain.replace("\u2060", "")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*LIVE, *"@/#$.:-_~ ()a1é", "\u200d", "”", "\xad"])).map("".join))
def test_whatever_is_composed_of_such_parts_stays_dead(text):
    dead = texts_.unlink(text)
    assert {one["type"] for one in found_entities(dead)} <= {"bank_card_number", "bankcardnumber"}
    assert texts_.unlink(dead) == dead
    assert dead.replace("\u2060", "") == text


def test_ordinary_names_are_left_as_they_are():
    for name in ("U.S. Weekly", "Agence France-Presse", "AC/DC", "3.14", "J. K. Ode", "$5m, 50 %"):
        assert texts_.unlink(name) == name


def test_buttons_that_telegram_would_refuse_are_left_out():
    rows = (
        (Button("Open", url="https://news.example/a"), Button("Next", action=TurnPage("k", 2))),
        (Button("Bad", url="javascript:alert(1)"), Button("Long", action=Retry("x" * 65))),
        (Button("", action=Retry("a")), Button("Nothing")),
        tuple(Button(str(number), action=Retry("a")) for number in range(12)),
    )
    drawn = render(Reply((Note("N"),), rows)).keyboard
    assert [[key.text for key in row] for row in drawn.inline_keyboard] == [
        ["Open", "Next"],
        ["0", "1", "2", "3", "4", "5", "6", "7"],
    ]
    assert render(Reply((Note("N"),), rows[1:3])).keyboard is None


def test_units_count_what_telegram_counts():
    assert count_units("a😀é") == 4
    assert shorten("a😀é", 4) == "a😀é"


def test_a_note_that_is_too_long_is_cut_after_a_word():
    seen = accepted(Reply((Note("word " * 2000),)))
    assert seen.text.endswith("word…")
    assert utf16_len(seen.text) <= 4096


@pytest.mark.parametrize(
    "text", [FAMILY * 60, "नि" * 300, "e\u0301" * 300, "🇩🇪🇫🇷" * 60, "한" * 300]
)
def test_a_cut_never_splits_what_a_reader_sees_as_one_character(text):
    graphemes = regex.findall(r"\X", text)
    for room in range(16, 80):
        start, end = cut_window(text, (len(text) // 2, len(text) // 2), room)
        assert utf16_len(text[start:end]) <= room
        assert not text[start:end] or set(regex.findall(r"\X", text[start:end])) <= set(graphemes)


@settings(max_examples=60, deadline=None)
@given(replies)
@example(Reply((Quote((Span("x" * 5000, marked=True),)), CITATION) * 12))
@example(Reply((Quote((Span(FAMILY * 400),)), CITATION)))
def test_every_reply_is_accepted_and_quotes_stay_verbatim(reply):
    drawn = render(reply)
    keyboard(drawn.keyboard.to_dict() if drawn.keyboard else None)
    for text, mode in ((drawn.html, "HTML"), (drawn.plain, "")):
        message_text({"text": text, "parse_mode": mode})
    said = said_in(reply)
    shown = [quote.replace("\u00a0↗", "") for quote in quotes_in(drawn.html)]
    position = 0
    for quote in shown:
        position = next(
            index + 1
            for index, text in enumerate(said[position:], position)
            if bare(quote) in text or quote in text
        )


def quotes_in(html: str) -> list[str]:
    if not html:
        return []
    from tests.support.telegram_rules import _parse

    text, found = _parse(html, "HTML", None)
    return [
        utf16_slice(text, entity["offset"], entity["length"])
        for entity in found
        if entity["type"] in ("blockquote", "expandable_blockquote")
    ]


@settings(max_examples=150, deadline=None)
@given(words.map(clean), st.data())
def test_a_window_holds_what_it_must_and_fits(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    room = data.draw(st.integers(16, 400))
    first, last = cut_window(text, (start, end), room)
    assert 0 <= first <= last <= len(text)
    assert utf16_len(text[first:last]) <= room
    if utf16_len(text[start:end]) <= room - 4 or utf16_len(text) <= room:
        assert first <= start
        assert end <= last
    else:
        assert first == start
    assert not any(unicodedata.category(character) == "Cs" for character in text[first:last])
