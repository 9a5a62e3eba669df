"""What a reader wants to be told of, as it was typed, and what was found for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.words import list_wanted
from retrieval.query.keyphrases import load_light_terms
from retrieval.query.question import Publishers
from retrieval.query.wish_words import load_wish_words
from retrieval.tokens import tokenize

MOST_CHARS = 300
"""Characters of a message that are read; who wants to be told of more asks for several things."""
_SPEAKER_WORDS = 6
"""Words of whoever is to say something, at most."""
_PUBLISHER_WORDS = 7
"""Words behind "in" among which a publisher's name is looked for."""


class Level(StrEnum):
    """How sure an alert has to be of an article."""

    FEWER = "fewer"
    BALANCED = "balanced"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody wants to be told of.

    Attributes:
        id: The subscription's.
        topic: As typed; empty where everything that the speaker says is wanted.
        publisher: Whose articles, as the archive or people call it; empty for anybody's.
        speaker: Who has to say something on it, as typed; empty where nobody has to.
        level: How sure it has to be.
        raised: What thumbs down have added to its threshold, at least 0.
    """

    id: int
    topic: str
    publisher: str = ""
    speaker: str = ""
    level: Level = Level.FEWER
    raised: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """An article that fits an alert.

    Attributes:
        alert: The alert's id.
        score: Probability in [0, 1] that the article fits, as far as calibration goes.
        passage: The passage that shows why, verbatim.
        sentence: The sentence of it to show, a slice of the article's body.
    """

    alert: int
    score: float
    passage: Passage
    sentence: Slice


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article as it is matched and told of.

    Attributes:
        article: The article.
        passages: All of its passages, in order; at least one.
        vectors: Their embeddings, a row each; no rows, or zeros, where there are none.
        said: Who said what in it.
    """

    article: Article
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    said: Sequence[Attribution]


def read_alert(text: str, *, id: int = 0, publishers: Iterable[str] = ()) -> Alert | None:
    """Read "TOPIC [in PUBLISHER] [when SOMEBODY says something on it]".

    "In" leads to a publisher only where a known one follows, and ends what is asked for or comes
    before "when"; else it belongs to the topic.

    Args:
        text: As typed.
        id: The subscription's.
        publishers: Those of the archive, as it spells them.

    Returns:
        None where the text says nothing that could be looked for.

    Example:
        >>> read_alert("Kovač in the gazette", publishers=["The Gazette"])
        Alert(id=0, topic='Kovač', publisher='The Gazette', speaker='', ...)
        >>> alert = read_alert("ferry strike when the mayor says something on it")
        >>> alert.topic, alert.speaker
        ('ferry strike', 'the mayor')
        >>> read_alert("anything about rate cuts in May").topic
        'rate cuts in May'
        >>> read_alert("tell me something new") is None
        True
    """
    rest, publisher = _part_publisher(" ".join(text[:MOST_CHARS].split()), publishers)
    topic, speaker = _part_speaker(rest)
    topic = _drop_frame(topic)
    if not _says(topic):
        topic = ""
    if not topic and not speaker:
        return None
    return Alert(id, topic, publisher, speaker)


