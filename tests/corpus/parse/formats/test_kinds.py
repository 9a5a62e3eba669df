from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats.kinds import Format, tell_format

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


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
        (b"Owl", ".html", Format.TEXT),
        (b"Owl <b>seen</b>", ".html", Format.PAGE),
        (b"title,text\nOwl,An owl", ".json", Format.TABLE),
        (b"Owl seen\n\nAn owl sat.", ".jsonl", Format.TEXT),
        (b'lf"}\n{"title": "Owl"}', ".jsonl", Format.RECORDS),
        ("Owl seen at the mill".encode("utf-16-le"), ".txt", Format.TEXT),
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
        (b"{\\rtf1\\ansi Owl}", ".txt", Format.RICH_TEXT),
        (b"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks", ".html", Format.LINKS),
        (b"https://a.example/owl\nhttps://a.example/cat\n", ".txt", Format.LINKS),
        (b"https://a.example/owl\nOwl seen\n", ".txt", Format.TEXT),
        (b"[InternetShortcut]\r\nURL=https://a.example\r\n", ".url", Format.LINKS),
        (b"<html><p>1 of 3 DOCUMENTS</p><p>The Mill Post</p>", ".html", Format.PRESS_TEXTS),
        (b"HD  Owl\nPD  4 March 2031\nSN  Post\nLP\nAn owl", ".txt", Format.PRESS_TEXTS),
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
        (OLE + "WordDocument".encode("utf-16-le"), ".txt", "an old Word file (DOC); save"),
        (OLE, ".xls", "an old Excel file (XLS); save"),
        (OLE + "__substg1.0_".encode("utf-16-le"), "", "a message of Outlook (MSG); save"),
        (OLE, "", "an old Office file; save"),
        (b"bplist00\xd1", ".webarchive", "a web archive of Safari; save"),
        (b"<?xml version='1.0'?><urlset xmlns='x'>", ".xml", "a sitemap: addresses"),
        (b"body { color: red }", ".css", "a file for programs (.css)"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nAn owl", ".srt", "subtitles; save"),
        (b"WEBVTT\n", ".txt", "subtitles; save"),
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


def test_the_documentation_lists_every_kind():
    page = (Path(__file__).parents[4] / "docs" / "articles.md").read_text(encoding="utf-8")
    table = page.partition("<!-- kinds -->\n")[2].partition("<!-- end")[0]
    rows = [line.strip("| ").split(" | ")[0] for line in table.splitlines()[2:]]
    named = {row.partition(" (")[0].casefold() for row in rows}
    assert named == {kind.value.casefold() for kind in Format} | {"telegram export"}
