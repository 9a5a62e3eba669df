"""What a word processor or a press office wrote: one article, or what a press database exported.

Where such a file prints no headline, its own title or its name may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.clipping import read_clipping
from corpus.parse.formats.press_texts import opens_press_texts, read_press_texts
from corpus.text import cut_first_sentence, squeeze

_MARK = re.compile(r"^# ", re.MULTILINE)
_PROGRAM = re.compile(r"(?:microsoft (?:word|powerpoint)|pages|writer) - ", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:docx?|odt|rtf|pdf|txt|md|html?|indd|qxp|pages|epub)$", re.IGNORECASE)
_BLANK = re.compile(r"[_+\s]+")
_DASHES = re.compile(r"-+")
_BEFORE = re.compile(
    r"^(?:(?:0\d{1,2}|(?:19|20)\d{6}(?:\d{4}){0,2}|\d{1,4}[._:-]\d{1,2}[._:-]\d{1,4})[\s_.-]+)+"
)
_AFTER = re.compile(
    r"(?<![\s_-])[\s_-]++(?:\(\d{1,3}\)|copy|final|draft|v\d{1,3}|\d{5,12})$", re.IGNORECASE
)
_MIN_WORDS = 3
_MAX_CHARS = 200


def read_document(
    text: str, *, where: str, title: str = "", is_marked: bool = False
) -> Iterator[Article | Failure]:
    """Read the text of a document.

    Args:
        text: Its lines; a title may be marked with "# ".
        where: Name of the file, for failures.
        title: What the file calls itself; that is a headline where none is printed.
        is_marked: Whether titles are marked.

    Raises:
        UnreadableError: It holds no article.
    """
    plain = _MARK.sub("", text) if is_marked else text
    if opens_press_texts(plain.encode(errors="replace")):
        yield from read_press_texts(plain, where=where)
        return
    yield name_article(read_clipping(text), read_title(title))


def name_article(article: Article, title: str) -> Article:
    """Give an article a title where its headline is only how its text begins."""
    if not title or article.headline != cut_first_sentence(article.body):
        return article
    return replace(article, headline=title)


def name_single(found: Iterable[Article | Failure], title: str) -> list[Article | Failure]:
    """Name an article where a file holds that one alone."""
    listed = list(found)
    return [
        name_article(one, title) if len(listed) == 1 and isinstance(one, Article) else one
        for one in listed
    ]


def read_title(text: str) -> str:
    """What a file calls itself, where that is at least three words; else an empty string.

    Example:
        >>> read_title("Microsoft Word - Bridge shut for a year.docx"), read_title("Document1")
        ('Bridge shut for a year', '')
    """
    title = _SUFFIX.sub("", _PROGRAM.sub("", squeeze(text[:_MAX_CHARS]), count=1))
    return title if _is_title(title) else ""


def read_file_title(stem: str) -> str:
    """A headline out of the name of a file, where that is words; else an empty string.

    Example:
        >>> read_file_title("2031-03-04_bridge-shut-for-a-year (2)"), read_file_title("scan 17 b")
        ('Bridge shut for a year', '')
    """
    name = _BEFORE.sub("", squeeze(stem[:_MAX_CHARS]))
    if name.count("-") > name.count(" "):  # they stand for blanks
        name = _DASHES.sub(" ", name)
    name = squeeze(_BLANK.sub(" ", _AFTER.sub("", name)))
    title = name[:1].upper() + name[1:] if name.islower() else name
    return title if _is_title(title) else ""


def _is_title(title: str) -> bool:
    words = [word.strip(".,:;!?()'\"“”‘’«»") for word in title.split()]
    named = [word for word in words if len(word) > 1 and word.replace("-", "").isalpha()]
    return len(named) >= _MIN_WORDS and 2 * len(named) > len(words)
