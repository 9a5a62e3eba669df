"""Plain text as articles hold it: one clean line, or paragraphs joined by a blank line."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from lxml import etree, html

from corpus.errors import UnreadableError
from corpus.shown import drop_unseen, part_words

_LINE_BREAK = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# Control characters but for white space, lone surrogates, soft hyphens, zero-width spaces,
# direction marks and noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Joiners spell words in Hindi and Persian and build emoji; beside white space they do nothing.
_LOOSE_JOINER = re.compile("(?<!\\S)[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]++(?!\\S)")
_TAG = re.compile(
    r"</(?:a|article|aside|b|blockquote|center|cite|code|dd|del|div|dl|dt|em|figure|font|footer"
    r"|h[1-6]|header|i|ins|li|main|ol|p|pre|q|s|section|small|span|strike|strong|su[bp]|table|tbody"
    r"|t[dhr]|time|u|ul)\s*>"
    r"|<(?:br|hr|img|p)\b[^<>]*>",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"</(?:p|div|h[1-6]|li)\s{0,9}>|<br ?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_BLOCK = re.compile(
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li"
    "|main|ol|p|pre|section|table|td|th|tr|ul"
)
_HIDDEN = ("script", "style", "noscript", "template", "head", "figcaption")
_SENTENCE_END = re.compile(r"[.!?。！？।][\"'”’»)]*(?=\s|$)|[。！？।]")
# Python knows odder ones, and a page in "punycode" would keep it busy for an hour.
_WEB_CHARSET = re.compile(
    r"iso-8859|latin|windows-|cp\d|koi8|euc|gb|big5|shift|iso-2022|utf-16|us-ascii",
    re.IGNORECASE,
)
_OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_HEADLINE_WORDS = 12
_HEADLINE_CHARS = 120
_MIN_WORDS = 3
_MIN_LETTERS = 20


def disarm(text: str) -> str:
    r"""Put a sign in place of each character that a terminal would obey rather than print.

    Example:
        >>> disarm("Wexmoor\x1b[2J\nGazette")
        'Wexmoor�[2J\nGazette'
    """
    return _OBEYED.sub("\ufffd", text)


def is_web_charset(name: str) -> bool:
    """Whether a page may name this charset as its own; UTF-8 is tried before asking.

    Example:
        >>> is_web_charset("ISO-8859-1"), is_web_charset("punycode")
        (True, False)
    """
    return _WEB_CHARSET.match(name) is not None


def squeeze(text: str) -> str:
    r"""Put text on one clean line.

    White space, non-breaking included, becomes single spaces; control and invisible characters
    and lone surrogates go; what is left is in Unicode normal form C. Squeezing twice changes
    nothing more.

    Example:
        >>> squeeze(" The\u00a0 mayor\u200b\n resigned ")
        'The mayor resigned'
    """
    seen = _LOOSE_JOINER.sub("", _UNSEEN.sub("", text))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def split_paragraphs(text: str) -> list[str]:
    """Read every line as one paragraph, squeezed; blank lines are none."""
    return [line for raw in _LINE_BREAK.split(text) if (line := squeeze(raw))]


def split_lines(text: str) -> list[str]:
    """Squeeze every line and keep blank ones, which part paragraphs in hard-wrapped text."""
    return [squeeze(raw) for raw in _LINE_BREAK.split(text)]


def join(found: list[str]) -> str:
    """Join paragraphs into a body.

    Raises:
        UnreadableError: If fewer than three words (or twenty letters, for scripts that do not
            part words) are left.
    """
    body = "\n\n".join(found)
    if not _is_enough(body):
        raise UnreadableError("no article text: fewer than three words")
    return body


def cut_first_sentence(body: str) -> str:
    """Make a headline for a body that has none: its first sentence, cut at the twelfth word.

    Example:
        >>> cut_first_sentence("The bridge will close on Monday. Buses will take the tunnel.")
        'The bridge will close on Monday.'
    """
    opening = body[: 10 * _HEADLINE_CHARS].split("\n\n", 1)[0]
    starts = (opening[: match.end()] for match in _SENTENCE_END.finditer(opening))
    # "Mr. Smith resigned." holds a full stop that ends nothing; three words are a sentence.
    sentence = next((start for start in starts if _is_enough(start)), opening)
    words = sentence.split()
    cut = " ".join(words[:_HEADLINE_WORDS])
    if len(words) <= _HEADLINE_WORDS and len(cut) <= _HEADLINE_CHARS:
        return cut
    return cut[:_HEADLINE_CHARS].rstrip(" ,;:–—-") + "…"


def _is_enough(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= _MIN_LETTERS or (letters > 0 and len(text.split()) >= _MIN_WORDS)


def is_markup(text: str) -> bool:
    """Tell HTML from prose that merely mentions an angle bracket."""
    return bool(_TAG.search(text))


def strip_markup(markup: str) -> str:
    r"""Reduce HTML to its text, one line a block; text that is not HTML is returned as it is.

    Script, style, captions and what no reader sees are dropped. Entities are resolved, in text
    that is no HTML too, as many a program escapes twice.

    Example:
        >>> strip_markup("<p>Fish &amp; chips</p><p>cost <b>more</b></p>")
        'Fish & chips\ncost more'
    """
    if not is_markup(markup):
        plain = unescape(markup) if _ENTITY.search(markup) else markup
        # What was escaped twice is markup still.
        return strip_markup(plain) if plain != markup and _PARAGRAPH.search(plain) else plain
    root = html.fromstring(f"<div>{_UNSEEN.sub('', markup)}</div>")
    etree.strip_elements(root, *_HIDDEN, etree.Comment, with_tail=False)
    drop_unseen(root)
    part_words(root)
    pieces: list[str] = []
    # A walk, as documents nest deeper than Python recurses.
    for event, element in etree.iterwalk(root, events=("start", "end")):
        # Line breaks inside HTML text are spaces; only blocks part lines.
        piece = element.text if event == "start" else element.tail if element is not root else ""
        mark = "\n" if _BLOCK.fullmatch(str(element.tag)) else ""
        pieces += [mark, " ".join(re.split(r"\s+", piece or ""))]
    text = "\n".join(split_paragraphs("".join(pieces)))
    return unescape(text) if _ENTITY.search(text) else text
