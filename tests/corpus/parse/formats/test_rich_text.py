from __future__ import annotations

import pytest

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.formats.rich_text import read_rich_text

HEAD = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Times;}}{\info{\title Nothing}}"


def read(inside: bytes) -> list[Article]:
    found = list(read_rich_text(HEAD + inside + b"}", where="a.rtf"))
    return [item for item in found if isinstance(item, Article)]


def test_rich_text_is_read_as_a_clipping():
    link = rb'{\field{\*\fldinst{HYPERLINK "https://mill.example"}}{\fldrslt{the mill}}}'
    owl = rb"\b An owl\b0  sat at " + link + rb" on Tuesday, and M\'fcller \u8220?saw\u8221? it."
    (found,) = read(rb"Owl seen\par By Ann Ash\par 4 March 2031\par\par " + owl + rb"\par ")
    assert (found.headline, found.authors, found.printed_date) == (
        "Owl seen",
        ("Ann Ash",),
        "4 Mar 2031",
    )
    assert found.body == "An owl sat at the mill on Tuesday, and Müller “saw” it."


def test_rich_text_of_a_press_database_holds_many_articles():
    lines = ("Owl seen", "9 words", "4 March 2031", "Mill Post", "English", "", "An owl sat there.")
    one = "\\par ".join(lines).encode() + rb"\par\par Document MILLP00020310304eh340000b\par "
    assert [item.body for item in read(one * 2)] == ["An owl sat there."] * 2


@pytest.mark.parametrize(
    ("inside", "told"), [(rb"\par ", "without text"), (rb"\u99999999999 owl", "damaged")]
)
def test_what_holds_no_text_says_so(inside, told):
    with pytest.raises(UnreadableError, match=told):
        read(inside)
