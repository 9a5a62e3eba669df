"""Files of other programs, read from disk through the sandbox."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.kinds import Format
from corpus.parse.formats.reading import read_format
from corpus.readers import files
from corpus.readers.files import read_path

TABLE = "title,text,author\nOwl seen,An owl sat at the mill.,Ann Ash\nNo text,,\n"


def read(folder, name: str, data: bytes) -> list[Article | Failure]:
    (folder / name).write_bytes(data)
    return list(read_path(folder / name))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", TABLE.encode()),
        ("a.csv.gz", gzip.compress(TABLE.encode(), mtime=0)),
        ("export", TABLE.encode()),
        ("excel.txt", TABLE.replace(",", "\t").encode("utf-16")),
    ],
)
def test_a_table_is_read_row_by_row(tmp_path, name, data):
    owl, bad = read(tmp_path, name, data)
    assert (owl.headline, owl.authors) == ("Owl seen", ("Ann Ash",))
    assert bad.where == f"{tmp_path / name}:3"


def test_a_table_without_articles_is_one_failure(tmp_path):
    (failure,) = read(tmp_path, "links.csv", b"title,url\nOwl,https://a.example\n")
    assert failure.reason.startswith("a list of one link without text; add")
    (failure,) = read(tmp_path, "links.txt", b"https://a.example\nhttps://b.example\n")
    assert failure.reason.startswith("a list of 2 links without text; add")


def test_what_is_no_file_of_another_program_is_not_read():
    with pytest.raises(UnreadableError):
        read_format(Format.TEXT, b"", where="")


MAIL = (
    b"Received: by x\nFrom: The Mill Post <news@mill.example>\nSubject: %s\n"
    b"Date: Tue, 4 Mar 2031 09:00:00 +0000\n\nAn owl sat at the mill.\n"
)


def test_a_mail_is_one_article_and_a_mailbox_many(tmp_path):
    (one,) = read(tmp_path, "letter", MAIL % b"Owl")
    assert (one.headline, one.publisher) == ("Owl", "The Mill Post")
    box = [
        b"From a Tue Mar  4\n" + data + b"\n"
        for data in (MAIL % b"Owl", b"To: b\n\n", MAIL % b"Cat")
    ]
    owl, bad, cat = read(tmp_path, "letters.mbox", b"".join(box))
    assert (owl.headline, cat.headline) == ("Owl", "Cat")
    assert bad == Failure(
        f"{tmp_path / 'letters.mbox'}:2", "a mail without text; only attachments, perhaps"
    )


def test_of_a_long_mail_the_beginning_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_MESSAGE_BYTES", 1000)
    (one,) = read(tmp_path, "a.eml", MAIL % b"Owl" + b"\n" + b"x" * 2000)
    assert one.headline == "Owl"


@pytest.mark.parametrize(
    ("name", "data", "headlines"),
    [
        ("a.md", b"---\ntitle: Owl\nauthor: Ann\n---\nAn owl sat at the mill.\n", ["Owl"]),
        (
            "a.txt",
            b"1 of 1 DOCUMENTS\n\nThe Mill Post\n\nOwl seen\n\nLENGTH: 5 words\n\nAn owl sat.\n",
            ["Owl seen"],
        ),
        (
            "a.xml",
            b"<nitf><body><hl1>Owl</hl1><body.content><p>An owl sat.</p></body.content></body>",
            ["Owl"],
        ),
        (
            "a.enex",
            b"<en-export><note><title>Owl</title><content>&lt;en-note&gt;An owl sat at the mill."
            b"&lt;/en-note&gt;</content></note></en-export>",
            ["Owl"],
        ),
    ],
)
def test_texts_with_facts_around_them_are_read(tmp_path, name, data, headlines):
    assert [item.headline for item in read(tmp_path, name, data)] == headlines


def test_an_archive_is_read_or_refused_whatever_its_name(tmp_path):
    (failure,) = read(tmp_path, "a.txt", b"PK\x03\x04\x00\x00")
    assert failure.reason == "a damaged ZIP archive; save it again"
    (failure,) = read(tmp_path, "a.txt", b"%PDF-1.7 \x00\xff")
    assert failure.reason.startswith("a damaged PDF")


def pack(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_what_is_packed_is_read_as_a_folder(tmp_path):
    letter = MAIL % b"Letter"
    inner = pack(**{"owl.txt": b"Owl seen\nAn owl sat at the mill."})
    data = pack(
        **{
            "b/cat-seen-at-noon.txt": b"A cat sat at the mill at noon, and it would not leave.",
            "a.csv": TABLE.encode(),
            "c.eml": letter,
            "d.zip": inner,
            "e.png": b"\x89PNG\r\n",
            "__MACOSX/a.csv": b"",
        }
    )
    owl, row, cat, mail, nested, picture = read(tmp_path, "all.zip", data)
    assert [one.headline for one in (owl, cat, mail)] == ["Owl seen", "Cat seen at noon", "Letter"]
    place = f"{tmp_path / 'all.zip'}"
    assert [one.where for one in (row, nested, picture)] == [
        f"{place}/a.csv:3",
        f"{place}/d.zip",
        f"{place}/e.png",
    ]
    assert "a ZIP archive in a ZIP archive; unpack it" in nested.reason


def test_the_name_of_a_file_is_the_headline_of_a_text_without_any(tmp_path):
    body = b"The owl that sat at the mill on Tuesday would not leave it before noon, they say."
    (named,) = read(tmp_path, "2031-03-04 Owl seen at the mill.txt.gz", gzip.compress(body))
    assert named.headline == "Owl seen at the mill"
    (unnamed,) = read(tmp_path, "export-7.txt", body)
    assert unnamed.headline == "The owl that sat at the mill on Tuesday would not leave…"


def test_the_pages_of_a_web_archive_are_read(tmp_path):
    paragraphs = "<p>An owl sat at the mill on Tuesday, and would not leave before noon.</p>" * 3
    page = f"<html><body><article><h1>Owl</h1>{paragraphs}</article></body></html>".encode()
    record = (
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://mill.example/owl\r\n"
        b"Content-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    )
    large = record % 6_000_000 + b"<html>" + b" " * (6_000_000 - 6) + b"\r\n\r\n"
    data = record % len(page) + page + b"\r\n\r\n" + large
    owl, bad = read(tmp_path, "a.warc.gz", gzip.compress(data, 1))
    assert (owl.headline, owl.url) == ("Owl", "https://mill.example/owl")
    assert bad == Failure(f"{tmp_path / 'a.warc.gz'}:2", "over 5 MB in one page")
