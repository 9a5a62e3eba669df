"""Which sentences stand on their own, and what the others lean on."""

from __future__ import annotations

import calendar
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.quotation_marks import Quotation, pair_quotations
from corpus.nlp.segment import Slice, count_words
from corpus.parse.boilerplate import (
    is_aside,
    is_picture_line,
    is_sentence,
    points_at_picture,
)
from retrieval.tokens import tokenize

_LISTS = Path(__file__).parents[1] / "data" / "leaning_en.json"
_CHAIN = 3
"""Most sentences that come together because each leans on the one before."""
_FEWEST_WORDS = 5
_OPENING_WORDS = 8
"""How far into a sentence a pronoun is still taken to lean on what came before."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDS = re.compile(r"[.!…。！।]['\"”’»›)\]]*$")
_TIMES = frozenset(
    [*map(str.casefold, calendar.day_name), *map(str.casefold, calendar.month_name), "i"]
)
_LABEL = re.compile(r"^\W?\w[^.,:“\"]{1,30}: [A-Z]")
_CAPTION_WORDS = 45
"""Most words of a paragraph that is all caption where a picture's credit stands in it."""
_HEADING_WORDS = 14
"""Most words of a heading, and of a caption that is told only by who is "(left)" in it."""
_LIST_LINES = 3
"""As many headings that follow one another are a list; those of them with a figure tell it."""
_ITEM = re.compile(
    r"\s*[-–—•*·“\"]|[^:]{1,40}:\s*\S|.*(?:[;,]$|\b\d{1,3}(?:[-–]|, \D{1,30} )\d{1,3}\b)"
)
_OPENS_QUOTE = re.compile(r"[\"“„«‘]|(?<!\w)'")
_FIGURE = re.compile(r"\d")


class Part(Enum):
    """What a sentence does in its article."""

    STATEMENT = auto()
    HEADING = auto()
    QUESTION = auto()
    ASIDE = auto()
    """A caption, a credit, a sign-up, or a pointer elsewhere."""


def classify_sentences(body: str, pieces: Sequence[Slice]) -> list[Part]:
    """Tell what each sentence of a passage does.

    A heading is a short paragraph without a full stop, unless it is an item ("Price: 12 crowns"),
    a score or, with a figure, a line of a list. A short paragraph is all caption where a picture's
    credit stands in it. Whoever only quotes a question states something.

    Args:
        body: The article's.
        pieces: Sentences that follow one another in it.
    """
    found: list[Part] = []
    for paragraph in _paragraphs(body, pieces):
        texts = [body[start:end] for start, end in paragraph]
        own = [_part(text, alone=len(texts) == 1) for text in texts]
        credited = Part.ASIDE in own and any(map(is_picture_line, texts))
        if credited and sum(map(count_words, texts)) <= _CAPTION_WORDS:
            own = [Part.ASIDE] * len(texts)
        found += own
    return _without_lists(found, [body[start:end] for start, end in pieces])


def find_supports(
    article: Article, pieces: Sequence[Slice], attributions: Sequence[Attribution] = ()
) -> list[tuple[int, ...]]:
    """Tell for each sentence what has to be shown with it.

    A sentence leans on the one before when it opens with a word such as "he", "that" or "but",
    ends with one such as "that", or when a pronoun comes in it before any name. A quotation leans
    on the sentence that says whose it is. What is no sentence, as a caption, a heading or "Scroll
    down for video", a question, and what leans on too much or on nothing, cannot be shown.

    Args:
        article: The article.
        pieces: All of its sentences, in order (see `corpus.nlp.segment.split_sentences`).
        attributions: Who said what in it; without, the quotation marks alone must tell.

    Returns:
        For each sentence the places of all that belong together, ascending, its own among them;
        empty where it cannot be shown.
    """
    body = article.body
    quoted = pair_quotations(body)
    fit = [_is_shown(body[start:end]) for start, end in pieces]
    leans = [
        _beside(number, pieces, article, quoted, attributions) for number in range(len(pieces))
    ]
    return [_chain(number, leans, fit) for number in range(len(pieces))]


def is_leaning(text: str) -> bool:
    """Whether a sentence leans on what came before it; what it quotes does not count.

    Example:
        >>> is_leaning("But the plan failed."), is_leaning("On Friday he resigned.")
        (True, True)
        >>> is_leaning("A new gate would take two years, she said.")
        True
        >>> is_leaning("Keller said that he would resign."), is_leaning("Dockers want their pay.")
        (False, False)
    """
    words = [word.group() for word in _WORD.finditer(text)]
    points_back = bool(words) and words[-1].casefold() in _words("ends")
    return opens_leaning(text) or points_back or _pronoun_first(words)


