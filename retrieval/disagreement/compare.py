"""Whether two sentences of two articles say otherwise of the same thing, or the same.

Figures, days and states that differ are only the occasion: what decides is the sum of what speaks
for their being of the same thing. The two sentences hold the question and are near each other; the
model that read them found the answer where they differ; and against it: names or years that only
one of them has, an event that comes back every year, a long time between them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from corpus.article import Article
from corpus.nlp.segment import Slice
from retrieval.disagreement.days import list_days
from retrieval.disagreement.figures import merge_stem
from retrieval.disagreement.values import Pair, pair_values
from retrieval.results import Window
from retrieval.tokens import collect_terms, tokenize, tokenize_query

_ABOUT, _CLOSE, _ASKED, _ANSWERS, _CHANGED = 1.0, 1.0, 0.35, 0.5, 0.4
_NAMES, _LACKED, _YEARS, _AGAIN, _LONG_AGO, _OTHER_DAY, _SEVERAL = (
    -1.0,
    -0.8,
    -0.8,
    -0.9,
    -0.4,
    -1.0,
    -0.5,
)
_LEAST = 1.9
"""Weights of what speaks for and against two sentences being about the same thing, and their least
sum; chosen on the pairs of `tests/data/disagreements.jsonl`: read, those of one thing get 2.1 and
more, the others at most 1.6; unread 1.93 and 1.3."""
_ASKS = {
    "day": re.compile(
        r"\b(?:when|how\s+soon|dates?|(?:what|which)\s+(?:time|day|month|year)|until)\b", re.I
    ),
    "time": re.compile(r"\b(?:when|(?:what|which)\s+(?:time|hour)|how\s+early|how\s+late)\b", re.I),
    "figure": re.compile(
        r"\b(?:how\s+(?:much|many|long|high|big|large|far|old|often|wide|fast|deep|tall|strong)"
        r"|costs?|prices?|numbers?|figures?|worth|shares?|rates?|percentage|sum|total|toll|size"
        r"|pays?|paid|spend|spent|fetch\w{0,3}|earn\w{0,3}|charge\w?)\b",
        re.I,
    ),
    "state": re.compile(
        r"(?:^\s*(?:is|are|was|were|has|have|did|does|do|will)|\b(?:states?|status|situation"
        r"|outcome|verdict|results?|decisions?|decided?|happen\w{0,3}|become|became|still|now"
        r"|currently|current|latest|fate))\b",
        re.I,
    ),
}
_CHANGE = re.compile(
    r"\b(?:now|instead|no longer|revised?|moved|postponed|delayed|put (?:off|back)"
    r"|pushed (?:back|to)|brought forward|rescheduled|corrected|correction|updated?|recount\w{0,3}"
    r"|up from|down from|previous(?:ly)?|original(?:ly)?|initial(?:ly)?"
    r"|(?:earlier|first) (?:said|put|estimates?|figures?)|rather than|raised|lowered"
    r"|rose|risen|climbed|cut to|overturned|reversed|appeals?)\b",
    re.I,
)
_COMES_BACK = re.compile(
    r"\b(?:annual(?:ly)?|yearly|every|each|festivals?|regattas?|marathons?|races?|fairs?|seasons?"
    r"|match(?:es)?|games?|finals?|cups?|leagues?|elections?|budgets?|conferences?|quarters?"
    r"|quarterly|exhibitions?|parades?|carnivals?|tournaments?|rounds?|weekly|monthly|auctions?"
    r"|concerts?|edition|summits?|awards?|storms?|floods?|earthquakes?|crash(?:es)?|fires?)\b",
    re.I,
)
_PLANNED = re.compile(
    r"\b(?:will|would|to (?:cost|open|be|take|run)|expect\w{0,3}|plan\w{0,4}|due|estimat\w{1,4}"
    r"|schedul\w{1,4}|forecast\w{0,3}|budgeted|is to|are to|set to|should|moved|postponed)\b",
    re.I,
)
_EDITION = re.compile(r"(?<!in )(?<!since )\b((?:19|20)\d\d)(?= [^\W\d_]|['’]s\b)")
_WEEKDAY = re.compile(r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
_SAID_ON = re.compile(r"\b(?:said|told|announced|reported)\b[^.]{0,40}$", re.I)
_NAME = re.compile(r"(?<=[\w,;:’”)] )[A-ZÀ-Þ][\w’'-]+")
"""Not where a sentence begins: there every word has a capital."""
_SPEAKER = re.compile(
    r"\b(?:said|says|told|according to|announced|warned)\s+(?:(?:the|[a-z]+)\s){0,3}?"
    r"((?:[A-ZÀ-Þ][\w’'-]+\s?){1,4})"
    r"|((?:[A-ZÀ-Þ][\w’'-]+\s){1,4})(?:said|says|told|announced|warned)\b"
)
_LONG_DAYS, _SOME_DAYS = 200, 4
_LIKELY, _UNREAD = 0.25, 0.5
"""Probability that the answer begins at a value from which on that is what is asked for, in
whatever words; and what stands in for it where nothing was read."""
_MOST_CHARS = 20_000
_REACH = 30
"""Characters before a value in which the answer may begin: "on the third of"."""
_TIMES = frozenset(map(str.casefold, (*calendar.day_name, *calendar.month_name)))
"""Words with a capital that name nobody."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of an article that may answer.

    Attributes:
        article: With a date.
        piece: One or two whole sentences of its body.
        window: What was read around it, if anything.
    """

    article: Article
    piece: Slice
    window: Window | None = None

    @property
    def day(self) -> date:
        """When it was printed."""
        assert self.article.published is not None  # noqa: S101 - see above
        return self.article.published.date()

    @property
    def text(self) -> str:
        """Its words."""
        return self.article.body[slice(*self.piece)]

    @property
    def is_read(self) -> bool:
        """Whether a model told where the answer begins."""
        return bool(self.window and self.window.reading.begins)

    @property
    def with_headline(self) -> str:
        """Its words below the headline, which often says what they are about."""
        return f"{self.article.headline}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        text: As asked.
        weights: How rare each of its terms is.
    """

    text: str
    weights: dict[str, float]

    @classmethod
    def read(cls, text: str, rarity: Callable[[str], float]) -> Question:
        """Weigh the terms of a question."""
        return cls(text, {merge_stem(term): rarity(term) for term in tokenize_query([text])})

    def held(self, text: str) -> float:
        """The share of the question that a text holds."""
        found = self.weights.keys() & set(map(merge_stem, tokenize(text)))
        return sum(self.weights[term] for term in found) / (sum(self.weights.values()) or 1.0)


