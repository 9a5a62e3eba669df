from __future__ import annotations

import io
import zipfile

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats import zipped
from corpus.parse.formats.zipped import Unpacked, open_folder, read_zipped


def pack(**members: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableError) as error:
        list(open_folder(data) or read_zipped(data, where="a"))
    return str(error.value)


def test_word_files_and_books_are_told_apart():
    document = "<document><body><p><r><t>An owl sat at the mill.</t></r></p></body></document>"
    (found,) = read_zipped(pack(**{"word/document.xml": document}), where="a")
    assert found.body == "An owl sat at the mill."
    page = f"<html><body><h1>Owl</h1><p>{'An owl sat at the mill. ' * 4}</p></body></html>"
    (found,) = read_zipped(pack(mimetype="application/epub+zip", **{"a.xhtml": page}), where="a")
    assert found.headline == "Owl"


def test_open_documents_are_told_by_what_they_say_they_are():
    kind = "application/vnd.oasis.opendocument."
    content = "<a><text><p>An owl sat at the mill.</p></text></a>"
    text = pack(mimetype=kind + "text", **{"content.xml": content})
    (found,) = read_zipped(text, where="a")
    assert found.body == "An owl sat at the mill."
    table = pack(mimetype=kind + "spreadsheet", **{"content.xml": content})
    assert refusal(table).startswith("an OpenDocument table")
    assert refusal(pack(mimetype="nothing")).startswith("a ZIP archive in")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("xl/workbook.xml", "an Excel file; save"),
        ("Index/Document.iwa", "a Pages, Numbers or Keynote file; export"),
        (".hidden/owl.txt", "an empty ZIP"),
        ("__MACOSX/owl.txt", "an empty ZIP"),
        ("owls/", "an empty ZIP"),
    ],
)
def test_other_archives_are_refused_by_name(name, told):
    assert refusal(pack(**{name: "x"})).startswith(told)


def test_an_archive_of_files_is_a_folder():
    folder = open_folder(pack(**{"b/owl.txt": "An owl", ".git/x": "", "a.txt": "A cat", "b/": ""}))
    assert folder is not None
    assert [(name, folder.read(name)) for name in folder.files()] == [
        ("a.txt", b"A cat"),
        ("b/owl.txt", b"An owl"),
    ]


def test_a_damaged_archive_says_so():
    assert refusal(b"PK\x03\x04").startswith("a damaged ZIP")
    data = bytearray(pack(**{"word/document.xml": "<document>" + "x" * 2000}))
    data[50:70] = b"\xff" * 20
    assert refusal(bytes(data)).startswith("a damaged ZIP")


def test_a_locked_archive_says_so():
    data = bytearray(pack(**{"word/document.xml": "<document/>"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)).startswith("locked")


def test_a_small_archive_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(zipped, "MOST_BYTES", 1000)
    data = pack(**{"word/document.xml": b" " * 2000})
    assert refusal(data).startswith("over 100 MB")
    assert refusal(pack(**{"owl.txt": b" " * 2000})).startswith("over 100 MB")
    assert Unpacked(data).read("nothing") == b""


def test_an_archive_may_hold_neither_thousands_of_files_nor_one_that_swells(monkeypatch):
    data = pack(**{"owl.txt": b" " * 2000, "cat.txt": b""})
    monkeypatch.setattr(zipped, "_SMALL", 1000)
    monkeypatch.setattr(zipped, "_MOST_SWELLING", 10)
    with pytest.raises(UnreadableError, match="10 times its size"):
        Unpacked(data).read("owl.txt")
    monkeypatch.setattr(zipped, "MOST_MEMBERS", 1)
    assert refusal(data) == "over 1 files in one ZIP archive; unpack it"
