from __future__ import annotations

import gzip
import zlib

import pytest

from corpus.errors import Failure, UnreadableError
from corpus.parse.formats import web_archive
from corpus.parse.formats.web_archive import cut_archive, read_archive

OWL = "An owl sat at the mill on Tuesday, and it would not leave before the miller had fed it."
CAT = "A cat watched it from the roof, said the miller, who feeds them both, Café or not."
PAGE = f"<html><body><article><h1>Owl seen</h1><p>{OWL}</p><p>{CAT}</p></article></body></html>"


def record(body: bytes, *, kind: str = "response", type: str = "application/http") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://mill.example/owl\r\n"
        "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2031-03-04T09:00:00Z\r\n"
        f"Content-Type: {type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def answer(page: bytes, *more: str, status: str = "200 OK", type: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {type}", f"Content-Length: {len(page)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + page


def read(*records: bytes, block: int = 50):
    data = b"".join(records)
    blocks = (data[at : at + block] for at in range(0, len(data), block))
    for piece in cut_archive(blocks, where="a.warc"):
        if isinstance(piece, Failure):
            yield piece
        else:
            yield from read_archive(piece[1])


def test_the_pages_of_an_archive_are_read_under_their_addresses():
    packed = answer(gzip.compress(PAGE.encode()), "Content-Encoding: gzip")
    deflated = zlib.compress(PAGE.encode(), wbits=-15)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE.encode()), PAGE.encode())
    latin = answer(PAGE.encode("latin-1"), type="text/html; charset=iso-8859-1")
    found = list(
        read(
            record(b"software: x\r\n", kind="warcinfo", type="application/warc-fields"),
            record(packed),
            record(latin),
            record(answer(deflated, "Content-Encoding: deflate")),
            record(answer(chunks, "Transfer-Encoding: chunked").replace(b"Content-Length", b"X")),
            record(PAGE.encode(), kind="resource", type="text/html"),
        )
    )
    assert [item.headline for item in found] == ["Owl seen"] * 5
    assert {item.url for item in found} == {"https://mill.example/owl"}
    assert {item.body for item in found} == {f"{OWL}\n\n{CAT}"}


def test_what_is_no_page_is_passed_over():
    packed = gzip.compress(PAGE.encode())
    records = (
        record(answer(b"html" + PAGE.encode(), "Content-Encoding: br")),
        record(b"html, but no answer"),
        record(answer(packed[:20] + b"html", "Content-Encoding: gzip", type="text/plain")),
        record(answer(b"<html>gone", status="404 Not Found")),
        record(answer(b"\x89PNG", type="image/png")),
        record(answer(b"body{} /* html */", type="text/css")),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    )
    assert list(read(*records)) == []


def test_a_page_that_cannot_be_unpacked_holds_no_article():
    with pytest.raises(UnreadableError):
        list(read(record(answer(b"\xff\xffhtml", "Content-Encoding: gzip"))))


def test_a_page_over_the_limit_is_a_failure(monkeypatch):
    monkeypatch.setattr(web_archive, "MOST_BYTES", 100)
    (failure,) = read(record(answer(PAGE.encode())))
    assert failure == Failure("a.warc:1", "over 5 MB in one page")


@pytest.mark.parametrize("data", [b"WARC/1.0\r\nWARC-Type: x", b"x" * 20_000, b"owl\r\n\r\n"])
def test_a_damaged_archive_says_so(data):
    with pytest.raises(UnreadableError, match="damaged"):
        list(read(data, block=5000))
