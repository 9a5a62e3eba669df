"""Articles as other programs keep them: JSON records under a dozen habits of naming fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import Published, parse_time, to_published
from corpus.errors import Failure, UnreadableError, attempt
from corpus.nlp.language import detect_article_language
from corpus.parse import byline
from corpus.parse.authors import read_authors
from corpus.parse.boilerplate import is_credit
from corpus.parse.layouts import find_cut, flatten, join_runs, unwrap
from corpus.text import cut_first_sentence, join, split_paragraphs, squeeze, strip_markup

Fields = tuple[str, Mapping[str, object]]
"""Where a record stands, and its fields."""

MAX_LINE_BYTES = 5_000_000
MAX_DOCUMENT_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some JSON that is read at once.

    Attributes:
        where: Where it stands: "FILE:LINE", or the file.
        data: The line, or the document.
        whole: Whether it is a document, which may hold several records.
    """

    where: str
    data: bytes
    whole: bool = False


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """An article with what its record says beside it.

    Attributes:
        article: The article.
        name: The record's own id as JSON; empty where it has none.
        text: Its body as it was given.
    """

    article: Article
    name: str
    text: str


# In order of trust; a key is compared without case, spaces and underscores.
_ALIASES = {
    "headline": "headline title name webtitle heading newstitle articletitle headlines",
    "body": "body text articlebody content article fulltext maintext bodytext contenttext"
    " contenthtml bodyhtml bodyxhtml textcontent articletext newstext articlecontent contents"
    " contentelements bodies shortdescription leadparagraph",
    "authors": "authors author byline bylines creator publishedby by",
    "publisher": "publisher publication source outlet newspaper site sitename sourcename"
    " sourcedomain domainname sourcehostname",
    "published": "date published publishedat publishdate datepublished datepublish pubdate"
    " publicationdate webpublicationdate versioncreated firstcreated",
    "url": "url link canonical canonicalurl originalarticleurl weburl href",
    "section": "section category articlesection sectionname subject newstype",
    "language": "language lang inlanguage",
    "credit": "credit",
    "format": "encodingformat",
}
_NAME_KEYS = ("name", "title", "by", "main", "original", "@id")
_PLAIN = "text/plain"
_BETWEEN = re.compile(r"[\s,]*")


def read_record(fields: Mapping[str, object]) -> Article:
    """Read one record.

    Field names are those of schema.org's NewsArticle and their usual aliases, whatever their case
    and underscores. Every line of the body is a paragraph. HTML in it is stripped where it
    clearly is HTML, and an agency credit at its end goes to the article's credit, unless
    ``encodingFormat`` says ``text/plain``.

    Args:
        fields: Names to JSON values. Authors may be a string ("A, B and C"), a list or an object
            with a name; a list is taken name by name. Publishers may be a string or an object.

    Returns:
        The article. Without headline it gets its first sentence; without publisher, the host of
        its URL; without language, that which its words are in.

    Raises:
        UnreadableError: If there is no text; the message says which fields were looked for.

    Example:
        >>> article = read_record({"Title": "Bridge shut", "text": "The bridge is shut."})
        >>> article.headline
        'Bridge shut'
    """
    known = _by_meaning(fields)
    text = _text(known.get("body"))
    if not text.strip():
        raise UnreadableError("no text: expected one of body, text, content, articleBody, article")
    if cut := find_cut(text):
        raise UnreadableError(f"only its beginning stands here ({cut}); add its address instead")
    plain = _text(known.get("format")) == _PLAIN
    lines = split_paragraphs(text if plain else strip_markup(text))
    credit = _line(known.get("credit"), plain=True)
    if not plain and not credit and len(lines) > 1 and is_credit(lines[-1]):
        credit = lines.pop()
    body = join(lines)
    url = _url(known.get("url")) or _url_of_source(known.get("publisher"))
    publisher = _publisher(known.get("publisher"), plain=plain) or byline.read_host(url)
    when = _published(known.get("published"))
    return Article(
        headline=_line(_named(known.get("headline")), plain=plain) or cut_first_sentence(body),
        body=body,
        url=url,
        authors=_authors(known.get("authors"), plain=plain, publisher=publisher),
        publisher=publisher,
        published=when.time if when else None,
        day_only=bool(when and when.day_only),
        section=_line(_first(known.get("section")), plain=True),
        language=read_language(_text(_first(known.get("language"))), body),
        credit=credit,
    )


def write_record(article: Article) -> dict[str, object]:
    """Write an article so that `read_record` gives it back, as values that JSON can hold."""
    time = article.published
    day = time.date().isoformat() if time and article.day_only else None
    return {
        "url": article.url,
        "headline": article.headline,
        "authors": list(article.authors),
        "publisher": article.publisher,
        "published": day or (time.isoformat() if time else None),
        "section": article.section,
        "language": article.language,
        "credit": article.credit,
        "encodingFormat": _PLAIN,
        "body": article.body,
    }


