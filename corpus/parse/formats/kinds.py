"""What a file is: told by how it begins, and by its name only where that leaves it open.

Nothing is read here: whoever asks runs outside of the sandbox. What holds no article, or is of a
kind that is not read, is refused by name, with what to do.
"""

from __future__ import annotations

from enum import StrEnum

from corpus.errors import UnreadableError
from corpus.parse.charset import find_wide
from corpus.parse.feed import looks_like_feed, looks_like_opml
from corpus.parse.formats.front_matter import opens_note
from corpus.parse.formats.links import opens_links
from corpus.parse.formats.mailbox import opens_mailbox, opens_message
from corpus.parse.formats.press_texts import opens_press_texts
from corpus.parse.formats.table import opens_table

OPENING_BYTES = 1 << 16
"""As much of a file is looked at."""


class Format(StrEnum):
    """What some bytes are."""

    RECORDS = "records"
    FEED = "feed"
    PAGE = "page"
    TEXT = "text"
    TABLE = "table"
    MESSAGE = "message"
    MAILBOX = "mailbox"
    NOTE = "note"
    PRESS_TEXTS = "press texts"
    WIRES = "wires"
    NOTES = "notes"
    ZIPPED = "zipped"
    PDF = "PDF"
    RICH_TEXT = "rich text"
    LINKS = "links"
    WEB_ARCHIVE = "web archive"


