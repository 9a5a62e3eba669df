"""What may be asked of an archive, as values, and how the grammar of a text reads as each of them.

The grammar only proposes: which reading is right is for the routes to decide by what they find
(see `retrieval.routing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.text import squeeze

_MOST_SENTENCES = 12
_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_POLITE = re.compile(
    r"""(?:(?:please|pls|plz|kindly|now|hey|hi|ok|okay|so|any)\b(?!\ (?:news|updates?)\b)[\s,]*
      | (?:can|could|would|will)\ you\b[\s,]*
      | (?:i(?:'d|\ would)\ like|i\ (?:want|need))\s+(?:to\ (?:have|get|see|read)\s+)?
      | (?:give|show|send|write|get|tell|make)\ (?:me|us)\s+
      | what(?:'?s|\ is)\ (?=(?:the|a)\ (?:short\ )?(?:summary|gist)\b)
    )+""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED = rf"(?:in|with|using)\s+(\d\d?|a|{'|'.join(_NUMBERS)})\s+sentences?\b"
_COUNT = re.compile(
    rf"""^[\s,:]*+{_COUNTED}[\s,:]*+
      | (?:^|(?<![\s,])[\s,]++){_COUNTED}
        (?=[\s,.!?]*+(?:(?:please|pls|plz|for\ (?:me|us))[\s,.!?]*+)*+$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where a wish begins or ends; in its middle it is the topic's: "freed with two sentences left"."""
_OF = r"(?:\s+(?:of|on|for|from|about)\b)"
_SUMMARY = re.compile(
    rf"""(?:(?:a|an|the)\s+)?(?:short\s+|quick\s+|brief\s+)?
        (?:tl\s?;?\s?dr\b{_OF}?
          |(?:summary|gist)\b(?:{_OF}|\s*[:,]|(?=\W*$)
            |(?=[\s,]+(?:please|pls|plz|in|with|using)\b)|(?=\W*https?://)
            |(?=\s+[^\W\d_](?![^?\n]*\?)))
          |recap\b{_OF}?
          |(?:(?:main|key)\s+(?:points?|facts?)|highlights|takeaways)\b{_OF}
          |(?<=\s)version\b{_OF})
      | (?:the\s+|a\s+)?(?:short|quick|brief)\s+version\b{_OF}
      | (?:summari[sz]e|sum\ up)\b(?:\s+for\ (?:me|us)\b)?(?:\s+of\b)?
      | brief\ (?:me|us)\ on\b
      | sum\s+(?=(?:it|this|that|them)\s+up\b)
      | boil\s+(?=(?:it|this|that)\s+down\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_ARTICLE = re.compile(
    r"""what(?:'?s|\ is|\ was|\ does|\ did|\ do)\s+(?:in\s+)?(?:the|that|this)\s+
        (?:(?:news|whole)\s+)?(?:article|story|piece|report|one)\s+
        (?:on|about|where|that|with|by|from)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Asks what an article says by what it is about: "what's that piece on the tram about"."""
_ABOUT_END = re.compile(r"(?<!\s)\s++(?:about|say|saying|tell|all\ about)\W*$", re.IGNORECASE)
_SUMMED_UP = re.compile(
    r"""(?<![\s,:;-])[\s,:;-]++(?:
        (?:please\s+|pls\s+|can\ you\s+)?(?:sum|boil)\ (?:it|this|that)\ (?:up|down)
      | (?:in|as)\ (?:short|brief|a\ nutshell)
      | (?:the\s+)?(?:short|quick)\s+version | summary | recap | tl;?dr | gist
      | (?:summari[sz]e(?:d)?)(?:\ (?:it|this|that))?
      )(?:\s+(?:please|pls|plz|for\ (?:me|us)))*\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A wish for a summary behind what it is to be of: "the barrier plan, in short"."""
_PREAMBLE = re.compile(r"[^,?!:]{3,80},\s*(?:so\s+|and\s+|but\s+)?(?=\S)")
"""What a reader may say before the wish: "i only have a minute, ..."."""
_STORY = re.compile(
    r"""(?:the\s+)?(?:whole\ |full\ )?(?:time\s?line|chronology)\s+(?:of|for|on)\b
      | (?:the\s+)?(?:whole\ |full\ )?story\s+(?:so\ far\s+)?(?:of|about|on|behind)\b
      | (?:catch\ (?:me|us)\ up|bring\ (?:me|us)\ up\ to\ (?:date|speed)|fill\ (?:me|us)\ in
        | update\ (?:me|us)|get\ (?:me|us)\ up\ to\ (?:date|speed))\b
        (?:\s+(?:on|about|with)\b)?
      | what(?:'?s|\ is|\ has\ been|\ are)\s+
        (?:new|the\ (?:latest|newest)(?:\ news|\ developments?)?)
        \s+(?:on|with|about|in|from|at|for)\b
      | (?:(?:the|any|is\ there\ any|are\ there\ any)\ )?
        (?:latest\s+(?:news\s+)?|news\s+|updates?\s+)(?:on|about|from|regarding|with)\b
      | (?:is\ there\ )?any\s?thing\ new\s+(?:on|about|from|with|in|at)\b
      | what\s+has\s+changed\s+(?:on|with|about|in)\b
      | how\ did\s+(?=\S.*\b(?:unfold|develop|come\ about|(?:go\ )?from\ (?:the\ )?start
        \ to\ (?:end|finish))\W*$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HAPPENED = re.compile(
    r"""what(?:'?s|\ is|\ has|\ have|\ had)?\s+(?:been\s+)?(?:happened|happening|going\s+on)
        \s+(?:with|to|in|at|on|around|about)\b
      | what\s+became\s+of\b
      | how(?:'?s|\ is|\ are|\ was)\s+(?=\S.{0,60}\bgoing\b)
      | what(?:'?s|\ is|\ are)\s+(?=\S.{0,60}\bup\ to\b)
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
    r"(?:(?:article|story|piece|report|news)s?\s+"
    r"(?:on|about|of|called|titled|headlined|where|that|in which)\s+)?"
    r"(?:the\s+)?|(?<!\s)\s++(?:article|story|piece)s?$"
    r"|(?:^|(?<![\s,])[\s,]++)(?:please|pls|plz|for me|for us)$",
    re.IGNORECASE,
)
_UNFOLDED = re.compile(
    r"(?<!\s)\s++(?:unfold|develop|come about|(?:go )?from (?:the )?start to (?:end|finish)"
    r"|up to(?: (?:these days|now|lately|today))?|going(?: (?:on|so far|for|with))?)$",
    re.IGNORECASE,
)
_GOING = re.compile(r"\bgoing\s+(?:on\s+)?(?=(?:for|with|at|in)\b)", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*[,;]\s*(?:since\s+)?i(?:'ve|'m|\s+was|\s+am|\s+have|\s+missed)\b.*$", re.IGNORECASE
)
"""What a reader says of themselves behind a wish: ", i was away since august"."""
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Talk:
    """What an intent leans on: what was said just before.

    Attributes:
        own: The reader's own words, where the intent holds some of before too; empty where all
            are the reader's own.
        articles: Ids of the articles at hand, the one shown last first. Answers come from them
            rather than from others.
    """

    own: str = ""
    articles: tuple[str, ...] = ()


NO_TALK = Talk()
"""Of an intent that stands alone."""


@dataclass(frozen=True, slots=True)
class AskWhoSaid:
    """What somebody said.

    Attributes:
        speaker: In the reader's words, or as an attribution spells the name; empty for anybody.
        topic: What it should be about, with what is said of the time; empty for all they said.
        talk: What it leans on.
    """

    speaker: str
    topic: str = ""
    talk: Talk = field(default=NO_TALK, repr=False)

    @property
    def text(self) -> str:
        """Whom and what it is about, as words to search for."""
        return f"{self.speaker} {self.topic}".strip()


@dataclass(frozen=True, slots=True)
class Summarise:
    """A summary.

    Attributes:
        topic: What it is to be about, with what is said of the time: words, an address or an id;
            empty for whatever is meant by "this".
        count: How many sentences are asked for; 0 where that is left to us.
    """

    topic: str = ""
    count: int = 0

    @property
    def text(self) -> str:
        """What it is about, as words to search for."""
        return self.topic

    @classmethod
    def read(cls, words: str) -> Summarise:
        """Read what stands behind "summarise".

        Example:
            >>> Summarise.read("the tram story in two sentences"), Summarise.read("it, please")
            (Summarise(topic='tram', count=2), Summarise(topic='', count=0))
        """
        rest = squeeze(words).replace("’", "'")
        if address := _URL.search(rest):
            return cls(address.group().rstrip(".,;:!?)>\"'"), _count(_URL.sub("", rest)))
        count, rest = _count(rest), _COUNT.sub("", rest).strip(" .,;:!?-")
        return cls("" if _THIS.fullmatch(rest) else _unwrapped(rest), count)


@dataclass(frozen=True, slots=True)
class TellTimeline:
    """What several articles tell of one event.

    Attributes:
        topic: What it is to be about, with what is said of the time.
        guessed: Whether it may be a question after all, for the archive to decide.
    """

    topic: str = ""
    guessed: bool = False

    @property
    def text(self) -> str:
        """What it is about, as words to search for."""
        return self.topic

    @classmethod
    def read(cls, words: str) -> TellTimeline:
        """Read what stands behind "tell me the story of"."""
        said = _ASIDE.sub("", squeeze(words).replace("’", "'")).strip(" .,;:!?-")
        return cls(_unwrapped(_UNFOLDED.sub("", _unwrapped(said))))


@dataclass(frozen=True, slots=True)
class Ask:
    """Whatever a reader types: passages, quotations, summaries and timelines compete for it.

    Attributes:
        text: The question.
        summary: How it reads as a wish for a summary; None where it does not.
        timeline: How it reads as a wish for a timeline; None where it does not.
        talk: What it leans on.
    """

    text: str
    summary: Summarise | None = None
    timeline: TellTimeline | None = None
    talk: Talk = field(default=NO_TALK, repr=False)

    @classmethod
    def read(cls, text: str) -> Ask:
        """Read a text.

        Example:
            >>> Ask.read("Can you summarise the tram story in two sentences?").summary
            Summarise(topic='tram', count=2)
            >>> Ask.read("What happened with the port strike?").timeline
            TellTimeline(topic='port strike', guessed=True)
            >>> Ask.read("Who ended it?")
            Ask(text='Who ended it?', summary=None, timeline=None)
        """
        said = squeeze(text).replace("’", "'")
        summary = _read_summary(said)
        return cls(text, summary, None if summary else _read_timeline(said))

    @property
    def own(self) -> str:
        """What of the text is the reader's own: in it stands what is wanted to be known."""
        return self.talk.own or self.text

    @property
    def topic(self) -> str:
        """What a wish for a summary or timeline is about; empty for a question and for "this"."""
        wish = self.summary or self.timeline
        return wish.topic if wish else ""

    @property
    def about_this(self) -> bool:
        """Whether it wants a summary of whatever "this" means."""
        return self.summary is not None and not self.summary.topic


Intent = Ask | AskWhoSaid | Summarise | TellTimeline
"""What may be asked of an archive."""


def _read_summary(said: str) -> Summarise | None:
    address = _URL.search(said)
    if address and address.group() == said:
        return Summarise.read(said)
    rest = _summed_up(said)
    if rest is None:
        return None
    if _QUESTION_WORD.match(rest.lstrip()):  # "summary of what Kovač said": others answer that
        return None
    return Summarise.read(rest)


def _summed_up(said: str) -> str | None:
    """What is to be summed up, where a text reads as a wish for that, from whichever end."""
    if (rest := _begins_at(_SUMMARY, said, 0)) is not None:
        return rest
    if (rest := _begins(_ABOUT_ARTICLE, said)) is not None:
        return _ABOUT_END.sub("", rest)
    if (behind := _SUMMED_UP.search(said)) and not _QUESTION_WORD.match(said):
        return said[: behind.start()]
    return _begins(_SUMMARY, said)


def _read_timeline(said: str) -> TellTimeline | None:
    rest = _begins(_STORY, said)
    if rest is not None:
        wish = TellTimeline.read(rest)
        return wish if wish.topic else None
    rest = _begins(_HAPPENED, said)
    if rest is None or is_narrow(rest):
        return None
    topic = _unwrapped(_UNFOLDED.sub("", _GOING.sub("", rest.strip(" .,;:!?-"))))
    if not topic or _THIS.fullmatch(topic) or len(_SINCE.sub("", topic).split()) > _MOST_WORDS:
        return None
    return TellTimeline(topic, guessed=True)


def is_narrow(text: str) -> bool:
    """Whether a text asks for more than the whole of an event: a clause, a part, a certain day."""
    return _NARROW.search(text) is not None


def _begins(pattern: re.Pattern[str], said: str) -> str | None:
    """What follows where a text begins so, courtesies and a preamble apart; None else."""
    if (rest := _begins_at(pattern, said, 0)) is not None:
        return rest
    preamble = _PREAMBLE.match(said)
    return _begins_at(pattern, said, preamble.end()) if preamble else None


def _begins_at(pattern: re.Pattern[str], said: str, start: int) -> str | None:
    polite = _POLITE.match(said, start)
    found = pattern.match(said, polite.end() if polite else start) or pattern.match(said, start)
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
