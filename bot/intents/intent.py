"""What kind of thing a reader asks for, told from the words alone.

Whoever is in doubt gets a question: a summary that nobody asked for is worse than a passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.intents.small_talk import detect_small_talk
from corpus.text import squeeze

_MOST_SENTENCES = 12
_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_POLITE = re.compile(
    r"""(?:(?:please|kindly|now|hey|hi|ok|okay|so)\b[\s,]*
      | (?:can|could|would|will)\ you\b[\s,]*
      | (?:i(?:'d|\ would)\ like|i\ (?:want|need))\s+(?:to\ (?:have|get|see|read)\s+)?
      | (?:give|show|send|write|get|tell|make)\ (?:me|us)\s+
      | what(?:'s|\ is)\ (?=(?:the|a)\ (?:short\ )?(?:summary|gist)\b)
    )+""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED = rf"(?:in|with|using)\s+(\d\d?|a|{'|'.join(_NUMBERS)})\s+sentences?\b"
_COUNT = re.compile(
    rf"""^[\s,:]*+{_COUNTED}[\s,:]*+
      | (?:^|(?<![\s,])[\s,]++){_COUNTED}
        (?=[\s,.!?]*+(?:(?:please|for\ (?:me|us))[\s,.!?]*+)*+$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where a wish begins or ends; in its middle it is the topic's: "freed with two sentences left"."""
_SUMMARY = re.compile(
    r"""/summary(?:@\w+)?(?=\s|$)
      | (?:(?:a|an|the)\s+)?(?:short\s+|quick\s+|brief\s+)?
        (?:tl\s?;?\s?dr\b(?:\s+(?:of|on|for|from|about)\b)?|(?:summary|gist)\b(?:\s+(?:of|on|for|from|about)\b|\s*[:,]|(?=\W*$)
          |(?=[\s,]+(?:please|in|with|using)\b)))
      | (?:summari[sz]e|sum\ up|recap)\b(?:\s+for\ (?:me|us)\b)?(?:\s+of\b)?
      | sum\s+(?=(?:it|this|that|them)\s+up\b)
      | boil\s+(?=(?:it|this|that)\s+down\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STORY = re.compile(
    r"""/story(?:@\w+)?(?=\s|$)
      | (?:the\s+)?(?:whole\ |full\ )?(?:time\s?line|chronology)\s+(?:of|for|on)\b
      | the\s+(?:whole\ |full\ )?story\s+(?:so\ far\s+)?(?:of|about|on|behind)\b
      | (?:catch\ (?:me|us)\ up|bring\ (?:me|us)\ up\ to\ (?:date|speed)|fill\ (?:me|us)\ in
        | update\ (?:me|us)|get\ (?:me|us)\ up\ to\ (?:date|speed))\b
        (?:\s+(?:on|about|with)\b)?
      | what(?:'s|\ is|\ has\ been|\ are)\s+
        (?:new|the\ (?:latest|newest)(?:\ news|\ developments?)?)
        \s+(?:on|with|about|in|from|at|for)\b
      | (?:the\ )?latest\s+(?:news\s+)?(?:on|about)\b
      | what\s+has\s+changed\s+(?:on|with|about|in)\b
      | how\ did\s+(?=\S.*\b(?:unfold|develop|come\ about)\W*$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HAPPENED = re.compile(
    r"""what(?:'s|\ is|\ has|\ have|\ had)?\s+(?:been\s+)?(?:happened|happening|going\s+on)
        \s+(?:with|to|in|at|on|around|about)\b
      | what\s+became\s+of\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What asks for more than the whole of an event: a clause, a part of something, a certain day.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NARROW = re.compile(
    rf"""(?<![\w-])(?:when|while|after|before|during|because|if|that|who|which|where|why|how|as)
        (?![\w-])
      | '(?=s\s+\w) | \b(?:on|at|by)\s+(?:\d|the\s+\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day)
      | \b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b
      | \b{_MONTH}\b\.?\s+\d{{1,2}}\b
      | \b(?:yesterday|today|last\s+night)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MOST_WORDS = 5
_SINCE = re.compile(r"\b(?:since|this|last|in|during)\s+\S++(?:\s+\d{4})?\W*$", re.IGNORECASE)
_QUESTION_WORD = re.compile(r"(?:who|whom|whose|what|why|how|when|where|which)\b", re.IGNORECASE)
_THIS = re.compile(
    r"""(?:(?:it|this|that|them|these|those|above|here)\b\s*+)?
        (?:(?:the|this|that)\s++)?
        (?:(?:whole|last|first|full|above)\s++)?
        (?:article|answer|story|piece|news|report|text|one|up|down|message)?
        (?:[\s,]*+\b(?:up|down|above|for\ (?:me|us)|in\ short|shortly|briefly|again|please)\b)*""",
    re.IGNORECASE | re.VERBOSE,
)
_WRAPPING = re.compile(
    r"^(?:(?:the|a|an|that|this)\s+)?(?:(?:whole|full)\s+)?"
    r"(?:(?:article|story|piece|report|news)s?\s+(?:on|about|of|called|titled|headlined)\s+)?"
    r"(?:the\s+)?|(?<!\s)\s++(?:article|story|piece)s?$"
    r"|(?:^|(?<![\s,])[\s,]++)(?:please|for me|for us)$",
    re.IGNORECASE,
)
_UNFOLDED = re.compile(r"(?<!\s)\s++(?:unfold|develop|come about)$", re.IGNORECASE)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


class Kind(StrEnum):
    """What a reader asks for."""

    QUESTION = "question"
    SUMMARY = "summary"
    STORY = "story"
    LATEST = "latest"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader asks for.

    Attributes:
        kind: Of what.
        text: As typed.
        topic: What a summary or story is to be about, with what is said of the time; empty for a
            summary of whatever is meant by "this". An address stands alone.
        count: How many sentences are asked for; 0 where that is left to us.
        guessed: Whether it may be a question after all, for the archive to decide.
    """

    kind: Kind
    text: str
    topic: str = ""
    count: int = 0
    guessed: bool = False


def read(text: str) -> Request:
    """Tell what is asked for.

    Example:
        >>> read("Can you summarise the tram story in two sentences?").topic
        'tram'
        >>> read("What happened with the port strike?").kind, read("Who ended it?").kind
        (<Kind.STORY: 'story'>, <Kind.QUESTION: 'question'>)
    """
    said = squeeze(text).replace("’", "'")
    address = _URL.search(said)
    wish = _begins(_SUMMARY, said)
    if address and (address.group() == said or wish):
        count = _count(_URL.sub("", wish or ""))
        return Request(Kind.SUMMARY, text, address.group().rstrip(".,;:!?)>\"'"), count)
    if kind := detect_small_talk(said):
        return Request(Kind(kind), text)
    return _summary(text, said) or _story(text, said) or Request(Kind.QUESTION, text)


def _summary(text: str, said: str) -> Request | None:
    rest = _begins(_SUMMARY, said)
    if rest is None:
        return None
    count, rest = _count(rest), _COUNT.sub("", rest)
    rest = rest.strip(" .,;:!?-")
    if _THIS.fullmatch(rest):
        return Request(Kind.SUMMARY, text, "", count)
    topic = _unwrapped(rest)
    if _QUESTION_WORD.match(topic):  # "summary of what Kovač said": others answer that
        return None
    return Request(Kind.SUMMARY, text, topic, count)


def _story(text: str, said: str) -> Request | None:
    rest = _begins(_STORY, said)
    if rest is not None:
        topic = _unwrapped(_UNFOLDED.sub("", rest.strip(" .,;:!?-")))
        commanded = said.startswith("/")
        return Request(Kind.STORY, text, topic) if topic or commanded else None
    rest = _begins(_HAPPENED, said)
    if rest is None or _NARROW.search(rest):
        return None
    topic = _unwrapped(rest.strip(" .,;:!?-"))
    if not topic or len(_SINCE.sub("", topic).split()) > _MOST_WORDS:
        return None
    return Request(Kind.STORY, text, topic, guessed=True)


def _begins(pattern: re.Pattern[str], said: str) -> str | None:
    """What follows where a text begins so, courtesies apart; None where it does not."""
    polite = _POLITE.match(said)
    found = pattern.match(said, polite.end() if polite else 0) or pattern.match(said)
    return said[found.end() :] if found else None


def _count(said: str) -> int:
    found = _COUNT.search(said)
    if not found:
        return 0
    word = (found[1] or found[2]).casefold()
    number = int(word) if word.isdecimal() else _NUMBERS.index("one" if word == "a" else word) + 1
    return min(number, _MOST_SENTENCES)


def _unwrapped(topic: str) -> str:
    """A topic without "the ... story" around it, unless nothing else is left."""
    bare = _WRAPPING.sub("", _WRAPPING.sub("", topic)).strip(" .,;:!?\"“”'")
    return bare or topic
