"""What bears a name, judged by how a body prints it.

Tested with the key facts in `tests/retrieval/extraction/test_key_facts.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from corpus.nlp.entities import Sort, find_entities
from corpus.nlp.segment import Slice
from retrieval.query.people import load_titles

_DATA = Path(__file__).parents[1] / "data"
_PLACED = 0.3
"""Least share of its mentions that follow "in" or the like for a name to be no person's."""
_PLAIN_NAME = 2
"""Words of a name without anything before it."""
_TRIES = 2
"""Places in which a full name is looked for."""
_LOOK_BACK, _LOOK_AHEAD = 80, 40
"""Characters around a surname in which its full name stands."""

_AT = re.compile(
    r"(?<!\w)(?:in|inside|near|outside|across|around|throughout|within|into|at|along)\s(?:the\s)?"
    r"(?:(?:central|upper|lower|mainland|[a-z]*(?:north|south|east|west)[a-z]*)\s)?$",
    re.IGNORECASE,
)
_NOT_AT = re.compile(
    r"\b(?:belie\w+|confidence|decline|drop|faith|fall|increase|interest|invest\w*|rise|shares?"
    r"|stakes?|surge|trust|uptick)\s(?:in|into|at)\s$"
)
"""What goes before "in" where no place follows: "shares in"."""
_ON = re.compile(r"(?<!\w)(?:on|off|from)\s$", re.IGNORECASE)
"""Stands before places, but also before what is bet on, talked about or bought from."""
_LONGER = re.compile(r"['’](?:s\b|\s[A-Z])|\s(?:of\s)?(?:the\s)?[A-ZÀ-Þ]")
_THE = re.compile(r"\bthe\s$", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"\w-?$")
_GOES_ON = re.compile(r"-?\w")
_ARTICLE = re.compile(r"(?<!\w)(?:the|an?|your|its|this)\s$", re.IGNORECASE)
"""What stands before things sooner than before people."""
_BEFORE_SURNAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]+\s$")


def find_mentions(text: str, name: str) -> list[Slice]:
    """Find a name in a text where it is no part of a word; in order.

    Example:
        >>> find_mentions("Varga met Vargas. Varga left.", "Varga")
        [(0, 5), (18, 23)]
    """
    found, start = [], text.find(name)
    while start >= 0:
        end = start + len(name)
        if not _BROKEN_OFF.search(text, max(0, start - 2), start) and not _GOES_ON.match(text, end):
            found.append((start, end))
        start = text.find(name, end)
    return found


def judge_names(body: str, name: str, sort: Sort) -> Sort | None:
    """Judge what bears a name by the words around it.

    Args:
        body: A body that prints the name.
        name: The name.
        sort: What a model took it for.

    Returns:
        None where it stays in doubt, or is that of a thing.
    """
    last, found = name.split()[-1], find_mentions(body, name)
    placed = sum(_is_placed(body, at) for at in found)
    if last in _list("sites") or sort is Sort.PLACE:
        known = last in _list("sites") or " " in name
        placed = placed or (known and any(_follows(_ON, body, at) for at in found))
        return Sort.PLACE if placed else None
    if not _list("events").isdisjoint(name.split()) or (
        sort is Sort.BODY and not is_acting(body, name)
    ):
        return None
    if placed >= _PLACED * len(found):
        return Sort.PLACE if sort is Sort.PERSON and placed else None
    things = sum(_follows(_ARTICLE, body, at) for at in found)
    return None if sort is Sort.PERSON and things > max(1, _PLACED * len(found)) else sort


def _is_placed(body: str, at: Slice) -> bool:
    """Whether a name stands where places do: "in Aldbury", but not "in Aldbury Town".

    "The" comes before places of several words and those listed: "in the Netherlands".
    """
    if not _follows(_AT, body, at) or _follows(_NOT_AT, body, at) or _LONGER.match(body, at[1]):
        return False
    name = body[slice(*at)]
    return " " in name or is_with_article(name) or not _follows(_THE, body, at)


def _follows(pattern: re.Pattern[str], body: str, at: Slice) -> bool:
    return pattern.search(body[max(0, at[0] - 40) : at[0]]) is not None


def is_acting(body: str, name: str) -> bool:
    """Whether a name is somebody's or a body's beyond doubt, and no product's or event's.

    Its words say so, or what the body tells of it: it says, plans or denies something.
    """
    if not _list("bodies").isdisjoint(name.split()):
        return True
    return any(_doing().match(body, end) for _, end in find_mentions(body, name))


def drop_title(name: str) -> str:
    """Take titles off the front of a name, and what a sport calls a player: "QB Josh Berg".

    Example:
        >>> drop_title("Deputy Mayor Okafor")
        'Okafor'
    """
    words = name.split(" ")
    while len(words) > 1 and words[0].rstrip(".").casefold() in load_titles():
        words.pop(0)
    if len(words) > _PLAIN_NAME and words[0].isalpha() and words[0].isupper():
        words.pop(0)
    return " ".join(words)


def is_short(name: str, full: str) -> bool:
    """Whether a name is another one without some of the words before its last.

    Example:
        >>> is_short("Okafor", "Ines Okafor"), is_short("Ines", "Ines Okafor")
        (True, False)
    """
    words, others = name.split(), full.split()
    return words[-1:] == others[-1:] and set(words) < set(others)


def find_fullest(body: str, name: str, known: Iterable[str]) -> str:
    """Return the longest name that a person's name is short for, or the name itself.

    Args:
        body: A body that prints the name.
        name: Without titles.
        known: Other names in the body.
    """
    longer = [other for other in known if is_short(name, other)]
    if longer or " " in name:
        return max(longer, key=len, default=name)
    return _introduced(body, name)


def _introduced(body: str, surname: str) -> str:
    """Return the full name under which a body first speaks of somebody, or the surname."""
    after_capital = (
        at for at in find_mentions(body, surname) if _follows(_BEFORE_SURNAME, body, at)
    )
    places = [_around(body, at) for at, _ in zip(after_capital, range(_TRIES), strict=False)]
    for entity in find_entities(body, places):
        text = drop_title(body[slice(*entity.at)])
        if entity.sort is Sort.PERSON and is_short(surname, text):
            return text
    return surname


def _around(body: str, at: Slice) -> Slice:
    """Return what of a name's paragraph stands near it."""
    start = max(body.rfind("\n", 0, at[0]) + 1, at[0] - _LOOK_BACK)
    end = body.find("\n", at[1])
    return start, min(len(body) if end < 0 else end, at[1] + _LOOK_AHEAD)


def is_with_article(name: str) -> bool:
    """Whether a name is a place's that has an article: "UK", "Netherlands"."""
    return name in _list("places with article")


@cache
def _words() -> Mapping[str, Sequence[str]]:
    read: Mapping[str, Sequence[str]] = json.loads((_DATA / "names_en.json").read_text("utf-8"))
    return read


@cache
def _list(key: str) -> frozenset[str]:
    return frozenset(_words()[key])


@cache
def _doing() -> re.Pattern[str]:
    verbs = "|".join(_words()["acts"])
    return re.compile(
        rf"(?:,\s(?:an?|the|which|who)\s[^,.\n]{{2,60}},|\s(?:also|has|have|had))?\s(?:{verbs})\b"
    )
