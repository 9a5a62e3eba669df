"""Replies as rich messages, judged by what the Bot API documents of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings

from bot.reply.actions import Rate, Retry, SetRich, ShowWhole, SpeakPlainly, TurnPage, encode
from bot.reply.buttons import make_pager, make_thumbs
from bot.reply.reply import (
    Button,
    Dateline,
    Facts,
    Note,
    Part,
    Quote,
    Reply,
    Span,
    Speaker,
    Title,
    Use,
)
from bot.telegram.sending.render import Me
from bot.telegram.sending.render_rich import render_rich
from retrieval.citation import Citation
from tests.support.replies import FAMILY, TEN_SENTENCES, replies, said_in
from tests.support.telegram_rich import CHARACTERS, Rich, rich_message
from tests.support.telegram_rules import keyboard

DAY = datetime(2026, 3, 3, 23, tzinfo=UTC)
CITATION = Citation(
    headline="Bridge & tunnel <both> open",
    url="https://news.example/story?a=1&b=2#:~:text=The%20bridge%2Dlong",
    publisher="Example News",
    authors=("Maria Keller", "Jo Doe"),
    published=DAY,
    copies=("Other Paper",),
)
CREDIT = (
    '<a href="https://news.example/story?a=1&amp;b=2#:~:text=The%20bridge%2Dlong">'
    "Bridge &amp; tunnel &lt;both&gt; open</a> · Example News · Maria Keller, Jo Doe · "
    "3 Mar 2026 · Also carried by Other Paper"
)
BARE = Citation("Headline", None, None)


def accepted(reply: Reply) -> Rich:
    """What the reader gets; raises where Telegram refuses the message."""
    drawn = render_rich(reply)
    keyboard(drawn.keyboard.to_dict() if drawn.keyboard else None)
    return rich_message({"html": drawn.html, "skip_entity_detection": True})


def html(*blocks) -> str:
    return render_rich(Reply(blocks)).html


def line(said: str, publisher: str, day: datetime | None = DAY, *, marked: str = ""):
    before, _, after = said.partition(marked) if marked else (said, "", "")
    spans = (Span(before), Span(marked, marked=True), Span(after)) if marked else (Span(said),)
    return Dateline("H", f"https://{publisher}.example/a", publisher, day), Quote(spans)


def test_a_passage_is_a_quotation_with_its_credit_and_the_rest_is_folded_away():
    quote = Quote(
        (Span("Before & "), Span("the <answer>.", marked=True), Span(" After.")),
        cut_before=True,
        cut_after=True,
        before="It began.\n",
        after=" It ended.",
    )
    assert html(Note("Closest:"), quote, CITATION) == (
        "<p>Closest:</p>"
        "<blockquote>… Before &amp; <mark>the &lt;answer&gt;.</mark> After. …"
        f"<cite>{CREDIT}</cite></blockquote>"
        "<details><summary>Whole passage</summary><blockquote>It began.<br>Before &amp; "
        "<mark>the &lt;answer&gt;.</mark> After. It ended.</blockquote></details>"
    )


def test_a_passage_that_is_shown_whole_has_nothing_to_unfold():
    assert html(Quote((Span("All."),), before=" \n"), BARE) == (
        "<blockquote>All.<cite>Headline</cite></blockquote>"
    )


def test_who_said_what_is_a_quotation_a_speaker_and_its_source_stands_below():
    first = Speaker("A & B", "the <owners>", "said", DAY)
    blocks = (
        first, Quote((Span("“Yes,” they said."),)),
        Speaker("Cy"), Note("Reported:"), Quote((Span("Cy said no."),)), BARE,
    )  # fmt: skip
    assert html(*blocks) == (
        "<blockquote>“Yes,” they said."
        "<cite><b>A &amp; B</b>, the &lt;owners&gt; · said · 3 Mar 2026</cite></blockquote>"
        "<p>Reported:</p><blockquote>Cy said no.<cite><b>Cy</b></cite></blockquote>"
        "<p>Headline</p>"
    )


def test_who_is_named_without_words_or_words_that_say_nothing_is_still_named():
    assert html(Speaker("Cy"), Speaker("Di"), Quote((Span(" \x00"),)), Speaker("Ed")) == (
        "<p><b>Cy</b></p><p><b>Di</b></p><p><b>Ed</b></p>"
    )
    assert html(Dateline("H", None, "P", DAY), Dateline("H", None), BARE) == (
        "<p>3 Mar 2026 · P</p><p>H</p><p>Headline</p>"
    )


def test_the_sentences_of_a_summary_carry_numbers_that_lead_to_their_places():
    one = Span("It rained.", url="https://news.example/?a=1&b=2#:~:text=It")
    two = Span("Then it snowed.", url="https://news.example/#:~:text=Then")
    facts = Facts((("Who", ("A & B", "C")), ("Where", ())))
    lost = Span("Why?", url="nowhere")
    assert html(Quote((one, Span(" "), two, lost)), facts, BARE) == (
        '<blockquote>It rained.<sup><a href="#place-1">1</a></sup> Then it snowed.'
        '<sup><a href="#place-2">2</a></sup>Why?</blockquote>'
        "<p>Who: A &amp; B, C</p><p>Headline</p>"
        '<p><tg-reference name="place-1">1. <a href="https://news.example/?a=1&amp;b=2#:~:text=It">'
        "It rained. ↗</a></tg-reference></p>"
        '<p><tg-reference name="place-2">2. <a href="https://news.example/#:~:text=Then">'
        "Then it snowed. ↗</a></tg-reference></p>"
    )


def test_a_story_has_headings_by_day_a_fold_for_what_came_before_and_a_table_of_what_differs():
    earlier = datetime(2026, 3, 1, tzinfo=UTC)
    story = (
        Note("3 articles"),
        Title("New:", Part.NEWS), *line("It opened.", "pier"), *line("So it did.", "quay"),
        Title("How it came:", Part.BEFORE), *line("It was shut.", "pier", earlier),
        Title("They disagree:", Part.DISPUTE),
        *line("It cost 3 crowns.", "pier", marked="3"), *line("It cost 4 crowns.", "quay"),
        Note("Someone is left out."),
    )  # fmt: skip
    pier = '<a href="https://pier.example/a">pier</a>'
    quay = '<a href="https://quay.example/a">quay</a>'
    assert html(*story) == (
        "<p>3 articles</p><h3>New:</h3><h5>3 Mar 2026</h5>"
        f"<blockquote>It opened.<cite>{pier}</cite></blockquote>"
        f"<blockquote>So it did.<cite>{quay}</cite></blockquote>"
        "<details><summary>How it came:</summary><h5>1 Mar 2026</h5>"
        f"<blockquote>It was shut.<cite>{pier}</cite></blockquote></details>"
        "<h3>They disagree:</h3><table bordered striped>"
        '<tr><th align="left"><a href="https://pier.example/a">3 Mar 2026 · pier</a></th>'
        "<td>It cost <mark>3</mark> crowns.</td></tr>"
        '<tr><th align="left"><a href="https://quay.example/a">3 Mar 2026 · quay</a></th>'
        "<td>It cost 4 crowns.</td></tr></table><p>Someone is left out.</p>"
    )
    assert accepted(Reply(story)).quotations[-2:] == ["It cost 3 crowns.", "It cost 4 crowns."]


def test_what_came_before_is_open_where_it_is_all_that_a_page_tells():
    before = (Title("How it came:", Part.BEFORE), *line("It was shut.", "pier", None))
    assert html(Note("3 articles"), *before) == (
        "<p>3 articles</p><details open><summary>How it came:</summary><blockquote>It was shut."
        '<cite><a href="https://pier.example/a">pier</a></cite></blockquote></details>'
    )
    assert html(Title("Nothing:", Part.BEFORE), Title("Else:", Part.DISPUTE), Quote(())) == (
        "<h3>Else:</h3>"
    )


def test_line_breaks_are_drawn_but_not_within_a_table():
    assert html(Note("a\nb")) == "<p>a<br>b</p>"
    lines = line("a\nb", "pier")
    assert "<td>a b</td>" in html(Title("T", Part.DISPUTE), *lines)


def test_an_empty_reply_is_still_a_message():
    assert accepted(Reply((Note(""),))).text == "…"
    assert accepted(Reply((Title(""), Quote(())))).text == "…"


# Buttons


def test_what_leads_on_stands_in_the_text_and_one_row_below_it():
    rows = (
        (
            Button("Open", url="https://news.example/a", use=Use.SHOW),
            Button("Whole", action=ShowWhole("k", 0), use=Use.SHOW),
        ),
        (Button("Again & again", action=Retry("k")), Button("See", url="https://a.example/?b&c")),
        (Button("Copy", copy='“a” & "b"'), Button("Share", share="p_1")),
        (*make_pager(lambda page: TurnPage("k", page), 1, 3), *make_thumbs("k", 1, whole=True)),
    )
    drawn = render_rich(Reply((Note("N"),), rows, key="k", page=1), Me("byline_bot", inline=True))
    assert drawn.html == (
        "<p>N</p><p>"
        '<tg-button type="callback_data" data="2:retry:k">Again &amp; again</tg-button> '
        '<tg-button type="url" url="https://a.example/?b&amp;c">See</tg-button> '
        '<tg-button type="copy_text" text="“a” &amp; &quot;b&quot;">Copy</tg-button> '
        '<tg-button type="switch_inline_query" query="p_1">Share</tg-button></p>'
    )
    (row,) = drawn.keyboard.inline_keyboard
    assert [key.text for key in row] == ["‹", "2/3", "›", "👍", "👎", "Plain"]
    assert row[-1].callback_data == encode(SpeakPlainly("k", 1, whole=True))


def test_no_more_buttons_are_drawn_than_leave_room_for_the_text():
    rows = ((Button("x" * 64, action=Retry("k")),),) * 900
    rich = accepted(Reply((Quote((Span("Words."),)),), rows))
    assert rich.quotations == ["Words."]
    assert len(rich.buttons) == 100


def test_a_reply_that_shows_no_exchange_can_be_turned_plain_too():
    (row,) = render_rich(Reply((Note("N"),), page=-1)).keyboard.inline_keyboard
    assert row[0].callback_data == "2:plain:-:-1:0"


def test_who_is_asked_whether_rich_messages_can_be_read_has_no_other_way_to_decide():
    asked = ((Button("Yes", action=SetRich(on=True), use=Use.STEER),),)
    (row,) = render_rich(Reply((Note("N"),), asked)).keyboard.inline_keyboard
    assert [key.text for key in row] == ["Yes"]


def test_a_thumb_says_what_a_plain_message_is_to_show():
    thumb = (Button("👍", action=Rate("other", good=True, page=2, whole=True), use=Use.STEER),)
    (row,) = render_rich(Reply((Note("N"),), (thumb,), key="k")).keyboard.inline_keyboard
    assert row[-1].callback_data == encode(SpeakPlainly("other", 2, whole=True))


# Limits


def test_a_long_quote_is_cut_around_what_is_marked():
    mark = "Ten engineers measured it twice."
    quote = Quote((Span(TEN_SENTENCES * 150), Span(mark, marked=True), Span(TEN_SENTENCES * 150)))
    rich = accepted(Reply((quote, CITATION)))
    (shown,) = rich.quotations
    assert shown.startswith("… The")
    assert shown.endswith(" …")
    assert mark in shown
    assert 32_000 < len(rich.text.encode()) <= CHARACTERS
    assert rich.credits[0].startswith("Bridge & tunnel <both> open")


def test_of_too_many_quotations_the_last_are_left_out():
    pairs = tuple(
        one
        for number in range(260)
        for one in (Quote((Span(f"{number}."),)), replace(BARE, headline=f"H {number}"))
    )
    rich = accepted(Reply(pairs))
    assert rich.quotations[0] == "0."
    assert 200 < len(rich.quotations) <= 250
    assert rich.credits[-1] == f"H {len(rich.quotations) - 1}"


def test_a_line_of_a_story_that_has_no_room_takes_its_date_along():
    lines = tuple(one for number in range(505) for one in line(f"{number}.", "pier"))
    rich = accepted(Reply((Title("T", Part.DISPUTE), *lines)))
    assert len(rich.root.find("tr")) == len(rich.quotations) > 400


def test_nothing_of_an_article_becomes_markup_a_link_or_a_button():
    evil = '</blockquote><p><a href="tg://user?id=1">x</a> &lt;b&gt; <tg-button>&#60;'
    blocks = (
        Note(evil), Quote((Span(evil, marked=True),), before=evil), Citation(evil, evil, evil),
        Speaker(evil, evil, evil), Quote((Span(evil, url="https://a.example/" + '"><p>'),)),
        Facts((("Who", (evil,)),)), *line(evil, "pier"), Title(evil, Part.BEFORE),
        *line(evil, "pier"), Title(evil, Part.DISPUTE), *line(evil, "pier"),
    )  # fmt: skip
    reply = Reply(blocks, ((Button(evil[:40], action=Retry("k")), Button("c", copy=evil)),))
    rich = accepted(reply)
    assert all(evil in quotation for quotation in rich.quotations)
    assert {link.attributes.get("href", "")[:8] for link in rich.root.find("a")} <= {
        *("https://", "#place-1")
    }
    assert [button["text"] for button in rich.buttons] == [evil[:40], "c"]
    assert rich.buttons[1]["copy_text"]["text"] == evil
    assert not rich.detects


@pytest.mark.parametrize("name", ["@durov", "/forget", "#tag", "t.me/x", "http://10.0.0.1/a"])
def test_names_and_headlines_stay_dead_even_where_telegram_looks_for_links(name):
    blocks = (Dateline(name, None, name), Speaker(name, name, name), Citation(name, None, name))
    assert name not in html(*blocks)


@settings(max_examples=60, deadline=None)
@given(replies)
@example(Reply((Quote((Span("x" * 9000, marked=True),)), CITATION) * 12))
@example(Reply((Quote((Span(FAMILY * 400),), before="<b>"), CITATION)))
def test_every_reply_is_accepted_and_quotes_stay_verbatim(reply):
    quotes = [block for block in reply.blocks if isinstance(block, Quote)]
    passages = [Quote((Span(quote.before), *quote.spans, Span(quote.after))) for quote in quotes]
    said = [" ".join(one.split()) for one in said_in(Reply((*quotes, *passages)))]
    for shown in accepted(reply).quotations:
        bare = " ".join(shown.removeprefix("… ").removesuffix(" …").split())
        assert any(bare in one or shown in one for one in said)
