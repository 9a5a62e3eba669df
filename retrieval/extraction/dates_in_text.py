"""When what an article tells happened, as it prints it.

Tested with the key facts in `tests/retrieval/extraction/test_key_facts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from corpus.article import Article
from corpus.nlp.quotation_marks import pair_quotations
from corpus.nlp.segment import Slice

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_MONTH_NAME = re.compile(_MONTH)
_RECENT_DAYS = 8
"""A day longer ago than this is not when the news happened."""
_AHEAD_DAYS = 240
"""A day without year further ahead than this is last year's."""
_BACK_DAYS = 65
"""A day without year is next year's where that is no further ahead than this."""
_DAY = r"(?:[12]\d|3[01]|[1-9])(?:st|nd|rd|th)?"
_PART = r"(?:morning|afternoon|evening|night)"
_TIME = re.compile(
    rf"(?<![\w'’-])"
    rf"(?:(?P<day>(?:{_WEEKDAY},?\s)?(?:{_DAY}\s(?:of\s)?{_MONTH}|{_MONTH}\s{_DAY}(?!\d))"
    rf"(?:,?\s(?P<year>(?:19|20)\d\d))?)"
    rf"|(?P<weekday>{_WEEKDAY}(?:\s{_PART})?|(?:yesterday|tomorrow|this)\s{_PART}"
    rf"|today|tonight|yesterday|tomorrow)"
    rf"|(?<=in\s)(?P<month>(?:early\s|mid-|late\s)?{_MONTH}(?:\s(?P<its_year>(?:19|20)\d\d))?))"
    r"(?!['’]s\b|[-–]\w|\s(?!(?:[A-Z]\w+day|January|February)\b)[A-ZÀ-Þ]|\w)"
)
_BACKGROUND = re.compile(
    r"\b(?:[Ss]ince|last|[Ee]very|[Ee]ach|an?|per|previous|even|still|until|of"
    r"|(?!On )[A-Z][a-z]+)\s$"
)
"""What makes a time another one than the news has: "since Monday", "Cyber Monday"."""
_NOWADAYS = frozenset(("today", "tomorrow"))
"""Often said of no day in particular, but seldom so where an article begins."""
_EARLY = 3
"""Stretches that count as an article's beginning."""
_PRECISION: Final = {"day": 3, "weekday": 2, "month": 1}


def find_times(article: Article, read: Sequence[Slice]) -> list[Slice]:
    """Find times that the news may have, the most precise first, none twice.

    Times in quotations, of other years and of days long before the article are left out.

    Args:
        article: The article.
        read: Stretches of its body to look in, in the order of the text.
    """
    quoted = [quotation.outer for quotation in pair_quotations(article.body)]
    found: dict[str, tuple[int, Slice]] = {}
    for number, stretch in enumerate(read):
        for time in _TIME.finditer(article.body, *stretch):
            loose = time.group() in _NOWADAYS and number >= _EARLY
            inside = any(start <= time.start() < end for start, end in quoted)
            if not loose and not inside and not _is_past(article, time):
                precision = _PRECISION[str(time.lastgroup)]
                found.setdefault(time.group(), (-precision, time.span()))
    distinct = [
        one
        for text, one in found.items()
        if not any(text != other and text in other for other in found)
    ]
    return [at for _, at in sorted(distinct, key=lambda one: one[0])]


def _is_past(article: Article, time: re.Match[str]) -> bool:
    """Whether a time is that of something well before the article, as far as it can be told."""
    if _BACKGROUND.search(article.body, max(0, time.start() - 20), time.start()):
        return True
    month = _MONTH_NAME.search(time.group())
    if article.published is None or month is None:
        return False
    year = time["year"] or time["its_year"]
    if year and int(year) != article.published.year:
        return int(year) < article.published.year
    ago = _days_ago(article.published.date(), time.group(), month.group())
    if not year:
        ago = ago + 365 if ago < -_AHEAD_DAYS else ago - 365 if ago > 365 - _BACK_DAYS else ago
    return ago > _RECENT_DAYS


def _days_ago(today: date, time: str, month: str) -> int:
    """Count the days since a day of this year, or since the end of a month of it."""
    found = re.search(r"\d+", time)
    # Four weeks are near enough to the end of any month.
    day = min(int(found.group()), 28) if found else 28
    return (today - date(today.year, _MONTHS.index(month[:3]) // 3 + 1, day)).days