def compare(
    question: Question, old: Claim, new: Claim, closeness: Callable[[str, str], float]
) -> bool | None:
    """Tell whether two articles say the same in answer to a question.

    Args:
        question: What both may answer.
        old: What the earlier article says.
        new: What the later one says.
        closeness: Cosine of two texts; asked for only where there is something to compare.

    Returns:
        True where they do, False where they say otherwise; None where they are not of the same
        thing, or it cannot be told.
    """
    answering = [
        (pair, weight)
        for pair in _pair(old, new)
        if (weight := _weigh_asked(question, pair, old, new))
    ]
    if not answering:
        return None
    close = _CLOSE * closeness(old.with_headline, new.with_headline)
    told = {
        pair.same
        for pair, weight in answering
        if close + weight + _weigh_subject(question, pair, old, new) >= _LEAST
    }
    return told.pop() if len(told) == 1 else None


def differs(one: Claim, other: Claim) -> bool:
    """Whether two stretches in nearly the same words, of different days, give another value."""
    old, new = sorted((one, other), key=lambda claim: claim.day)
    return old.day != new.day and any(not pair.same for pair in _pair(old, new))


def _pair(old: Claim, new: Claim) -> Iterator[Pair]:
    return pair_values(old.text, old.day, new.text, new.day)


def _weigh_asked(question: Question, pair: Pair, old: Claim, new: Claim) -> float:
    """Weigh how far a value is what is asked for; 0 where nothing says so."""
    asks = bool(_ASKS[pair.kind].search(question.text))
    if old.is_read != new.is_read:
        return 0.0
    found = min(_find_answer(pair, old, pair.old), _find_answer(pair, new, pair.new))
    wanted = asks if pair.kind == "state" or not old.is_read else found >= _LIKELY
    return wanted * (_ASKED * asks + _ANSWERS * found)