_ENDS = " \t.,;:!?-–—"
_THING = (
    r"anything|something|everything|sth|all|any|the|latest|newest|new|news|stories|story|articles"
    r"|article|updates|update|reports|headlines|information|info|more"
)
_FRAME = re.compile(
    r"^(?:(?:and|ok|hi|hey|hello|please|pls|also|can you|could you|would you|i want to|i would like"
    r" to|i'd like to|an?|set|make|create|add|alert|alerts|me|us|tell|notify|ping|warn|inform|send"
    r"|let|keep|know|hear|posted|updated|when|whenever|if|there is|there's|there are)\s+)*"
    rf"(?:(?:{_THING})\s+)*"
    r"(?:(?:about|on|of|for|regarding|concerning|re)\s+)?",
    re.IGNORECASE,
)
"""What leads up to a topic; each word of it costs nothing where a topic follows."""
_WHEN = re.compile(r"(?<!\w)(?:when(?:ever)?|if|once|as soon as)\s+", re.IGNORECASE)
_SPEAKS = re.compile(
    r"(?<!\w)(?:says?|said|saying|speaks?|talks?|tells?|comments?|tweets?|states?|mentions?|reacts?"
    r"|responds?|announces?|is quoted|are quoted|has (?:something|anything) to say)(?!\w)",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"^(?:\s*(?:something|anything|sth|more|a word|out|new|again|publicly))*"
    r"(?:\s*(?:about|on|of|to|that|regarding)(?!\w))?\s*",
    re.IGNORECASE,
)
_IT = re.compile(
    r"^(?:it|this|that|them|the (?:topic|subject|matter|issue))?(?:\s+(?:again|too))?$",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"^(?:what|whatever|anything|everything|something|all)\s+(?:that\s+)?", re.IGNORECASE
)
_WORDS_OF = re.compile(
    r"^(?:all\s+|any\s+|the\s+|new\s+)*(?:quotes?|quotations?|statements?|comments?|remarks?|words)"
    r"\s+(?:by|from|of)\s+(?P<who>.+)$",
    re.IGNORECASE,
)
_SAID_ON = re.compile(
    r"^(?P<who>\S+(?:\s\S+){0,3}) (?:says|saying|said) (?:something|anything) (?:about|on)"
    r" (?P<on>.+)$",
    re.IGNORECASE,
)
_ON = re.compile(r"\s+(?:about|on|regarding|concerning)\s+", re.IGNORECASE)
_ANYBODY = re.compile(
    r"^(?:any|some|every)(?:one|body)(?: else)?$|^(?:people|they|there|he or she)$", re.IGNORECASE
)
_HE = re.compile(r"^(?:he|she|it|they)$", re.IGNORECASE)
_IN = re.compile(r"(?<!\w)(?:in|from)\s+", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\s*(?:$|[,;:.!?]|(?:when(?:ever)?|if|once|as soon as|about|on)(?!\w))", re.I
)


def _drop_frame(text: str) -> str:
    """Take what only says that news is wanted off the front of a topic."""
    bare = text.strip(_ENDS)
    framed = _FRAME.match(f"{bare} ")
    rest = bare[framed.end() :] if framed else bare
    return rest if _says(rest) else bare


def _says(text: str) -> bool:
    """Whether a text holds anything that can be looked for."""
    vague = load_light_terms() | load_wish_words()
    return any(term not in vague for term, _ in list_wanted(text))


def _part_publisher(text: str, names: Iterable[str]) -> tuple[str, str]:
    """Part a text from the publisher whose articles are wanted, if it names one."""
    publishers = Publishers(names)
    for led in _IN.finditer(text):
        words = list(re.finditer(r"\S+", text[led.end() :]))[:_PUBLISHER_WORDS]
        for last in reversed(words):
            end = led.end() + last.end()
            name = text[led.end() : end].rstrip(_ENDS)
            end = led.end() + len(name)
            if not _GOES_ON.match(text[end:]):
                continue
            named = publishers.named_in(f"in {name}")
            if named and not publishers.without(f"in {name}"):
                called = named[0][0] if len(named[0]) == 1 else name.removeprefix("the ")
                kept = text[: led.start()].strip(_ENDS), text[end:].strip(_ENDS)
                return " ".join(filter(None, kept)), called
    return text, ""


def _part_speaker(text: str) -> tuple[str, str]:
    """Part a topic from whoever has to say something on it."""
    for when in reversed(list(_WHEN.finditer(text))):
        before = text[: when.start()].strip(_ENDS)
        if told := _read_saying(text[when.end() :]):
            return _join(before, *told)
    if words_of := _WORDS_OF.match(text):
        who, *on = _ON.split(words_of["who"], maxsplit=1)
        return _join("", who.strip(_ENDS), " ".join(on))
    if saying := _SAYING.match(text):
        told = _read_saying(text[saying.end() :])
        return _join("", *told) if told else (text, "")
    if said := _SAID_ON.match(text):
        return _join("", said["who"].strip(_ENDS), said["on"])
    return text, ""


def _read_saying(clause: str) -> tuple[str, str] | None:
    """Read "the mayor says something about fares" as who and what; None for anything else."""
    verb = _SPEAKS.search(clause)
    if not verb:
        return None
    who = clause[: verb.start()].strip(_ENDS)
    if (not tokenize(who) and not _HE.match(who)) or len(who.split()) > _SPEAKER_WORDS:
        return None
    return who, _OBJECT.sub("", clause[verb.end() :], count=1).strip(_ENDS)


def _join(before: str, who: str, on: str) -> tuple[str, str]:
    """Make a topic of what stands before and behind the saying; "she" is who stands before."""
    behind = "" if _IT.match(on) else on
    if _HE.match(who) and before:
        return behind, before
    topic = " ".join(part for part in (before, behind) if part)
    return topic, "" if _ANYBODY.match(who) or _HE.match(who) else who