_PICTURE = "a picture; put its words into a text file"
_SOUND = "sound or video holds no text; add a transcript"
_PACKED = "a packed archive ({}); unpack it and add what it holds"
_SIGNATURES = (
    (0, b"\x89PNG\r\n", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (0, b"II*\x00", _PICTURE),
    (0, b"MM\x00*", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (4, b"ftypheic", _PICTURE),
    (4, b"ftypavif", _PICTURE),
    (4, b"ftyp", _SOUND),
    (8, b"WAVE", _SOUND),
    (8, b"AVI ", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"OggS\x00", _SOUND),
    (0, b"fLaC\x00", _SOUND),
    (0, b"\x1aE\xdf\xa3", _SOUND),
    (0, b"7z\xbc\xaf\x27\x1c", _PACKED.format("7z")),
    (0, b"Rar!\x1a\x07", _PACKED.format("RAR")),
    (257, b"ustar", _PACKED.format("TAR")),
    (0, b"BZh", _PACKED.format("bzip2")),
    (0, b"\x28\xb5\x2f\xfd", _PACKED.format("Zstandard")),
    (0, b"\x1f\x8b\x08", "packed with gzip; let its name end in .gz"),
    (0, b"\xfd7zXZ\x00", "packed with xz; let its name end in .xz"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"%!PS", "PostScript; copy its text into a file, and add that"),
    (0, b"bplist00", "a web archive of Safari; save the page as HTML or PDF"),
    (0, b"BEGIN:VCALENDAR", "a calendar; put what it says into a text file"),
    (0, b"BEGIN:VCARD", "a list of contacts"),
    (0, b"ITOLITLS", "a book for Microsoft Reader (LIT); save it as EPUB"),
    (60, b"BOOKMOBI", "a book for a Kindle (MOBI); save it as EPUB"),
    (0, b"ITSF", "a help file (CHM); save its pages as HTML"),
    (0, b"AT&TFORM", "a DjVu file; save its text as a text file"),
    (0, b"SQLite format 3\x00", "an SQLite database; export its articles as CSV or JSON Lines"),
    (0, b"PAR1", "a Parquet file; export its articles as CSV or JSON Lines"),
    (0, b"Obj\x01", "an Avro file; export its articles as CSV or JSON Lines"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\x00", "a program"),
)
"""Where bytes stand, which, and what they tell."""

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_FILES = (
    ("WordDocument", (".doc", ".dot"), "an old Word file (DOC); save it as DOCX or plain text"),
    ("Workbook", (".xls", ".xlt"), "an old Excel file (XLS); save its table as CSV"),
    (
        "PowerPoint Document",
        (".ppt",),
        "an old PowerPoint file (PPT); save its text",
    ),
    ("__substg1.0_", (".msg",), "a message of Outlook (MSG); save it as EML or plain text"),
)
_OLD = "an old Office file; save it as DOCX, plain text or HTML"
_CODE = frozenset(
    (
        *(".css", ".js", ".mjs", ".ts", ".py", ".rb", ".php", ".sh", ".bat", ".ps1", ".c", ".h"),
        *(".cpp", ".java", ".go", ".rs", ".sql", ".ini", ".cfg", ".toml", ".yml", ".yaml", ".lock"),
        *(
            ".log",
            ".map",
            ".ics",
            ".vcf",
            ".srt",
            ".vtt",
            ".ass",
            ".bib",
            ".tex",
            ".webloc",
        ),
    )
)
_SUBTITLES = (".srt", ".vtt", ".ass")
_KINDS = (
    (b"PK\x03\x04", Format.ZIPPED),
    (b"%PDF-", Format.PDF),
    (b"WARC/", Format.WEB_ARCHIVE),
    (b"{\\rtf", Format.RICH_TEXT),
)
_TEXTS = (
    (opens_links, Format.LINKS),
    (opens_note, Format.NOTE),
    (opens_press_texts, Format.PRESS_TEXTS),
    (opens_mailbox, Format.MAILBOX),
)
"""Kinds of text and what tells them, in the order in which they are asked."""
_BLANK = b"\xef\xbb\xbf \t\r\n\x0b\x0c"
_LINES = (".jsonl", ".ndjson", ".json")
_PAGES = (".html", ".htm", ".xhtml")
_FEEDS = (".xml", ".rss", ".atom", ".opml", ".rdf")
_TABLES = (".csv", ".tsv", ".tab")
_MESSAGES = (".eml", ".mht", ".mhtml")
_JSON_OPENINGS = (b'{"', b"{}", b"[{", b"[]", b'["', b"[[")
_PAGE_ROOTS = frozenset(
    b"html head body meta title link div p article section main h1 h2 h3 span table ul ol a"
    b" center font".split()
)
_FEED_ROOTS = frozenset((b"rss", b"feed", b"rdf", b"opml"))
_WIRES = frozenset((b"nitf", b"newsml", b"newsmessage", b"newsitem", b"packageitem"))
_SITEMAPS = frozenset((b"urlset", b"sitemapindex"))
_SITEMAP = "a sitemap: addresses without text; add it where it is on the web, or follow it"

_KINDLE_END = b"=========="
_KINDLE = "clippings of a Kindle are marked lines, and no articles; add the articles themselves"


def tell_format(opening: bytes, suffix: str) -> Format:
    """Tell what a file is.

    Args:
        opening: Its first bytes, unpacked, `OPENING_BYTES` of them where there are as many.
        suffix: Of its name, in small letters; decides where the bytes leave it open.

    Raises:
        UnreadableError: It is of a kind that is not read; the message names it, and what to do.

    Example:
        >>> tell_format(b"<!DOCTYPE html><html><body>", ".txt")
        <Format.PAGE: 'page'>
    """
    for start, signature, told in _SIGNATURES:
        if opening.startswith(signature, start):
            raise UnreadableError(told)
    if opening.startswith(_OFFICE):
        raise UnreadableError(_name_old_file(opening, suffix))
    if kind := next((kind for sign, kind in _KINDS if opening.startswith(sign)), None):
        return kind
    head = as_utf8(opening)
    if looks_like_feed(opening) or looks_like_opml(opening):
        return Format.FEED
    if head.startswith(b"<"):
        if (found := _tell_markup(head, suffix)) is not None:
            return found
    elif _squeezed(head).startswith(_JSON_OPENINGS) or (suffix in _LINES and _may_be_json(head)):
        return Format.RECORDS
    else:
        return _tell_text(head, suffix)
    return Format.RECORDS if suffix in _LINES else Format.TEXT


def as_utf8(opening: bytes) -> bytes:
    """The beginning of a text in UTF-8, without its mark and the blanks before it."""
    if wide := find_wide(opening):
        opening = opening.decode(wide, errors="ignore").encode(errors="ignore")
    return opening.lstrip(_BLANK)


def _may_be_json(head: bytes) -> bool:
    """Whether a file that is named so may hold JSON, if broken."""
    return not head or b"{" in head or b"[" in head[:1]


def _squeezed(head: bytes) -> bytes:
    return head[:1] + head[1:100].lstrip()


def _name_old_file(opening: bytes, suffix: str) -> str:
    """Name a file of old programs by what it says that it holds, or else by its name."""
    for name, suffixes, told in _OLD_FILES:
        if name.encode("utf-16-le") in opening or suffix in suffixes:
            return told
    return _OLD


def _tell_text(head: bytes, suffix: str) -> Format:
    if _is_kindle(head):
        raise UnreadableError(_KINDLE)
    if suffix in _SUBTITLES or head.startswith(b"WEBVTT"):
        raise UnreadableError("subtitles; save what is said as a text file")
    if suffix in _CODE:
        raise UnreadableError(f"a file for programs ({suffix}), and no article")
    if kind := next((kind for opens, kind in _TEXTS if opens(head)), None):
        return kind
    if opens_message(head, named_so=suffix in _MESSAGES):
        return Format.MESSAGE
    if suffix in _FEEDS:
        raise UnreadableError("not a feed: expected RSS or Atom")
    if suffix in _TABLES or (suffix not in _PAGES and opens_table(head)):
        return Format.TABLE
    return Format.PAGE if suffix in _PAGES and b"<" in head else Format.TEXT


def _is_kindle(head: bytes) -> bool:
    """Marks and notes of a Kindle: a title, a line that says where, and a line of equal signs."""
    lines = [line.strip() for line in head.splitlines()[:40]]
    return _KINDLE_END in lines and len(lines) > 1 and lines[1].startswith(b"- ")


def _tell_markup(head: bytes, suffix: str) -> Format | None:
    """Tell kinds of markup by doctype and first element; None where it is text after all."""
    if opens_links(head):
        return Format.LINKS
    doctype, root = _first_element(head)
    if root in _SITEMAPS:
        raise UnreadableError(_SITEMAP)
    if root in _FEED_ROOTS:
        return Format.FEED
    if root in _WIRES:
        return Format.WIRES
    if root == b"en-export":
        return Format.NOTES
    is_page = root == b"html" or b"html" in doctype or suffix in _PAGES
    if is_page or (root in _PAGE_ROOTS and suffix not in _FEEDS):
        return Format.PRESS_TEXTS if opens_press_texts(head) else Format.PAGE
    name = root.decode(errors="replace")[:40]
    closed = b"</" + root in head.lower() or b"/>" in head
    if head.startswith(b"<?xml") or suffix in _FEEDS or (root and closed):
        raise UnreadableError(
            f"XML of a kind that is not read (<{name}>); save its articles as HTML or JSON Lines"
        )
    return None


def _first_element(head: bytes) -> tuple[bytes, bytes]:
    """The doctype and the local name of the first element, in small letters."""
    rest, doctype = head, b""
    while rest.startswith((b"<?", b"<!")):
        end = b"?>" if rest.startswith(b"<?") else b"-->" if rest.startswith(b"<!--") else b">"
        told, _, rest = rest.partition(end)
        if told[:9].lower() == b"<!doctype":
            doctype = told[9:].lower()
            if b"[" in told:
                rest = rest.partition(b"]>")[2]
        rest = rest.lstrip()
    name = rest[1:200].replace(b"/", b" ").replace(b">", b" ").partition(b" ")[0].split()
    found = name[0].rpartition(b":")[2].lower() if name and rest.startswith(b"<") else b""
    return doctype, found if found[:1].isalpha() else b""