def read_records(lines: Iterable[bytes], *, where: str) -> Iterator[Article | Failure]:
    """Read JSON Lines, or one JSON document that is a record or a list of records.

    Args:
        lines: As a binary file yields them. A document is taken whole up to 50 MB.
        where: Name of the file, for failures.

    Yields:
        In order, an article or a failure ("FILE:LINE", or "FILE:NUMBER" in a list) for every
        record. A bad line does not stop the rest.
    """
    for piece in cut_records(lines, where=where):
        yield from [piece] if isinstance(piece, Failure) else read_piece(piece)


def read_piece(piece: Piece) -> Iterator[Article | Failure]:
    """Read the records of a line or a document."""
    for item in _fields_of(piece):
        if isinstance(item, Failure):
            yield item
        else:
            yield attempt(partial(_read_one, item), item[0], fatal=(MemoryError,))


def read_given(piece: Piece) -> Iterator[GivenRecord | Failure]:
    """Read the records of a line or a document, with what they say beside the article."""
    for item in _fields_of(piece):
        if isinstance(item, Failure):
            yield item
            continue
        read = attempt(partial(_read_one, item), item[0], fatal=(MemoryError,))
        yield read if isinstance(read, Failure) else _as_given(read, item[1])


def cut_records(lines: Iterable[bytes], *, where: str) -> Iterator[Piece | Failure]:
    """Tell JSON Lines from a document, and cut them up, without a look at what they say.

    Args:
        lines: As for `read_records`.
        where: Likewise.
    """
    numbered: Iterator[tuple[int, bytes]] = (
        (number, line) for number, line in enumerate(lines, start=1) if line.strip()
    )
    first = next(numbered, None)
    if first is None:
        yield Failure(where, "empty file: expected one JSON record a line")
        return
    first = (first[0], first[1].removeprefix(b"\xef\xbb\xbf"))
    if len(first[1]) > MAX_LINE_BYTES and _is_object(first[1]):
        second = next(numbered, None)
        if second is None:
            yield Piece(where, first[1], whole=True)
            return
        numbered = chain([second], numbered)
    rest = chain([first], numbered)
    if not _opens_document(first[1]):
        yield from _cut_lines(rest, where)
        return
    kept = list(_up_to(rest, MAX_DOCUMENT_BYTES))
    # A first line that is cut short looks like the start of a document, until the next one.
    if len(kept) > 1 and first[1].lstrip().startswith(b"{") and _is_object(kept[1][1]):
        yield from _cut_lines(chain(kept, rest), where)
    elif sum(len(line) for _, line in kept) > MAX_DOCUMENT_BYTES:
        yield Failure(where, "over 50 MB in one JSON document; put one article on a line")
    else:
        yield Piece(where, b"".join(line for _, line in kept), whole=True)


def _as_given(article: Article, fields: Mapping[str, object]) -> GivenRecord:
    own, text = fields.get("id"), _text(_by_meaning(fields).get("body"))
    return GivenRecord(article, "" if own in (None, "") else json.dumps(own), text)


def find_meanings(names: Iterable[str]) -> set[str]:
    """Which of our names some fields are known by ("headline", "body", ...)."""
    plain = set(map(_plain_key, names))
    return {meaning for meaning, aliases in _ALIASES.items() if plain & set(aliases.split())}


def read_language(tag: str, text: str) -> str:
    """Reduce a language tag ("en-GB") to ISO 639-1; where there is none, tell it by the text."""
    found = re.match(r"\s*([A-Za-z]{2})(?:[-_].*)?\s*$", tag)
    return found[1].lower() if found else detect_article_language(text)


def _by_meaning(fields: Mapping[str, object]) -> dict[str, object]:
    """Map each of our names to the first alias that holds something."""
    plain = {_plain_key(key): value for key, value in fields.items()}
    known: dict[str, object] = {}
    for meaning, aliases in _ALIASES.items():
        held = (plain[alias] for alias in aliases.split() if plain.get(alias) not in _EMPTY)
        known[meaning] = next((value for value in held if _holds(value)), None)
    return known


def _plain_key(key: object) -> str:
    return re.sub(r"[\W_]", "", str(key)).casefold()


_EMPTY: tuple[object, ...] = (None, "", [], {})


