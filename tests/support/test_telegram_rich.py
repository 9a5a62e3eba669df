"""The emulator takes of rich messages what is documented, and refuses the rest."""

from __future__ import annotations

import pytest

from tests.support.telegram_rich import Rich, rich_message
from tests.support.telegram_rules import RefusedError


def read(html: str, **more: object) -> Rich:
    return rich_message({"html": html} | more)


def refusal(given: object) -> str:
    with pytest.raises(RefusedError) as caught:
        rich_message(given)
    assert caught.value.code == 400
    return caught.value.description


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("text", "object expected"),
        ({}, "non-empty"),
        ({"html": ""}, "non-empty"),
        ({"html": "<p> </p>"}, "non-empty"),
        ({"html": "a", "markdown": "a"}, "exactly one"),
        ({"html": "a", "blocks": [{}]}, "exactly one"),
        ({"markdown": "a"}, "reads no markdown"),
    ],
)
def test_a_message_is_written_in_exactly_one_form(given, why):
    assert why in refusal(given)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<p>a", "end tag"),
        ("<p>a</b></p>", "unmatched"),
        ("<script>a</script>", "unsupported start tag"),
        ('<p class="x">a</p>', "unsupported attribute"),
        ("a < b", "unescaped"),
        ("<!-- a -->b", "comment"),
        ("<p><p>a</p></p>", "within formatted text"),
        ("<b><p>a</p></b>", "within formatted text"),
        ("<table><tr><td><p>a</p></td></tr></table>", "within formatted text"),
        ("<cite>a</cite>", "cannot stand in"),
        ("<table><td>a</td></table>", "cannot stand in"),
        ("<table><p>a</p></table>", "cannot hold"),
        ("<table>a</table>", "text within"),
        ("<details>a</details>", "one summary"),
        ("<details><p>a</p></details>", "one summary"),
        ("<details><summary>a</summary><summary>b</summary></details>", "one summary"),
        ('<a href="https://a.example"><a href="https://b.example">a</a></a>', "within a link"),
        ('<a href="#b">a</a>', "nothing is called"),
        ('<tg-button type="pay">a</tg-button>', "button type"),
        ('<tg-button type="callback_data" data="">a</tg-button>', "BUTTON_DATA_INVALID"),
        ('<tg-button type="copy_text" text="' + "x" * 257 + '">a</tg-button>', "COPY_TEXT"),
    ],
)
def test_markup_that_is_not_documented_is_refused(html, why):
    assert why in refusal({"html": html})


@pytest.mark.parametrize(
    ("most", "one_more", "why"),
    [
        ("<p>" + "x" * 32_768 + "</p>", "<p>" + "x" * 32_769 + "</p>", "too long"),
        ("<p>é</p>" + "x" * 32_765, "<p>é</p>" + "x" * 32_766, "too long"),
        ("<p>a</p>" * 500, "<p>a</p>" * 501, "too many blocks"),
        ("<blockquote>a</blockquote>" * 250, "<blockquote>a</blockquote>" * 251, "too many blocks"),
        ("<b>" * 16 + "a" + "</b>" * 16, "<b>" * 17 + "a" + "</b>" * 17, "too deeply"),
        (
            "<table><tr>" + "<td>a</td>" * 20 + "</tr></table>",
            "<table><tr>" + "<td>a</td>" * 19 + '<td colspan="2">a</td></tr></table>',
            "columns",
        ),
        (
            "<tg-button-row>" + '<tg-button type="callback_data" data="a">a</tg-button>' * 8
            + "</tg-button-row>",
            "<tg-button-row>" + '<tg-button type="callback_data" data="a">a</tg-button>' * 9
            + "</tg-button-row>",
            "buttons",
        ),
    ],
)  # fmt: skip
def test_limits_are_where_they_are_documented(most, one_more, why):
    assert read(most)
    assert why in refusal({"html": one_more})


def test_the_reader_sees_text_as_html_has_it():
    rich = read("<p>a \n  b<br>c &amp;lt; &hellip; &#33; &nope; &</p><hr/><pre>d\n e</pre>")
    assert rich.text == "a b\nc &lt; … ! &nope; &\n\nd\n e"
    assert rich.detects
    assert not read("a", skip_entity_detection=True).detects


def test_links_that_telegram_takes_for_none_are_dropped():
    rich = read('<a href="javascript:a">a</a><a href="https://a.example/">b</a>')
    assert [link.attributes for link in rich.root.find("a")] == [
        {},
        {"href": "https://a.example/"},
    ]


def test_a_rich_message_is_told_to_the_bot_as_blocks():
    rich = read(
        "a<h3>b</h3><p>c</p><blockquote>d<cite>e</cite></blockquote><hr/>"
        "<details><summary>f</summary><p>g</p></details>"
        "<table><tr><th>h</th><td>i</td></tr></table><footer>j</footer>"
    )
    assert [block["type"] for block in rich.json()["blocks"]] == [
        *("paragraph", "heading", "paragraph", "blockquote", "paragraph", "details", "table"),
        "paragraph",
    ]
    quotation, details = rich.json()["blocks"][3], rich.json()["blocks"][5]
    assert (quotation["credit"], quotation["blocks"][0]["text"]) == ("e", "d")
    assert (details["summary"], details["blocks"][0]["text"]) == ("f", "g")
    assert rich.quotations == ["d", "i"]
    assert rich.credits == ["e"]
