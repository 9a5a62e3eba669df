"""Who, where and when, as an article prints it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.entities import Entity, Sort, find_entities
from corpus.nlp.segment import Slice, split_sentences
from retrieval.extraction.dates_in_text import find_times
from retrieval.extraction.name_types import (
    drop_title,
    find_fullest,
    find_mentions,
    is_acting,
    is_short,
    is_with_article,
    judge_names,
)

_OPENING = 3
"""Sentences at an article's beginning that are read besides those of its summary."""
_BEGINNING = 4000
"""Characters in which those are looked for."""
_LONG = 1500
"""Characters of a sentence that are read."""
_WHO, _WHERE, _WHEN = 4, 2, 2
_SURE = 0.6
"""Least confidence in who said something for whose name to be taken."""
_OFTEN = 2
"""Least mentions of a body's name of one word, and of a speaker's who is not read of."""
_LONGEST = 6
"""Most words of a name."""

_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*\.?")
_NAME = re.compile(r"[^\W\d_][^\n\d()\[\]\"“”/|:;!?@#*]+")
_SCORE = re.compile(r"\s\d+$")
_PART = re.compile(r"[a-z,] [A-ZÀ-Þ][\w.'’-]* $")
"""What stands before a part of a longer name: "that Aldbury" before "United"."""
_CUT_SHORT = re.compile(r"['’]\s[A-Z]")
"""What goes on with a name: "Dockers’ Union"."""
_DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.' -]{1,30}[A-ZÀ-Þ.])(?:, [\w. ]{2,20})?"
    r"(?: \([^()\n]{2,40}\))? ?[—–-]{1,2} "
    r"|(?P<town>[A-ZÀ-Þ][\w.' -]{1,30}[\w.])(?:, [\w. ]{2,20})? \([^()\n]{2,40}\) ?[—–-]{1,2} "
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Slices of an article's body; each may be empty.

    Attributes:
        who: Up to four people or bodies, the headline's first, then the most mentioned, each
            where it is first named in full.
        where: Up to two places, the one in front of the article first.
        when: Up to two times, the most precise first.
    """

    who: tuple[Slice, ...] = ()
    where: tuple[Slice, ...] = ()
    when: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Name:
    """A name and where the body prints it first."""

    text: str
    at: Slice
    sort: Sort

    @property
    def words(self) -> frozenset[str]:
        """Its words, in small letters and without marks of abbreviation."""
        return _plain(self.text)

    @property
    def short(self) -> str:
        """What later mentions are: a person's last name."""
        return self.text.split()[-1] if self.sort is Sort.PERSON else self.text


def find_facts(
    article: Article, chosen: Sequence[Slice], *, attributions: Sequence[Attribution] = ()
) -> Facts:
    """Find the key facts of an article: who, where and when.

    What is in doubt is left out sooner than shown wrong.

    Args:
        article: The article.
        chosen: Sentences of its summary; they and its first sentences are looked at.
        attributions: Who said what in it; speakers with a role are shown, too.

    Returns:
        None twice, none of the article's publisher or author; empty where it is not in English.

    Raises:
        CorpusError: If the language model is missing or damaged.
    """
    body = article.body
    if article.language != "en" or not body.strip():
        return Facts()
    opening = split_sentences(body[:_BEGINNING])[:_OPENING]
    read = [(start, min(end, start + _LONG)) for start, end in sorted({*opening, *chosen})]
    names = _names(article, read, _speakers(attributions))
    where = [name.at for name in names if name.sort is Sort.PLACE]
    who = [name.at for name in names if name.sort is not Sort.PLACE]
    when = find_times(article, read)
    return Facts(tuple(who[:_WHO]), tuple(where[:_WHERE]), tuple(when[:_WHEN]))


def _speakers(attributions: Iterable[Attribution]) -> list[str]:
    """Name the speakers who have a role and whose names are of two to four words in capitals."""
    sure = (one for one in attributions if one.role and one.confidence >= _SURE)
    names = dict.fromkeys(drop_title(one.name) for one in sure)
    return [
        name for name in names if all(map(_is_capital, name.split())) and 1 <= name.count(" ") <= 3
    ]


def _names(article: Article, read: Sequence[Slice], speakers: Sequence[str]) -> list[_Name]:
    """Find names worth showing, the most telling first, none twice."""
    body = article.body
    sorts = dict(_judged(body, find_entities(body, read)))
    for text in sorts:
        if any(is_short(text, name) for name in speakers):
            sorts[text] = Sort.PERSON
    often = [name for name in speakers if len(find_mentions(body, name.split()[-1])) >= _OFTEN]
    sorts |= dict.fromkeys(often, Sort.PERSON)
    full = {
        find_fullest(body, text, sorts) if sort is Sort.PERSON else text: sort
        for text, sort in sorts.items()
    }
    placed = (_first(body, text, sort) for text, sort in full.items())
    worth = [name for name in placed if name and _is_worth(article, name)]
    return _distinct([*_dateline(body), *sorted(worth, key=lambda name: _rank(article, name))])


