from __future__ import annotations

import pytest

from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.evernote import read_notes

OWL = "An owl sat at the mill on Tuesday, and it would not leave."
CAT = "A cat watched it from the roof, said the miller."


def note(content: str, more: str = "", title: str = "Owl seen") -> str:
    return (
        f"<note><title>{title}</title><content><![CDATA[<?xml version='1.0'?>"
        f"<!DOCTYPE en-note SYSTEM 'x'><en-note>{content}</en-note>]]></content>"
        f"<created>20310909T090000Z</created>{more}<resource><data>AAAA</data></resource></note>"
    )


def export(*notes: str) -> bytes:
    head = "<?xml version='1.0'?><!DOCTYPE en-export SYSTEM 'http://x.example/e.dtd'>"
    return f"{head}<en-export>{''.join(notes)}</en-export>".encode()


def test_each_note_is_an_article_without_the_day_it_was_made():
    source = "<source-url>https://mill.example/owl</source-url><author>Ann Ash</author>"
    attributes = f"<note-attributes>{source}</note-attributes>"
    owl, cat, bad = read_notes(
        export(note(f"<div>{OWL}</div><div>{CAT}</div>", attributes), note(CAT), note("")),
        where="a",
    )
    assert (owl.headline, owl.url, owl.authors) == (
        "Owl seen",
        "https://mill.example/owl",
        ("Ann Ash",),
    )
    assert (owl.body, owl.published) == (f"{OWL}\n\n{CAT}", None)
    assert cat.body == CAT
    assert isinstance(bad, Failure)
    assert bad.where == "a:3"


def test_a_clipped_page_is_read_as_a_page():
    page = (
        f"<nav><a>Mills</a></nav><article><h1>Owls</h1>{f'<p>{OWL}</p><p>{CAT}</p>' * 4}</article>"
    )
    (found,) = read_notes(export(note(page, title="")), where="a")
    assert found.body.startswith(OWL)
    assert found.headline


@pytest.mark.parametrize("data", [export(), b"<en-export><resource>AAAA", b"<"])
def test_an_export_without_notes_says_so(data):
    with pytest.raises(UnreadableError, match="without notes"):
        list(read_notes(data, where="a"))