def _holds(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else True


def _text(value: object) -> str:
    """Take text; a list of paragraphs is text too, and so is one of runs."""
    if isinstance(value, list):
        return join_runs(value)
    return value if isinstance(value, str) else ""


def _line(value: object, *, plain: bool) -> str | None:
    text = _text(value)
    line = squeeze(text if plain else strip_markup(text))
    return line or None


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _name(value: object) -> str:
    """Take a name, or the name of an object that has one."""
    if isinstance(value, Mapping):
        return next((_text(value[key]) for key in _NAME_KEYS if _text(value.get(key))), "")
    return _text(value)


def _named(value: object) -> object:
    return _name(value) if isinstance(value, Mapping) else value


def _authors(value: object, *, plain: bool, publisher: str | None) -> tuple[str, ...]:
    if plain and isinstance(value, list):
        return byline.keep_distinct(filter(None, (squeeze(_name(item)) for item in value)))
    return read_authors([value], publisher=publisher or "")


def _publisher(value: object, *, plain: bool) -> str | None:
    name = squeeze(_name(_first(value)))
    return (None if plain else byline.read_host(name)) or name or None


def _url(value: object) -> str | None:
    try:
        return canonicalize(_text(_first(value)))
    except ValueError:
        return None


def _url_of_source(value: object) -> str | None:
    """The address that some programs give where others name the publisher."""
    text = value if isinstance(value, str) else ""
    has_path = bool(text.partition("://")[2].partition("/")[2].strip("/"))
    return _url(text) if has_path else None


def _published(value: object) -> Published | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return parse_time(value)
    # Seconds since 1970 have ten digits in our time, milliseconds thirteen.
    seconds = value / 1000 if 1e11 <= abs(value) < 1e15 else value
    if not 1e8 <= abs(seconds) < 1e10:
        return None
    return to_published(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def _opens_document(line: bytes) -> bool:
    """Tell the first line of a list or of a record spread over lines."""
    opening = line.strip()
    return opening.startswith(b"[") or (opening.startswith(b"{") and not opening.endswith(b"}"))


def _is_object(line: bytes) -> bool:
    return line.strip().startswith(b"{") and line.strip().endswith(b"}")


def _up_to(lines: Iterator[tuple[int, bytes]], limit: int) -> Iterator[tuple[int, bytes]]:
    """Take lines until they pass the limit, in bytes."""
    size = 0
    for number, line in lines:
        size += len(line)
        yield number, line
        if size > limit:
            return


def _cut_lines(lines: Iterable[tuple[int, bytes]], where: str) -> Iterator[Piece | Failure]:
    for number, line in lines:
        place = f"{where}:{number}"
        if len(line) > MAX_LINE_BYTES:
            yield Failure(place, "the line is over 5 MB; put one article on a line")
        else:
            yield Piece(place, line)


def _fields_of(piece: Piece) -> Iterator[Fields | Failure]:
    try:
        found = _parse(piece.data)
        wrapped = unwrap(found)
    except UnreadableError as error:
        whole = _take_whole(piece)
        yield from _read_all(whole, piece.where) if whole else ()
        told = "; the records before that were read" if whole else ""
        yield Failure(piece.where, f"{error}{told}")
        return
    if wrapped is not None:
        yield from _read_all(wrapped, piece.where)
    elif piece.whole:
        yield from _read_all(found if isinstance(found, list) else [found], piece.where)
    else:
        yield _fields(found, piece.where)


def _take_whole(piece: Piece) -> list[object]:
    """The records of a list that stand before where it breaks off."""
    text = piece.data.decode("utf-8-sig", errors="replace").lstrip()
    decoder, found, at = json.JSONDecoder(parse_constant=_refuse), list[object](), 1
    with suppress(ValueError, RecursionError):
        while piece.whole and text.startswith("["):
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
            record, at = decoder.raw_decode(text, at)
            found.append(record)
    return found if any(isinstance(one, Mapping) for one in found) else []


def _read_all(found: list[object], where: str) -> Iterator[Fields | Failure]:
    if not found:
        yield Failure(where, "empty list: expected records")
    for number, fields in enumerate(found, start=1):
        yield _fields(fields, f"{where}:{number}")


def _fields(found: object, where: str) -> Fields | Failure:
    if isinstance(found, Mapping):
        return where, flatten(found)
    return Failure(where, 'not a JSON object; a record looks like {"headline": ..., "body": ...}')


def _read_one(found: Fields) -> Article | Failure:
    where, fields = found
    try:
        return read_record(fields)
    except UnreadableError as error:
        return Failure(where, str(error))


def _parse(data: bytes) -> object:
    """Parse JSON.

    Raises:
        UnreadableError: If it is none, or none that is safe to read.
    """
    if b"\x00" in data:
        raise UnreadableError("null bytes: not a text file, or not UTF-8")
    try:
        return json.loads(data.decode(), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise UnreadableError("not UTF-8, or cut short") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except ValueError:
        raise UnreadableError("a number is too long, or is NaN or Infinity") from None


def _refuse(constant: str) -> object:
    raise ValueError(constant)