def _judged(body: str, found: Iterable[Entity]) -> Iterator[tuple[str, Sort]]:
    """Yield names with the sort that the model gives most, unless the body shows better."""
    votes: defaultdict[str, Counter[Sort]] = defaultdict(Counter)
    for entity in found:
        text = body[slice(*entity.at)]
        text = _SCORE.sub("", text) if entity.sort is Sort.BODY else drop_title(text)
        if _NAME.fullmatch(text) and _is_capital(text) and _is_capital(text.split()[-1]):
            votes[text][entity.sort] += 1
    for text, count in votes.items():
        sort = judge_names(body, text, count.most_common(1)[0][0])
        if sort:
            yield text, sort


def _is_capital(word: str) -> bool:
    """Whether a word is more than a letter and begins with a capital."""
    return word[0].isupper() and len(word.rstrip(".")) > 1


def _first(body: str, text: str, sort: Sort) -> _Name | None:
    """Place a name where the body prints it first, and does not go on."""
    for at in find_mentions(body, text):
        if not _CUT_SHORT.match(body, at[1]):
            return _Name(text, at, sort)
    return None


def _is_worth(article: Article, name: _Name) -> bool:
    """Whether a name is one beyond doubt, and not of those who made the article."""
    made = [_plain(maker) for maker in (article.publisher or "", *article.authors) if maker]
    if not name.words or any(name.words <= own or own <= name.words for own in made):
        return False
    if " " not in name.text:
        return _is_worth_alone(article, name)
    if name.sort is Sort.PERSON and _is_glued(article.body, name.text):
        return False
    return len(name.words) <= _LONGEST


def _is_glued(body: str, name: str) -> bool:
    """Whether a person's name is a thing's, or begins with another word: "Email Kirsten"."""
    first, last = name.split()[0], name.split()[-1]
    if last.isupper() and not name.isupper():
        return True
    return len(find_mentions(body, name)) == 1 and bool(find_mentions(body, first.lower()))


def _is_worth_alone(article: Article, name: _Name) -> bool:
    """Whether a name of one word is a name beyond doubt."""
    if find_mentions(article.body, name.text.lower()):
        return False
    if name.sort is Sort.PLACE:
        return not name.text.isupper() or is_with_article(name.text)
    found = find_mentions(article.body, name.text)
    if name.sort is Sort.BODY:
        parts = (_PART.search(article.body, max(0, at - 40), at) for at, _ in found)
        return len(found) >= _OFTEN and not any(parts)
    return bool(find_mentions(article.headline, name.text)) and is_acting(article.body, name.text)


def _rank(article: Article, name: _Name) -> tuple[bool, int, int]:
    """Rank the headline's names first, then those of the most mentions, then the earliest."""
    in_headline = bool(find_mentions(article.headline, name.short))
    return not in_headline, -len(find_mentions(article.body, name.short)), name.at[0]


def _distinct(names: Iterable[_Name]) -> list[_Name]:
    """Leave out names that are part of an earlier one or hold one, and their initials.

    The full name takes the place of the one that is short for it.
    """
    kept: list[_Name] = []
    for name in names:
        same = [place for place, other in enumerate(kept) if _is_same(name, other)]
        if not same:
            kept.append(name)
        elif len(same) == 1 and _stands_for(kept[same[0]].text, name.text):
            kept[same[0]] = name
    return kept


def _is_same(one: _Name, two: _Name) -> bool:
    if one.words <= two.words or two.words <= one.words:
        return True
    return _stands_for(one.text, two.text) or _stands_for(two.text, one.text)


def _stands_for(name: str, full: str) -> bool:
    """Whether a name is another one's initials, or what its last words are."""
    initials = "".join(word[0] for word in full.split() if word[0].isupper())
    return name == initials or is_short(name, full)


def _plain(text: str) -> frozenset[str]:
    return frozenset(word.rstrip(".").casefold() for word in _WORD.findall(text))


def _dateline(body: str) -> Iterator[_Name]:
    """Yield the place in front of an article: "PORT AVERIN (Reuters) - "."""
    found = _DATELINE.match(body)
    if found:
        group = "place" if found["place"] else "town"
        if not find_mentions(body, found[group].lower()):
            yield _Name(found[group], found.span(group), Sort.PLACE)
