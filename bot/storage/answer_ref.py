"""What an exchange keeps of its answer, in ids: the one codec of it.

Nothing of an article is kept with a chat but ids, so that what is forgotten here or removed there
is gone. The written forms are those of version 0.1.0, so that exchanges of before an upgrade still
turn their pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.nlp.segment import Slice
from retrieval.answers import AnswerKind
from retrieval.query.intent import (
    NO_TALK,
    Ask,
    AskWhoSaid,
    Intent,
    Summarise,
    Talk,
    TellTimeline,
)
from retrieval.results import Verdict


@dataclass(frozen=True, slots=True)
class PassageRef:
    """A passage.

    Attributes:
        passage_id: ``article#start``.
        copies: Ids of the articles that carry it too.
        marked: What of the article's body is shown of it beside the first passage; None for those
            that have a page of their own only.
    """

    passage_id: str
    copies: tuple[str, ...] = ()
    marked: Slice | None = None

    @property
    def article_id(self) -> str:
        """Of the passage's article."""
        return self.passage_id.partition("#")[0]

    @property
    def place(self) -> str:
        """What a rating keeps of it."""
        return self.passage_id


@dataclass(frozen=True, slots=True)
class QuoteRef:
    """A quotation.

    Attributes:
        article_id: Where it stands.
        start: Where in the body it begins.
        copies: Ids of the articles that carry it too.
    """

    article_id: str
    start: int
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotationsRef:
    """A page of quotations, one or more.

    Attributes:
        quotes: In their order.
    """

    quotes: tuple[QuoteRef, ...]

    @property
    def article_id(self) -> str:
        """Of the first quotation's article."""
        return self.quotes[0].article_id

    @property
    def place(self) -> str:
        """What a rating keeps of it: the first quotation."""
        return f"{self.quotes[0].article_id}#{self.quotes[0].start}"


@dataclass(frozen=True, slots=True)
class PersonRef:
    """One of several people who may be meant.

    Attributes:
        name: As attributions spell it.
        label: With a role, to choose by.
    """

    name: str
    label: str
    article_id = ""
    place = ""


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article: summed up, or one of several that may be meant.

    Attributes:
        article_id: Its id.
    """

    article_id: str

    @property
    def place(self) -> str:
        """What a rating keeps of it."""
        return self.article_id


@dataclass(frozen=True, slots=True)
class EntryRef:
    """An entry of a timeline.

    Attributes:
        part: "news", "timeline", or "dispute" with a number: those of one number contradict each
            other.
        article_id: Where it stands.
        sentence: Which stretch of the body.
        copies: Ids of the articles that carry it too.
    """

    part: str
    article_id: str
    sentence: Slice
    copies: tuple[str, ...] = ()
    place = ""


HitRef = PassageRef | QuotationsRef | PersonRef | ArticleRef | EntryRef


@dataclass(frozen=True, slots=True)
class AnswerRef:
    """What was found.

    Attributes:
        kind: Of answer; None where nothing was looked for yet.
        verdict: How far it answers.
        confidence: In [0, 1]; see the answers' own.
        hits: What its pages show, in their order.
    """

    kind: AnswerKind | None = None
    verdict: Verdict | None = None
    confidence: float = 0.0
    hits: tuple[HitRef, ...] = ()


NOT_ASKED = AnswerRef()
"""Of a question that is kept to be asked by a button."""


def write_hits(hits: Iterable[HitRef]) -> list[str]:
    """Write hits down, each as a string."""
    return [_write(hit) for hit in hits]


def read_hits(kind: AnswerKind | None, written: Sequence[str]) -> tuple[HitRef, ...]:
    """Read hits that were written down.

    Args:
        kind: Of the answer that they belong to.
        written: Each as `write_hits` writes it, or as version 0.1.0 did.
    """
    return tuple(_read(kind, one) for one in written)


def write_intent(intent: Intent) -> dict[str, Any] | None:
    """Write down what a text alone does not say; None for a message."""
    match intent:
        case AskWhoSaid(speaker, topic):
            return {"who": speaker, "topic": topic, **_write_talk(intent.talk)}
        case Ask() if intent.talk != NO_TALK:
            return {"ask": intent.text, **_write_talk(intent.talk)}
        case Summarise(topic, count):
            return {"summarise": topic, "count": count}
        case TellTimeline(topic, guessed):
            return {"timeline": topic, "guessed": guessed}
    return None


def read_intent(text: str, written: dict[str, Any] | None) -> Intent:
    """Read what was written down beside a text."""
    talk = _read_talk(written or {})
    match written:
        case {"who": str(speaker), "topic": str(topic)}:
            return AskWhoSaid(speaker, topic, talk)
        case {"ask": str(asked)}:
            return replace(Ask.read(asked), talk=talk)
        case {"summarise": str(topic), "count": int(count)}:
            return Summarise(topic, count)
        case {"timeline": str(topic), "guessed": bool(guessed)}:
            return TellTimeline(topic, guessed=guessed)
    return Ask.read(text)


def _write_talk(talk: Talk) -> dict[str, Any]:
    """Write down what an intent leans on; nothing where it stands alone."""
    return {"own": talk.own, "near": list(talk.articles)} if talk != NO_TALK else {}


def _read_talk(written: dict[str, Any]) -> Talk:
    return Talk(str(written.get("own", "")), tuple(map(str, written.get("near", ()))))


def _write(hit: HitRef) -> str:
    match hit:
        case PassageRef(passage_id, copies, None):
            return " ".join((passage_id, *copies))
        case PassageRef(passage_id, copies, (start, end)):
            return " ".join((f"{passage_id}@{start}-{end}", *copies))
        case QuotationsRef(quotes):
            return "|".join(" ".join((f"{q.article_id}#{q.start}", *q.copies)) for q in quotes)
        case PersonRef(name, label):
            return f"{name}\t{label}"
        case EntryRef(part, article_id, (start, end), copies):
            return "\t".join((part, f"{article_id}#{start}-{end}", *copies))
    return hit.article_id


def _read(kind: AnswerKind | None, written: str) -> HitRef:
    if kind is AnswerKind.PEOPLE:
        name, _, label = written.partition("\t")
        return PersonRef(name, label)
    if kind is AnswerKind.QUOTATIONS:
        return QuotationsRef(tuple(map(_read_quote, written.split("|"))))
    if kind is AnswerKind.TIMELINE and "\t" in written:
        part, place, *copies = written.split("\t")
        article_id, _, stretch = place.partition("#")
        return EntryRef(part, article_id, _read_slice(stretch), tuple(copies))
    if kind is AnswerKind.PASSAGES:
        place, *copies = written.split()
        passage_id, _, stretch = place.partition("@")
        return PassageRef(passage_id, tuple(copies), _read_slice(stretch) if stretch else None)
    return ArticleRef(written)


def _read_slice(written: str) -> Slice:
    start, _, end = written.partition("-")
    return int(start), int(end)


def _read_quote(written: str) -> QuoteRef:
    place, *copies = written.split()
    article_id, _, start = place.partition("#")
    return QuoteRef(article_id, int(start), tuple(copies))
