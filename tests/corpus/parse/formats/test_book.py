from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.book import read_book

OWL = "An owl sat at the mill on Tuesday, and it would not leave before the miller had fed it."
CAT = "A cat watched it from the roof, said the miller, who feeds them both."
CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns:dc="dc"><metadata><dc:title>The Mill Post, Tuesday</dc:title>
<dc:creator>calibre</dc:creator><dc:creator>Ann Ash</dc:creator><dc:date>2031-03-04</dc:date>
<dc:language>de</dc:language>{}</metadata><manifest><item id="n" href="nav.html" properties="nav"/>
<item id="b" href="b%20b.html"/><item id="a" href="a.html"/><item id="i" href="i.html"/></manifest>
<spine><itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="i"/>
<itemref idref="x"/></spine></package>"""


def page(text: str) -> bytes:
    return f"<html><head><title>x</title></head><body>{text}</body></html>".encode()


def read(members: dict[str, bytes]):
    return list(read_book(list(members), lambda name: members.get(name, b""), where="a.epub"))


def test_chapters_are_read_in_their_order():
    index = "".join(f'<li><a href="#">{OWL}</a></li>' for _ in range(3))
    members = {
        "META-INF/container.xml": CONTAINER.encode(),
        "OPS/book.opf": PACKAGE.format("<dc:publisher>Mill Post</dc:publisher>").encode(),
        "OPS/nav.html": page(f"<p>{OWL} {CAT}</p>"),
        "OPS/a.html": page(f"<p>News</p><h2>Owl <i>seen</i></h2><p>{OWL}</p><p>{CAT}</p>"),
        "OPS/b b.html": page(f"<p>{CAT}</p><p>{OWL}</p>"),
        "OPS/i.html": page(index),
    }
    cat, owl = read(members)
    assert (owl.headline, owl.body) == ("Owl seen", f"{OWL}\n\n{CAT}")
    assert (owl.publisher, owl.authors, owl.language) == ("Mill Post", ("Ann Ash",), "de")
    assert owl.published == datetime(2031, 3, 4, tzinfo=UTC)
    assert cat.body == f"{CAT}\n\n{OWL}"
    members["OPS/book.opf"] = PACKAGE.format("").encode()
    assert read(members)[0].publisher == "The Mill Post, Tuesday"


def test_a_book_that_names_no_order_is_read_by_name():
    found = read({"b.xhtml": page(f"<h1>Cat</h1><p>{CAT} {OWL}</p>"), "a.html": page(OWL + OWL)})
    assert [item.headline for item in found][1:] == ["Cat"]


def test_a_chapter_that_cannot_be_read_is_a_failure():
    (failure,) = read({"a.html": page("<p>" + "1 2 " * 30 + "</p>")})
    assert isinstance(failure, Failure)


@pytest.mark.parametrize("data", [b"", b" ", page("<p>Cover</p>"), b"<!-- -->", b"\x00"])
def test_a_book_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="a book"):
        read({"a.html": data})