def _find_answer(pair: Pair, claim: Claim, places: tuple[Slice, ...]) -> float:
    """Return the probability that a claim's answer begins at one of its values."""
    window = claim.window
    if window is None or not claim.is_read:
        return _UNREAD
    start, end = claim.piece
    if pair.kind == "state":
        return window.begins_within(start, end)
    return max(
        window.begins_within(max(start, start + first - _REACH), start + last)
        for first, last in places
    )


def _weigh_subject(question: Question, pair: Pair, old: Claim, new: Claim) -> float:
    """Weigh what else says that two claims are about the same thing, and what says not."""
    changed = bool(_CHANGE.search(new.text))
    planned = all(_PLANNED.search(claim.text) for claim in (old, new))
    days = abs((new.day - old.day).days)
    comes_back = any(_COMES_BACK.search(claim.with_headline) for claim in (old, new))
    passing = pair.kind != "state" and not changed
    return (
        _ABOUT * min(question.held(old.with_headline), question.held(new.with_headline))
        + _CHANGED * changed
        + _NAMES * _have_own_names(old, new)
        + _LACKED * _lacks_name(question, old, new)
        + _YEARS * _are_of_other_years(pair, old, new)
        + _AGAIN * (passing and comes_back and days >= _SOME_DAYS)
        + _SEVERAL * (pair.kind != "state" and max(len(pair.old), len(pair.new)) > 1)
        + _LONG_AGO * (passing and not planned and days > _LONG_DAYS)
        + _OTHER_DAY * (pair.kind == "figure" and not changed and _are_of_other_weekdays(old, new))
        # What happened this morning, and what did on another day, are two things.
        + _OTHER_DAY * (pair.kind in ("day", "time") and passing and not (planned or pair.same))
    )


def _have_own_names(old: Claim, new: Claim) -> bool:
    """Whether each has a name that is nowhere in the other's article; who speaks does not count."""
    return bool(_own_names(old, new)) and bool(_own_names(new, old))


def _own_names(one: Claim, other: Claim) -> set[str]:
    text = _SPEAKER.sub(" ", one.text)
    return _names(text, one.article) - _words(other.article) - _TIMES


def _names(text: str, article: Article) -> set[str]:
    """Return the words that are only ever written with a capital, as terms."""
    printed = _NAME.findall(text)
    whole = _whole(article)
    return {
        word.casefold().removesuffix("’s").removesuffix("'s")
        for word in printed
        if not re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", whole)
    }


def _words(article: Article) -> frozenset[str]:
    return frozenset(re.findall(r"\w[\w’'-]*", _whole(article).casefold()))


def _whole(article: Article) -> str:
    """All of an article, of a very long one its beginning."""
    return f"{article.headline}\n{article.body[:_MOST_CHARS]}"


def _lacks_name(question: Question, old: Claim, new: Claim) -> bool:
    """Whether a name of the question is missing in one of the articles.

    So it is in a sentence that has another name instead: "Varga, for one, earns as much".
    """
    return any(_lacks(question, one, other) for one, other in ((old, new), (new, old)))


def _lacks(question: Question, one: Claim, other: Claim) -> bool:
    asked = question.weights.keys()
    article = collect_terms(_whole(other.article))
    if asked & _name_terms(one, one.with_headline) - article:
        return True
    said = asked & _name_terms(one, one.text) - set(tokenize(other.text))
    others = _name_terms(other, _SPEAKER.sub(" ", other.text)) - _TIMES - set(tokenize(one.text))
    return bool(said and others)


def _name_terms(claim: Claim, text: str) -> set[str]:
    return {term for name in _names(text, claim.article) for term in tokenize(name)}


def _are_of_other_years(pair: Pair, old: Claim, new: Claim) -> bool:
    """Whether they name different years, other than the one that is the answer: "the 2024 race"."""
    if pair.kind in ("day", "time"):
        years = [set(_EDITION.findall(claim.with_headline)) for claim in (old, new)]
    else:
        years = [
            {day.year for day in list_days(claim.text, claim.day) if not day.told}
            for claim in (old, new)
        ]
    return bool(years[0] and years[1]) and years[0].isdisjoint(years[1])


def _are_of_other_weekdays(old: Claim, new: Claim) -> bool:
    days = [
        {
            match[1]
            for match in _WEEKDAY.finditer(claim.text)
            if not _SAID_ON.search(claim.text[: match.start()])
        }
        for claim in (old, new)
    ]
    return bool(days[0] and days[1]) and days[0].isdisjoint(days[1])
