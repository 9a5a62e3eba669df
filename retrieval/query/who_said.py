"""Questions about who said what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from retrieval.query.cues import Verb, find_verb, is_saying
from retrieval.query.people import People, is_description, names_office
from retrieval.tokens import tokenize_query

_BARE_WORDS = 12
"""A text without verb or question word is a request in short form only while it is short."""
_VERB_WORDS = 4
"""Most words of a verb, as in "hit out at"."""
_NAMING = "call"
"""The one verb of plain saying that tells what was said of what without more: "called her bold"."""
_NAMED_TERMS = 2
"""Fewest terms that follow it then; the police are called otherwise."""
_SMALL = 3
"""Letters of words that titles write small."""
_NAME_WORDS = 6
"""Most words in what is taken for a speaker."""


class Form(StrEnum):
    """What is asked for."""

    SAID_BY = "said by"
    WHO_SAID = "who said"
    WHO_DID = "who did"
    ABOUT = "about"
    EVERYTHING = "everything"
    DID = "did"


@dataclass(frozen=True, slots=True)
class WhoQuestion:
    """A question about who said what.

    Attributes:
        form: What is asked for.
        speaker: Who is asked about, in the reader's words; empty where the speaker is sought.
        topic: What it should be about; may be empty.
        setting: When, where or to whom it was said, as in "after the match": it ranks what was
            said, and rules nothing out.
        words: What is supposed to have been said; empty where only a topic is given.
        cue: The family of verbs that the question names, such as "deny"; empty for plain saying.
        denied: Whether it asks who did not.
        exact: Whether the words stand in quotation marks.
        doubted: The verb that the question names, where that means other things than saying too
            ("call"): only what is told with the same verb answers, and without that it is another
            question.
    """

    form: Form
    speaker: str = ""
    topic: str = ""
    setting: str = ""
    words: str = ""
    cue: str = ""
    denied: bool = False
    exact: bool = False
    doubted: str = ""


def read_who(text: str, *, people: People) -> WhoQuestion | None:
    """Read a question about who said what.

    Args:
        text: As asked, without its dates and publishers (see `drop_scope`).
        people: Those of the archive.

    Returns:
        None for any other question, for one about a document ("What did the report say?"), and
        for one about a description that nobody in the archive fits: a passage may answer them.

    Example:
        >>> read_who("What did the Kellers say about the wall?", people=People()) is None
        True
        >>> asked = read_who("Who said that the gate was open?", people=People())
        >>> asked.form, asked.words
        (<Form.WHO_SAID: 'who said'>, 'the gate was open')
    """
    asked = _plain(text)
    for read in (_read_who_said, _read_who_did, _read_about, _read_did, _read_speaker):
        if question := read(asked):
            return question if _askable(question, asked, people) else None
    return _read_bare(asked, people)


def drop_scope(text: str, is_scope: Callable[[str], bool]) -> tuple[str, str]:
    """Part a question from what it says of time and publisher.

    That stands at its end, before its first comma, or between the verb and "about".

    Args:
        text: As asked.
        is_scope: Whether a few words name a time or a publisher.

    Returns:
        The question without, and what was dropped.

    Example:
        >>> drop_scope("What did Okafor say about pay in July?", lambda words: "July" in words)
        ('What did Okafor say about pay', 'in July')
    """
    rest, dropped = text.strip().rstrip("?.! "), list[str]()
    opening = _OPENING.match(rest)
    if opening and is_scope(opening["scope"]):
        dropped.append(opening["scope"])
        rest = rest[opening.end() :]
    rest = _cut_tails(rest, is_scope, dropped)
    head, about, topic = rest.partition(" about ")
    return _cut_tails(head, is_scope, dropped) + about + topic, " ".join(dropped)


def _cut_tails(text: str, is_scope: Callable[[str], bool], dropped: list[str]) -> str:
    while (found := _TAIL.search(text)) and is_scope(found["scope"]):
        dropped.append(found["scope"])
        text = text[: found.start()].rstrip(" ,")
    return text


def is_pronoun(speaker: str) -> bool:
    """Whether only the talk before tells who is meant."""
    return _PRONOUN.match(speaker) is not None


_TAIL = re.compile(
    r"[\s,]+(?P<scope>(?:(?:in|on|since|during|to|told|from|of|by|with|for|at|before|after)\s+"
    r"(?!.*\s(?:about|on|in|since|during|to|from)\s)|(?=today|yesterday|(?:this|last)\s))"
    r"[^?,]*)$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?P<scope>(?:in|on|since|during|last|this|yesterday|today)\b[^,]*),\s*", re.I
)
_QUOTED = re.compile(
    r"""["“”«„](?P<a>[^”"»“«]+)[”"»“] | (?<!\w)['‘](?P<b>\w.*?)['’](?!\w)""", re.VERBOSE
)
_SAY = (
    r"(?:say(?:s|ing)?|said|tell|told|think(?:s)?|thought|comment(?:ed)?|remark(?:ed)?|claim(?:ed)?"
    r"|feel|believe|state[ds]?|argue[ds]?|mention(?:ed)?|call(?:ed)?"
    r"|(?:write|wrote)(?=\s+(?:about|that|to|of)\b)"
    r"|have to say|had to say|make of|made of)"
)
_SAID = (
    r"(?:said|says?|stated|claimed|claims|told|tells|called|calls|described|describes|compared"
    r"|compares|argued|argues|insisted|remarked|complained|joked|quipped|wrote|writes|thinks"
    r"|thought|believes|believed|added|noted|stressed|explained|mentioned|likened|asked|voiced"
    r"|used|uttered|expressed|spoke\ of|talked\ of)"
)
_TOPIC = r"(?:about|on|regarding|concerning|of|over)"
_VIEW = (
    r"(?:position|view|views|opinion|stance|take|reaction|response|answer|comment|comments"
    r"|verdict|thoughts|statement|statements|words|quotes?|quotations?)"
)
_ANYONE = re.compile(
    r"^(?:people|everyone|everybody|anyone|anybody|someone|somebody|they|others)$", re.I
)
_PRONOUN = re.compile(r"^(?:he|she|it|they|him|her|them|his|their|i|you|we)$", re.IGNORECASE)
_TELLING = frozenset(("tell", "told"))
"""Verbs behind which stands who was told."""
_SETTING = re.compile(
    r"^(?:after|before|during|at|in|inside|outside|following|when|while|since|amid|until|ahead of"
    r"|upon|throughout|to)\b",
    re.IGNORECASE,
)
_UNSPEAKING = frozenset(
    [
        "news",
        "anything",
        "something",
        "everything",
        "update",
        "updates",
        "info",
        "information",
        "detail",
        "details",
        "story",
        "stories",
        "article",
        "articles",
        "headlines",
        "latest",
        "more",
        "facts",
        "background",
        "nothing",
        "report",
        "reports",
    ]
)
"""What a request names, and nobody who speaks: "news about the strike"."""
_PAPER = re.compile(
    r"\b(?:article|book|data|document|figures|law|letter|memo|note|paper|poll|report|review|rules?"
    r"|ruling|story|study|survey)$",
    re.IGNORECASE,
)
"""What is written is quoted too, but a passage tells better what it says."""
_CONTRACTED = [
    (
        re.compile(
            r"^who['’]s\s+(?=\w+(?:ed|en|rn)\s+"
            r"(?!(?:by|of|for|to|with|in|on|at|as|from|about|over|against)\b)\w)",
            re.IGNORECASE,
        ),
        "who has ",
    ),
    (re.compile(r"^(what|who|where|how)['’]s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"^(what|who)['’]ve\b", re.IGNORECASE), r"\1 have"),
    (re.compile(r"^(what|who)['’]d\b", re.IGNORECASE), r"\1 did"),
    (
        re.compile(
            r"^((?:(?:who|what|how)\s+(?:(?:is|was)\s+it\s+(?:that|who)\s+)?)?"
            r"(?:did|do|does|has|have|had|is|are|was|were|would|could|should))n['’]t\b",
            re.IGNORECASE,
        ),
        r"\1 not",
    ),
]
"""Where a question begins; what is said to have been said is left as it was typed."""
_POLITE = re.compile(
    r"^(?:(?:and|so|but|ok|please|well)[\s,]+|(?:can|could|would) you (?:please )?(?:tell me|say) "
    r"|(?:tell me|do you know|i want to know|show me|find me|find|list|give me) )+",
    re.IGNORECASE,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


_WHO = r"^(?:who|whose\ words)\s+(?:was\ it\ (?:that|who)\s+|is\ it\ that\s+|first\s+|exactly\s+)?"
_WHO_SAID = _pattern(
    _WHO + rf"(?:has\s+|had\s+|have\s+|is\s+saying\s+|did\s+)?(?P<verb>{_SAID})\s+(?P<words>.+)$"
)
_WROTE = _pattern(r"wr(?:ites?|ote)$")
_WHO_DID = _pattern(
    _WHO + r"(?P<aux>(?:has|had|have|is|did|was|does)\s+)?(?P<not>not\s+|never\s+)?(?P<act>.+)$"
)
_LED = _pattern(r"^(?:(?:to|that|about|against|of|on|for|with|in|over|out|from)(?:\s+|$))*")
_ACTIVE = _pattern(r"^(?:\w+ing\b|(?:opposed|committed)\s+to\b)")
"""What is not passive after "is": who is accused did not accuse."""
_ANYTHING = rf"(?:what|anything|something)\s+{_TOPIC}\s+(?P<topic>.+)$"
_ABOUT = [
    _pattern(rf"^what\s+(?:was|is|were|has\ been|had\ been|got)\s+(?:being\s+)?said\s+{_TOPIC}\s+"
             r"(?P<topic>.+)$"),
    _pattern(rf"^who\s+(?:has\s+|have\s+)?(?:said|says)\s+{_ANYTHING}"),
    _pattern(rf"^who\s+(?:has\s+|have\s+)?(?:spoke|spoken|talked|commented|speaks)\s+{_TOPIC}\s+"
             r"(?P<topic>.+)$"),
    _pattern(rf"^(?:did|has)\s+(?:anyone|anybody|someone|somebody)\s+(?:say|said)\s+{_ANYTHING}"),
    _pattern(rf"^(?:any\s+|all\s+|the\s+)?(?:quotes?|quotations?|reactions?|statements?|comments?)"
             rf"\s+(?:{_TOPIC}|to)\s+(?P<topic>.+)$"),
]  # fmt: skip
_DID = _pattern(r"^(?:did|does|has|have|had|is\ it\ true\ that)\s+(?P<act>.+)$")
_DOES = _pattern(r"^(?!.*(?:ing|[^s]s)\W*$)")
"""What may follow "did" or "has": no "denies", and no "warning"."""
_DONE = _pattern(r"^(?P<speaker>.+?)(?P<not>\s+not)?(?:\s+(?:ever|really|actually|also))*$")
_OWNER = _pattern(r"['’]s?$")
"""What makes a noun of the verb: "the mayor's promise"."""
_THAT = _pattern(r"^(?:that|to)(?:\s+|$)")
_SPEAKER = [
    _pattern(rf"^what\s+(?:else\s+|exactly\s+)?(?:(?P<is>is|are|was|were)|did|has|have|had|does|do"
             rf"|would)\s+(?P<speaker>.+?)\s+(?:actually\s+|really\s+|ever\s+)?"
             rf"(?P<say>(?(is)(?:say|tell|think|claim|argu)ing|{_SAY}))\b(?P<rest>.*)$"),
    _pattern(r"^what\s+(?P<speaker>(?!did|has|have|does|do|is|are|was|were)\S.*?)\s+"
             r"(?:has\s+|have\s+|had\s+)?(?P<say>said|says|thinks|thought)\b(?P<rest>.*)$"),
    _pattern(rf"^(?:what\s+(?:is|was|are|were)\s+)(?P<speaker>.+?)['’]s?\s+{_VIEW}\b"
             r"(?P<rest>.*)$"),
    _pattern(rf"^what\s+(?:is|was|are|were)\s+the\s+{_VIEW}\s+of\s+(?P<speaker>.+?)"
             rf"(?P<rest>\s+(?:{_TOPIC}|to)\s.*)?$"),
    _pattern(r"^how\s+(?:did|does|has)\s+(?P<speaker>.+?)\s+(?:react(?:ed)?|respond(?:ed)?"
             r"|answer(?:ed)?|comment(?:ed)?|explain(?:ed)?|justify|justified|describe[d]?)\b"
             r"(?P<rest>.*)$"),
]  # fmt: skip
_ALL_OF = [
    _pattern(r"^(?:everything|all)\s+(?:that\s+)?(?P<speaker>.+?)\s+(?:has\s+|have\s+|had\s+|ever\s+)*"
             r"(?:said|says)\b(?P<rest>.*)$"),
    _pattern(rf"^(?:all\s+|the\s+|any\s+)*(?:quotes?|quotations?|statements?|comments?|remarks?"
             rf"|words|(?:anything|something|everything)(?=\s+(?:by|from)\b))"
             rf"\s+(?:by|from|of)\s+(?P<speaker>.+?)(?P<rest>\s+{_TOPIC}\s.*)?$"),
]  # fmt: skip
_BARE = [
    _pattern(rf"^(?P<speaker>.+?)['’]s?\s+{_VIEW}(?P<rest>(?:\s+{_TOPIC}\s.*)?)$"),
    _pattern(r"^(?P<speaker>.+?)\s+quotes(?P<rest>)$"),
    _pattern(r"^(?P<speaker>.+?)(?P<rest>\s+(?:on|about|regarding)\s.+)$"),
]  # fmt: skip
_REST = _pattern(rf"^\s*(?P<aside>.*?)\s*(?:\b(?:{_TOPIC}|to|that)\s+(?P<topic>.+))?$")
_QUESTION = re.compile(
    r"^(?:what|who|whose|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had|can"
    r"|could|will|would|should|tell|show)\b",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    """Drop politeness and the mark at the end, and write out what a question begins with."""
    plain = _POLITE.sub("", " ".join(text.split()).rstrip("?.! ")).strip()
    for contracted, written in _CONTRACTED:
        plain = contracted.sub(written, plain)
    return plain


def _quoted(text: str) -> str:
    """Return what stands in quotation marks, or an empty string."""
    found = _QUOTED.search(text)
    return (found["a"] or found["b"]).strip(" ,.?!") if found else ""


def _is_title(quoted: str) -> bool:
    """Whether quotation marks hold a work's title and no sentence: "A Wall of Salt"."""
    return all(word[0].isupper() for word in quoted.split() if len(word) > _SMALL)


def _read_who_said(asked: str) -> WhoQuestion | None:
    found = _WHO_SAID.match(asked)
    if not found or _match_any(_ABOUT, asked):
        return None
    act = _Act.read([found["verb"], *found["words"].split()])
    if act and act.verb.particles:  # "called for", which is a stand
        return None
    words = re.sub(r"^that\s+", "", found["words"], flags=re.IGNORECASE)
    if quoted := _quoted(words):
        if _WROTE.match(found["verb"]) and _is_title(quoted):
            return None
        topic = " ".join(_QUOTED.sub(" ", words, count=1).split())
        return WhoQuestion(Form.WHO_SAID, topic=topic, words=quoted, exact=True)
    if act and not act.is_saying:
        return None
    return WhoQuestion(Form.WHO_SAID, words=words, doubted=act.doubted if act else "")


def _read_who_did(asked: str) -> WhoQuestion | None:
    found = _WHO_DID.match(asked)
    act = _Act.read(found["act"].split()) if found else None
    if not found or not act or not act.verb.family:
        return None
    aux = (found["aux"] or "").casefold().strip()
    if aux in ("is", "was") and not _ACTIVE.match(found["act"]):
        return None
    topic = _LED.sub("", act.rest)
    quoted = _quoted(topic)
    return WhoQuestion(
        Form.WHO_DID,
        topic=topic,
        words=quoted,
        cue=act.verb.family,
        denied=bool(found["not"]),
        exact=bool(quoted),
        doubted=act.doubted,
    )


class _Act(NamedTuple):
    """A verb of a question, and what follows it."""

    verb: Verb
    rest: str

    @classmethod
    def read(cls, words: Sequence[str]) -> _Act | None:
        verb = find_verb([word.strip(",;:") for word in words[:_VERB_WORDS]])
        return cls(verb, " ".join(words[1 + len(verb.particles) :])) if verb else None

    @property
    def doubted(self) -> str:
        """The verb, where it may mean something else than saying; else an empty string."""
        sure = _quoted(self.rest) or is_saying(self.verb, self.rest)
        return "" if sure else self.verb.head

    @property
    def is_saying(self) -> bool:
        """Whether somebody may be told to have said it: "called it bold", but not "called it"."""
        if not self.doubted or self.verb.family:
            return True
        return self.doubted == _NAMING and len(tokenize_query([self.rest])) >= _NAMED_TERMS


def _read_about(asked: str) -> WhoQuestion | None:
    found = _match_any(_ABOUT, asked)
    return WhoQuestion(Form.ABOUT, topic=found["topic"]) if found else None


def _read_did(asked: str) -> WhoQuestion | None:
    found = _DID.match(asked)
    words = found["act"].split() if found else []
    for place in range(1, len(words)):
        act = _Act.read(words[place:]) if _DOES.match(words[place]) else None
        done = _DONE.match(" ".join(words[:place])) if act else None
        if act and done and not _OWNER.search(done["speaker"]):
            return _did(act, done) if act.is_saying else None
    return None


def _did(act: _Act, done: re.Match[str]) -> WhoQuestion:
    if _ANYONE.match(done["speaker"]) and act.verb.family:
        topic, denied = _LED.sub("", act.rest), bool(done["not"])
        return WhoQuestion(Form.WHO_DID, topic=topic, cue=act.verb.family, denied=denied)
    said = _THAT.sub("", act.rest)
    quoted = _quoted(said)
    return WhoQuestion(
        Form.DID,
        speaker=done["speaker"],
        topic=said,
        words=quoted or said,
        cue=act.verb.family,
        denied=bool(done["not"]),
        exact=bool(quoted),
        doubted=act.doubted,
    )


def _read_speaker(asked: str) -> WhoQuestion | None:
    if found := _match_any(_ALL_OF, asked):
        return _with_speaker(found, Form.EVERYTHING)
    found = _match_any(_SPEAKER, asked)
    return _with_speaker(found, Form.SAID_BY) if found else None


def _read_bare(asked: str, people: People) -> WhoQuestion | None:
    """Read "Okafor on the strike", if there is such a person."""
    short = len(asked.split()) <= _BARE_WORDS and "," not in asked
    found = _match_any(_BARE, asked) if short and not _QUESTION.match(asked) else None
    if (
        not found
        or _UNSPEAKING.issuperset(found["speaker"].casefold().split())
        or len(found["speaker"].split()) > _NAME_WORDS
        or not people.find(found["speaker"])
    ):
        return None
    return _with_speaker(found, Form.SAID_BY)


def _with_speaker(found: re.Match[str], form: Form) -> WhoQuestion:
    parts = _REST.match(found["rest"] or "")
    assert parts is not None  # noqa: S101 - it matches every text
    aside, topic = parts["aside"], parts["topic"] or ""
    told = not topic and (found.groupdict().get("say") or "").casefold() in _TELLING
    setting = aside if told or _SETTING.match(aside) else ""
    topic = " ".join(filter(None, ("" if setting else aside, topic)))
    if _ANYONE.match(found["speaker"]) and topic:
        return WhoQuestion(Form.ABOUT, topic=topic)
    quoted = _quoted(topic)
    return WhoQuestion(
        form if not topic else Form.SAID_BY,
        speaker=found["speaker"],
        topic=topic,
        setting=setting,
        words=quoted,
        exact=bool(quoted),
    )


def _askable(question: WhoQuestion, asked: str, people: People) -> bool:
    """Whether the archive's quotations may answer: the speaker is known, or has a name."""
    if not question.speaker:
        return True
    if len(question.speaker.split()) > _NAME_WORDS or _PAPER.search(question.speaker):
        return False
    if _PRONOUN.match(question.speaker) or people.find(question.speaker):
        return True
    if question.form is Form.DID and question.cue:
        return False
    if len(people) and names_office(question.speaker):
        return True
    if asked.islower():
        return not is_description(question.speaker)
    return not is_description(question.speaker) and question.speaker[:1].isupper()


def _match_any(patterns: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.match(text))), None)
