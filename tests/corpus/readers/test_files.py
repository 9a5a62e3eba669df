from __future__ import annotations

import gzip
import json
import lzma
import os
import tracemalloc

import pytest

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.charset import decode
from corpus.readers import files
from corpus.readers.files import read_path

CLIPPING = "Harbour bridge to close\nBy Jane Doe\nThe bridge will be shut for a year, café and all."
HTML = (
    "<html><head><title>Bridge shut</title></head><body><article>"
    + "<p>The town council voted to close the harbour bridge for a year so piers can be mended.</p>"
    "<p>Ferries will run every ten minutes instead, the mayor told a crowd on the quay at noon.</p>"
    + "</article></body></html>"
).encode()
RECORD = json.dumps({"headline": "Bridge shut", "body": "The bridge is shut."}).encode() + b"\n"
RSS = b"""<rss version="2.0"><channel><title>Sample</title><item><title>Owl</title>
<link>https://news.example/owl</link><pubDate>Tue, 04 Mar 2021 12:00:00 GMT</pubDate>
<description>Owl seen at the mill.</description></item><item><title>Cat</title>
<link>https://news.example/cat</link><description>Cat.</description></item><item><title>Dog</title>
<link>https://news.example/dog</link></item></channel></rss>"""


def read(path) -> list[Article | Failure]:
    return list(read_path(path))


def reason(path) -> str:
    (failure,) = read(path)
    assert isinstance(failure, Failure)
    assert failure.where == str(path)
    assert "\n" not in failure.reason
    return failure.reason


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", HTML),
        ("A.HTM.GZ", gzip.compress(HTML, mtime=0)),
        ("page", HTML),
        ("a.jsonl", RECORD),
        ("a.ndjson.gz", gzip.compress(RECORD, mtime=0)),
        ("a.jsonl.xz", lzma.compress(RECORD)),
        ("a.xz", lzma.compress(HTML)),
        ("two.jsonl.xz", lzma.compress(RECORD[:20]) + b"\0\0\0\0" + lzma.compress(RECORD[20:])),
        ("a.json", b"\xef\xbb\xbf[" + RECORD + b"]"),
        ("a.jsonl", RECORD.rstrip()),
    ],
)
def test_the_suffix_says_what_a_file_holds(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (article,) = read(tmp_path / name)
    assert article.headline == "Bridge shut"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "notes"])
def test_pasted_text_may_be_in_any_common_charset(tmp_path, name, encoding):
    (tmp_path / name).write_bytes(CLIPPING.encode(encoding))
    (article,) = read(tmp_path / name)
    assert article.headline == "Harbour bridge to close"
    assert article.body.endswith("café and all.")


def test_text_cut_inside_a_character_is_read_to_there():
    assert decode("Café é".encode()[:-1]) == "Café "
    assert decode(b"\xff\xfea\x00b") == "a\ufffd"


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xe9" + b"\x01" * 50, b"%PDF-1.7 \x00\xff"])
def test_what_is_no_text_says_so(data):
    with pytest.raises(UnreadableError, match="not text"):
        decode(data)


def test_a_saved_feed_gives_the_entries_that_hold_text(tmp_path):
    (tmp_path / "a.rss").write_bytes(RSS)
    owl, cat = read(tmp_path / "a.rss")
    assert (owl.headline, owl.publisher, owl.url) == ("Owl", "Sample", "https://news.example/owl")
    assert owl.published.year == 2021
    assert cat == Failure(
        f"{tmp_path / 'a.rss'}: https://news.example/cat",
        "no article text: fewer than three words",
    )


@pytest.mark.parametrize(
    ("name", "data", "start"),
    [
        ("a.opml", b"<opml><body/></opml>", "a list of feeds"),
        ("a.xml", b"<rss version='2.0'><channel/></rss>", "the feed holds no text"),
        ("a.xml", b"<a/>", "XML of a kind that is not read (<a>)"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><rss>&b;</rss>', "the XML declares entities"),
        ("a.txt", b"", "empty file"),
        ("a.html", b" \n", "empty file"),
        ("a.jsonl", b"", "empty file"),
        ("a.html.gz", gzip.compress(b"", mtime=0), "empty file"),
        ("a.txt", b"Too short", "no article text"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        ("a.html.gz", b"plain", "not a gzip file"),
        ("a.html.gz", gzip.compress(HTML, mtime=0)[:-20], "the archive is damaged"),
        ("a.html.gz", gzip.compress(HTML, mtime=0)[:12] + b"\xff" * 99, "the archive is damaged"),
        ("a.jsonl.xz", b"plain", "the archive is damaged"),
        ("a.jsonl.xz", lzma.compress(RECORD)[:40], "the archive is damaged"),
        ("missing", None, "cannot be read: no such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_failure(tmp_path, name, data, start):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert reason(tmp_path / name).startswith(start)


@pytest.mark.parametrize(("name", "pack"), [("a.txt.gz", gzip.compress), ("a.xz", lzma.compress)])
def test_a_small_archive_cannot_fill_the_memory(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(b"word " * 10_000_000))
    tracemalloc.start()
    found = reason(tmp_path / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.startswith("over 5 MB")
    assert peak < 20_000_000


def test_a_giant_line_is_skipped_without_holding_it(tmp_path):
    giant = b'{"body": "' + b"x" * 30_000_000 + b'"}\n'
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(RECORD + giant + RECORD, 1))
    tracemalloc.start()
    first, failure, last = read(tmp_path / "a.jsonl.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert first == last
    assert failure == Failure(
        f"{tmp_path / 'a.jsonl.gz'}:2", "the line is over 5 MB; put one article on a line"
    )
    assert peak < 30_000_000


def test_a_file_over_the_limit_ends_in_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 100_000)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(RECORD * 10_000))
    *articles, failure = read(tmp_path / "a.jsonl.gz")
    assert articles
    assert failure.reason == "over 4 GB once decompressed; split it"


def test_folders_are_walked_in_order_and_hidden_files_skipped(tmp_path):
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/d.txt", ".git/e.txt", "sub/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Bridge {path.stem} shut\n{CLIPPING}", encoding="utf-8")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "empty.html").touch()
    headlines = [getattr(item, "headline", item) for item in read(tmp_path)]
    assert headlines == [
        "Bridge a shut",
        "Bridge b shut",
        Failure(str(tmp_path / "empty.html"), "empty file"),
        "Bridge c shut",
        "Bridge d shut",
    ]


def test_a_folder_that_may_not_be_opened_is_a_failure(tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.txt").write_text(CLIPPING, encoding="utf-8")
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    article, failure = read(tmp_path)
    assert article.headline == "Harbour bridge to close"
    assert failure == Failure(str(tmp_path / "locked"), "cannot be read: permission denied")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert reason(tmp_path / "pipe") == "not a regular file"


def test_a_link_to_itself_is_a_failure(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert reason(tmp_path / "loop").startswith("cannot be read")


def test_an_error_without_reason_still_reads_as_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(CLIPPING, encoding="utf-8")

    def fail(path, _):
        raise OSError
        yield path

    monkeypatch.setattr(files, "_blocks", fail)
    assert reason(tmp_path / "a.txt") == "cannot be read: unknown reason"
