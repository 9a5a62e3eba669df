from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.formats.pdf import read_pdf
from tests.support.make_pdf import make_pdf

FIRST = [
    ("Mill Post press office", 9, 780),
    ("Owl seen at the mill", 20, 740),
    ("and at the harbour", 20, 715),
    ("By Ann Ash", 11, 690),
    ("4 March 2031", 11, 675),
    ("An owl sat at the mill on Tuesday, and it would not go be-", 11, 650),
    ("fore the miller had fed it, which took him an hour or so.", 11, 635),
    ("He was tired.", 11, 620),
    ("A cat watched it from the roof, said the miller, who feeds", 11, 600),
    ("them both every day of the week, and on Sundays twice.", 11, 585),
    ("1", 9, 20),
]
SECOND = [
    ("Mill Post press office", 9, 780),
    ("The end of it all came when the owl left the mill at noon.", 11, 740),
    ("2", 9, 20),
]


def read(data: bytes) -> Article:
    (found,) = read_pdf(data, where="a.pdf")
    assert isinstance(found, Article)
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableError) as error:
        list(read_pdf(data, where="a.pdf"))
    return str(error.value)


def test_a_release_has_headline_author_day_and_paragraphs():
    found = read(make_pdf(FIRST, SECOND))
    assert found.headline == "Owl seen at the mill and at the harbour"
    assert (found.authors, found.published) == (("Ann Ash",), datetime(2031, 3, 4, tzinfo=UTC))
    first, second = found.body.split("\n\n")
    assert first.startswith("An owl sat at the mill on Tuesday, and it would not go before the")
    assert first.endswith("He was tired.")
    assert second.startswith("A cat watched it")
    assert second.endswith("twice. The end of it all came when the owl left the mill at noon.")


def test_a_page_of_one_size_has_no_marked_headline():
    found = read(make_pdf([("An owl sat at the mill on Tuesday.", 11, 700)]))
    assert found.body == "An owl sat at the mill on Tuesday."


def test_a_line_may_be_set_in_pieces():
    pieces = [("Owl seen ", 20, 740), ("at the mill", 20, 740)]
    found = read(make_pdf([*pieces, *FIRST[5:]]))
    assert found.headline.startswith("Owl seen")


def test_a_pdf_without_text_says_so():
    assert refusal(make_pdf([])).startswith("a PDF without text")
    assert refusal(make_pdf([("17", 11, 700)])).startswith("a PDF without text")


def test_a_locked_pdf_says_so():
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(make_pdf(FIRST))))
    writer.encrypt("owl", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    assert refusal(locked.getvalue()).startswith("a PDF locked")


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7 \x00\xff", make_pdf(FIRST)[:300]])
def test_a_damaged_pdf_says_so(data):
    assert refusal(data).startswith("a damaged PDF")


def test_a_pdf_whose_end_is_missing_is_read_as_far_as_it_goes():
    whole = make_pdf(FIRST, SECOND)
    cut = whole[: whole.index(b"xref")]
    assert read(cut).headline == "Owl seen at the mill and at the harbour"
    without_address = re.sub(rb"startxref\n\d+\n", b"", whole)
    assert read(without_address).body.endswith("left the mill at noon.")
    assert refusal(cut.replace(b"/Catalog", b"/Nothing")).startswith("a damaged PDF")


def test_a_pdf_of_one_size_may_tell_its_title_itself():
    plain = make_pdf([("An owl sat at the mill on Tuesday.", 11, 700)])
    info = b"/Info<</Title(Microsoft Word - Owl seen at the mill.doc)>>/Root"
    found = read(plain.replace(b"/Root", info))
    assert found.headline == "Owl seen at the mill"
