from __future__ import annotations

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats.kinds import Format, tell_format


@pytest.mark.parametrize(
    ("opening", "suffix", "format"),
    [
        (b"Owl seen at the mill", "", Format.TEXT),
        (b"Owl <owl@a.example> was seen", ".txt", Format.TEXT),
        (b"<owl@a.example> wrote: it was seen", ".txt", Format.TEXT),
        (b"[Our man at the mill writes] An owl", ".txt", Format.TEXT),
        (b"<p>Owl", ".txt", Format.PAGE),
        (b"  <!doctype HTML><html>", ".json", Format.PAGE),
        (b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "b">]><html>', "", Format.PAGE),
        (b"Owl", ".html", Format.PAGE),
        (b"<custom-element>Owl</custom-element>", ".html", Format.PAGE),
        (b"<owl", ".jsonl", Format.RECORDS),
        (b"<!-- a page --><article>Owl", "", Format.PAGE),
        (b'{"title": "Owl"', ".txt", Format.RECORDS),
        (b'[\n  {"title": "Owl"', "", Format.RECORDS),
        (b"", ".jsonl", Format.RECORDS),
        (b"<rss version='2.0'>", ".txt", Format.FEED),
        (b"<opml>", "", Format.FEED),
        (b"title,text\nOwl,An owl", "", Format.TABLE),
        (b"Owls", ".csv", Format.TABLE),
        (b"WARC/1.0\r\n", ".warc", Format.WEB_ARCHIVE),
        (b"%PDF-1.7", "", Format.PDF),
        (b"PK\x03\x04owl", ".txt", Format.ZIPPED),
        (b"<?xml version='1.0'?>\n<nitf>", ".xml", Format.WIRES),
        (b"<newsMessage xmlns='x'>", "", Format.WIRES),
        (b"<!DOCTYPE en-export SYSTEM 'x'><en-export>", ".enex", Format.NOTES),
        (b"Owls\n==========\nAn owl", "", Format.TEXT),
        (b"---\ntitle: Owl\n---\nAn owl", ".md", Format.NOTE),
        (b"1 of 3 DOCUMENTS\n\nThe Mill Post", ".txt", Format.PRESS_TEXTS),
        ("title,text\nOwl,An owl".encode("utf-16"), ".txt", Format.TABLE),
    ],
)
def test_a_file_is_told_by_how_it_begins(opening, suffix, format):
    assert tell_format(opening, suffix) is format


@pytest.mark.parametrize(
    ("opening", "suffix", "told"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", ".html", "a picture"),
        (b"\x00\x00\x00\x18ftypmp42", "", "sound or video"),
        (b"owl.txt" + b"\0" * 250 + b"ustar\x0000", ".txt", "TAR"),
        (b"SQLite format 3\x00", ".txt", "SQLite database; export"),
        (b"{\\rtf1\\ansi Owl}", ".txt", "rich text (RTF); save"),
        (b"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks", ".html", "add the addresses"),
        (b'<?xml version="1.0"?>\n<w:owls xmlns:w="x">', "", "not read (<owls>)"),
        (b"<owls><owl/></owls>", ".txt", "not read (<owls>)"),
        (b"<a/>", ".xml", "not read (<a>)"),
        (b"<?xml version='1.0'?> nothing", "", "not read (<>)"),
        (b"An owl", ".rss", "not a feed"),
        (
            b"\xef\xbb\xbfOwls (Ash)\r\n- Your Highlight on page 7\r\n\r\nHoo\r\n==========\r\n",
            ".txt",
            "clippings of a Kindle",
        ),
    ],
)
def test_what_holds_no_article_is_refused_by_name(opening, suffix, told):
    with pytest.raises(UnreadableError) as error:
        tell_format(opening, suffix)
    assert told in str(error.value)