def opens_leaning(text: str) -> bool:
    """Whether a sentence opens with a word that leans, such as "they", "this" or "however"."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)[:5]]
    openings = {" ".join(words[:size]) for size in range(1, len(words) + 1)}
    contracted = words[0].partition("'")[0] if words else ""
    leaners = _words("opens")
    return bool(openings & leaners) or (contracted in leaners and "'" in words[0])


def _pronoun_first(words: Sequence[str]) -> bool:
    """Whether a pronoun comes before any name that it could mean.

    "They", "its" and the like often mean a noun of their own sentence, unless only an adverbial
    comes before them; who "he" and "she" are, it takes a name to tell.
    """
    fronted = bool(words) and words[0].casefold() in _words("fronts")
    for number, word in enumerate(words):
        plain = word.casefold()
        near = fronted and number < _OPENING_WORDS
        if plain in _words("persons") or (near and plain in _words("things")):
            return True
        opens = not number and not fronted and not plain.endswith("ing") and tokenize(plain)
        if opens or (number and word[:1].isupper() and plain not in _TIMES):
            return False
    return False


def _paragraphs(body: str, pieces: Sequence[Slice]) -> Iterator[list[Slice]]:
    """Yield the sentences of each paragraph."""
    paragraph = list(pieces[:1])
    for last, piece in pairwise(pieces):
        if "\n" in body[last[1] : piece[0]]:
            yield paragraph
            paragraph = []
        paragraph.append(piece)
    yield paragraph


def _part(text: str, *, alone: bool) -> Part:
    """What a sentence does by itself; `alone` says that it is a paragraph."""
    short = alone and count_words(text) <= _HEADING_WORDS
    if is_picture_line(text) or is_aside(text) or (short and points_at_picture(text)):
        return Part.ASIDE
    if _asks(text):
        return Part.QUESTION
    heading = not is_sentence(text) and (short and not _ITEM.match(text))
    return Part.HEADING if heading or (alone and text.isupper()) else Part.STATEMENT


def _asks(text: str) -> bool:
    """Whether a sentence is a question, and does not only quote one."""
    bare = text.rstrip(" \t)]")
    asked = bare.rstrip("'\"”’»")
    if not asked.rstrip("!").endswith(("?", "？")):
        return False
    opened = [found.start() for found in _OPENS_QUOTE.finditer(asked)]
    before = asked[: opened[-1]] if opened and asked != bare else ""
    return not any(map(str.isalnum, before))


def _without_lists(found: Sequence[Part], texts: Sequence[str]) -> list[Part]:
    """Take the headings that are lines of a list for statements, where they hold a figure."""
    told: list[Part] = []
    for part, run in groupby(zip(found, texts, strict=True), key=lambda one: one[0]):
        lines = [text for _, text in run]
        listed = part is Part.HEADING and len(lines) >= _LIST_LINES
        told += [Part.STATEMENT if listed and _FIGURE.search(line) else part for line in lines]
    return told


def _is_shown(text: str) -> bool:
    """Whether a sentence is one, and states something."""
    return (
        count_words(text) >= _FEWEST_WORDS
        and bool(_ENDS.search(text))
        and not _LABEL.search(text)
        and not points_at_picture(text)
        and not is_picture_line(text)
        and not is_aside(text)
    )


def _beside(
    number: int,
    pieces: Sequence[Slice],
    article: Article,
    quoted: Sequence[Quotation],
    attributions: Sequence[Attribution],
) -> int | None:
    """Return the place of the sentence that this one leans on; its own where it stands alone."""
    start, end = pieces[number]
    held = [one for one in quoted if one.outer[0] < end and one.outer[1] > start]
    outside = _outside((start, end), article.body, held)
    spoken = [
        one
        for one in attributions
        if one.kind is not Kind.REPORTED and one.quote[0] < end and one.quote[1] > start
    ]
    if spoken and spoken[0].speaker:
        place = _holding(spoken[0].speaker[0], pieces)
        if place != number:
            return place
    elif held and len(_WORD.findall(outside)) < 2:
        return _speaker_beside(number, pieces, held[0])
    if article.language != "en":
        return number
    if not number:  # nothing comes before; a pronoun further on means something within it
        return None if opens_leaning(outside) else number
    return number - 1 if is_leaning(outside) else number


def _speaker_beside(number: int, pieces: Sequence[Slice], held: Quotation) -> int | None:
    """Return a neighbour that may say whose words fill a sentence."""
    if held.outer[0] < pieces[number][0]:
        return number - 1
    if held.outer[1] > pieces[number][1] and number + 1 < len(pieces):
        return number + 1
    return number - 1 if number else None


def _outside(piece: Slice, body: str, held: Sequence[Quotation]) -> str:
    """Return what a sentence says in the reporter's words."""
    parts, position = [], piece[0]
    for one in held:
        parts.append(body[position : max(position, one.outer[0])])
        position = max(position, min(one.outer[1], piece[1]))
    return " ".join([*parts, body[position : piece[1]]])


def _holding(place: int, pieces: Sequence[Slice]) -> int:
    return max(0, bisect_right(pieces, place, key=lambda piece: piece[0]) - 1)


def _chain(number: int, leans: Sequence[int | None], fit: Sequence[bool]) -> tuple[int, ...]:
    chain: list[int] = []
    at: int | None = number
    # However many sentences lean on one another, what leans on too many is not followed further.
    while at is not None and at not in chain and len(chain) <= _CHAIN:
        chain.append(at)
        at = leans[at]
    if at is None or len(chain) > _CHAIN or not all(fit[one] for one in chain):
        return ()
    return tuple(sorted(chain))


@cache
def _words(key: str) -> frozenset[str]:
    listed: dict[str, list[str]] = json.loads(_LISTS.read_text(encoding="utf-8"))
    return frozenset(listed[key])
