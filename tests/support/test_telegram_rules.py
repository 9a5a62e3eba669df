"""What the emulator refuses is what Telegram refuses, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import telegram_rules as rules
from tests.support.telegram_rules import JSON, RefusedError, utf16_len, utf16_slice


def html(text: str, **params: object) -> rules.Formatted:
    return rules.message_text({"text": text, "parse_mode": "HTML"} | params)


def refusal(call: Callable[..., Any], *args: object) -> str:
    """The description of the 400 that a call must meet."""
    with pytest.raises(RefusedError) as caught:
        call(*args)
    assert caught.value.code == 400
    return caught.value.description.removeprefix("Bad Request: ")


def markup(*rows: list[Any]) -> JSON:
    return {"inline_keyboard": list(rows)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(text, words):
    assert refusal(html, text) == f"can't parse entities: {words}"


def test_a_bare_ampersand_passes_and_unknown_names_stay_literal():
    assert html("R&D &amp; &lt; &nbsp;").text == "R&D & < &nbsp;"


def test_links_keep_their_fragment_and_other_schemes_vanish():
    link = "https://news.example/a#:~:text=a%2Db"
    found = html(f'<a href="{link}">x</a> <a href="ftp://news.example/">y</a>')

    assert found.text == "x y"
    assert found.entities == ({"type": "text_link", "offset": 0, "length": 1, "url": link},)


def test_addresses_in_plain_text_become_links_but_not_inside_code():
    found = html("see news.example.org <code>other.example.org</code>")

    assert [(one["type"], one["offset"]) for one in found.entities] == [("url", 4), ("code", 21)]


def test_every_kind_of_markup_gets_its_bot_api_name():
    found = html(
        "<blockquote>a</blockquote><blockquote expandable>b</blockquote><u>c</u><s>d</s>"
        "<tg-spoiler>e</tg-spoiler><pre>f</pre>"
        '<pre><code class="language-py">g</code></pre><a href="tg://user?id=5">h</a>'
    )

    kinds = ["blockquote", "expandable_blockquote", "underline", "strikethrough", "spoiler"]
    assert [one["type"] for one in found.entities] == [*kinds, "pre", "pre", "text_mention"]
    assert found.entities[-2]["language"] == "py"
    assert found.entities[-1]["user"]["id"] == 5


def test_text_is_trimmed_and_entities_move_along():
    found = html(" \n<b> x</b>y <i> </i>\n")

    assert found.text == "xy"
    assert found.entities == ({"type": "bold", "offset": 0, "length": 1},)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        (" \n", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("\ud83d", "strings must be encoded in UTF-8"),
    ],
)
def test_text_must_be_there_and_well_encoded(text, words):
    assert refusal(html, text) == words


def test_length_is_counted_in_utf16_units_after_parsing():
    fits = "<b>" + "😀" * 2047 + "</b>&amp;&lt;"

    assert utf16_len(html(fits).text) == 4096
    assert refusal(html, fits + "x") == "message is too long"


def test_captions_are_shorter_and_may_be_empty():
    assert rules.caption({}).text == ""
    assert utf16_len(rules.caption({"caption": "😀" * 512}).text) == 1024
    assert refusal(rules.caption, {"caption": "😀" * 512 + "x"}) == "message caption is too long"


def test_raw_text_beyond_32_kib_is_refused_whatever_it_parses_to():
    markup_bytes = "<b></b>" * 4681

    assert html("x" + markup_bytes).text == "x"
    assert refusal(html, "xx" + markup_bytes) == "text is too long"


def test_entities_after_the_hundredth_are_dropped():
    found = html("<b>x</b> " * 150)

    assert len(found.entities) == 100
    assert found.entities[-1] == {"type": "bold", "offset": 198, "length": 1}


def test_other_parse_modes_are_known_too_and_unknown_ones_refused():
    bold = ({"type": "bold", "offset": 0, "length": 1},)

    assert html("*x*", parse_mode="MarkdownV2").entities == bold
    assert html("xy", parse_mode=None, entities=list(bold)).entities == bold
    assert refusal(lambda: html("x", parse_mode="RTF")) == "unsupported parse_mode"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "é", "callback_data": "é" * 32 + "x"}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "unallowed"),
        ({"text": "", "callback_data": "x"}, "text must be non-empty"),
        ({"text": "x", "callback_data": "x", "url": "https://a.example"}, "exactly one"),
        ({"text": "x", "url": "ftp://a.example"}, "Unsupported URL protocol"),
        ({"text": "x", "url": "not a url"}, "Wrong HTTP URL"),
        ({"text": "x", "url": "http://localhost/"}, "Wrong HTTP URL"),
        ({"text": "x", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
def test_an_unsound_button_is_refused(button, words):
    assert words in refusal(rules.keyboard, markup([button]))


def test_sound_buttons_are_kept_as_sent():
    row = [
        {"text": "é", "callback_data": "é" * 32},
        {"text": "Open", "url": "https://news.example/a?b=1&c=2#:~:text=a%2Db"},
        {"text": "Chat", "url": "tg://resolve?domain=byline_bot"},
        {"text": "Copy", "copy_text": {"text": "x" * 256}},
    ]

    assert rules.keyboard(markup(row, [])) == (tuple(row),)
    assert rules.keyboard(None) == rules.keyboard({"force_reply": True}) == ()
    assert "object expected" in refusal(rules.keyboard, "[[")


@pytest.mark.parametrize(
    ("rows", "columns", "fits"), [(12, 8, True), (20, 5, True), (1, 9, False), (13, 8, False)]
)
def test_keyboards_hold_a_hundred_buttons_eight_in_a_row(rows, columns, fits):
    rows_of_buttons = markup(*[[{"text": "x", "callback_data": "x"}] * columns] * rows)

    if fits:
        assert len(rules.keyboard(rows_of_buttons)) == rows
    else:
        assert refusal(rules.keyboard, rows_of_buttons) == "reply markup is too long"


@pytest.mark.parametrize(
    ("hook", "words"),
    [
        ({"url": "http://bot.example/"}, "An HTTPS URL must be provided"),
        ({"url": "https://bot.example:8080/"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://bot.example:x/"}, "invalid URL"),
        ({"url": "https://bot.example/", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://bot.example/", "secret_token": "a" * 257}, "too long"),
    ],
)
def test_an_unsound_webhook_is_refused(hook, words):
    assert words in refusal(rules.webhook, hook)


@pytest.mark.parametrize("url", ["https://bot.example:8443/x", "http://127.0.0.1:5000/", ""])
def test_a_webhook_may_be_public_https_local_or_none(url):
    assert rules.webhook({"url": url, "secret_token": "aZ0_-" * 51}).url == url


PIECES = ["<b>", "</b>", "<i> x</i>", "<code>", "</code>", "😀", "a", " ", "\n", "&amp;", "é.de"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_accepted_has_its_entities_inside_a_trimmed_text(text):
    try:
        found = html(text)
    except RefusedError as refused:
        assert refused.description.startswith("Bad Request: ")  # noqa: PT017 - both may happen
        return
    assert found.text == found.text.strip(" \n")
    for entity in found.entities:
        inside = utf16_slice(found.text, entity["offset"], entity["length"])
        assert utf16_len(inside) == entity["length"] > 0
