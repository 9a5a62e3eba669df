"""What in a short text leans on the talk before it: openings, pronouns, fragments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.tokens import tokenize_query

_MOST_TERMS = 3
"""Terms from which on a question with "it" has something of its own to be about."""
_FRAGMENT_WORDS = 5

_SPEAKERS = re.compile(
    r"""(?:(?:and|ok|okay|please|so|just)[\s,]+)*(?:(?:show|tell)\ me\ )?
        (?:who\ (?:all\ )?(?:says?|said|is\ saying)\ what
          |who(?:'s|\ is|\ was|\ were|\ all)?\ (?:gets?\ |is\ |are\ )?(?:quoted|speaking|speaks)
          |(?:all\ )?(?:the\ )?quot(?:es|ations))
        (?:\ (?:in|from|of)\ (?:it|this|that|here|there
          |(?:the|this|that)\ (?:article|story|piece|text|post|report)))?
        (?:[\s,]+(?:please|here|there))*""",
    re.IGNORECASE | re.VERBOSE,
)
_MORE = re.compile(
    r"""(?:(?:and|ok|okay|please|yes)[\s,]+)*
        (?:(?:can\ you\s+|could\ you\s+)?(?:show|tell|give)\ (?:me\ )?|any\s+|what(?:'s|\ is)\ )?
        (?:more|some\ more|next|the\ next(?:\ one)?|next\ one|another(?:\ one)?
         |(?:any|some)thing\ else|who\ else|what\ else|anyone\ else|anybody\ else|others?
         |the\ others?|go\ on|continue
         |more\ (?:results|passages|of\ (?:it|that|this|them|these|those)))
        (?:[\s,]+(?:more|please|of\ (?:it|that|this|them)|about\ (?:it|that|this)
         |on\ (?:it|that|this)|said\ that|there))*""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENING = re.compile(
    r"^(?:(?:and|but|also|or|so|ok|okay|then|well|hm+|plus)(?:[\s,:]+|[.!…–—-]+\s+|$))+",
    re.IGNORECASE,
)
"""Words, not the beginnings of words: "so-called" opens nothing."""
_WHAT_ABOUT = re.compile(
    r"^(?:(?:what|how)\s+about|what\s+of|as\s+for|(?:the\s+)?same\s+(?:for|with))\b\s*", re.I
)
_AUX = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|will|would|can|could|should|shall|may|might"
    r"|must|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|won't|wouldn't|can't"
    r"|couldn't)"
)
_WH = r"(?:who|whom|whose|what|when|where|why|which|how)"
_ASKS = re.compile(
    rf"""^(?:(?:(?:by|for|to|from|with|in|on|at|of|since|until)\s+)?{_WH}(?:'s|'re|'d|'ll)?
        |(?!may\W*(?:\d|$)){_AUX}|tell|show|give|find|list|explain|describe)(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""May is a month in "in May", "May?" and "May 2026"."""
_BARE = re.compile(
    rf"""^(?P<word>(?:by|for|to|from|with|in|on|at|of|since|until)\s+{_WH}
        |how\s+(?:much|many|long|often|far|come|so|old|big|soon|high)|{_WH})
        (?:\s+(?:exactly|then|not|again|now|so|ever|by|for|from|to|with|really))*$""",
    re.IGNORECASE | re.VERBOSE,
)
_SELF = re.compile(r"(?<![\w-])(?:i|me|my|mine|you|your|yours|we|us|our)(?![\w-])", re.IGNORECASE)
_CLAUSE = re.compile(
    r",|(?<![\w-])(?:when|while|after|before|because|if|that|who|which|whether|until|since|why|how"
    r"|and)(?![\w-])",
    re.IGNORECASE,
)
"""What begins a clause of its own, within which a pronoun may mean what stands before it."""
_PERSON = re.compile(r"(?<![\w-])(?:he|she|him|her|his|hers)(?![\w-])", re.IGNORECASE)
_THING = re.compile(
    r"(?<![\w-])(?:it|its|they|them|their|theirs|this|that|these|those|there)(?![\w-])",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset({"his", "hers", "its", "their", "theirs"})
_OBJECT = frozenset({"him", "them", "it", "that", "this", "these", "those", "there"})
_SUBJECT = frozenset({"he", "she", "it", "they"})
_AFTER_AUX = re.compile(rf"\b{_AUX}(?:\s+not)?\s+$", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"""\s*(?:(?:really|actually|even|ever|still)\ )?(?:(?:is|be|been|was)\ )?
        (?:like\b | (?:rain|snow)\w*
          | (?:true|possible|legal|likely|clear|known|said|reported|certain|safe|too)\b
          | .*\b(?:that|who|which|if|whether|when|to\ [a-z]+)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What follows an "it" that means nothing: "is it true", "does it take to"."""
_SAID = re.compile(r"\b(?:say|says|said|think|thinks|thought|claimed|called)\s+$", re.IGNORECASE)
_EXISTS = re.compile(r"\b(?:is|are|was|were|be|been|has|have|had)\s+$", re.IGNORECASE)
_LEAN_FRAGMENT = re.compile(
    r"^(?:(?:about|regarding|by|for|from|against|with)\s+\S|(?:the|its|their|his|her|any|which)\s+\S+$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lean:
    """A pronoun whose meaning stands in the talk before.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last.
        person: Whether it is somebody's rather than something's.
        possessive: Whether a noun follows that belongs to it.
        place: Whether it means where.
        subject: Whether it is who does something, and not what is done to.
    """

    start: int
    end: int
    person: bool
    possessive: bool
    place: bool = False
    subject: bool = False


def wants_more(text: str) -> bool:
    """Whether a text only asks to go on.

    Example:
        >>> wants_more("More, please!"), wants_more("More trams?")
        (True, False)
    """
    return _MORE.fullmatch(_plain(text)) is not None


def wants_speakers(text: str) -> bool:
    """Whether a text only asks who speaks in what is at hand, and what they say.

    Example:
        >>> wants_speakers("who said what in it?"), wants_speakers("who said what about trams?")
        (True, False)
    """
    return _SPEAKERS.fullmatch(_plain(text)) is not None


def drop_opening(text: str) -> tuple[bool, str]:
    """Take "and", "what about" and the like off the front of a text.

    Returns:
        Whether there was any, and the rest, without the marks at its end.

    Example:
        >>> drop_opening("And what about the Gazette?")
        (True, 'the Gazette')
    """
    plain = _plain(text)
    rest = _OPENING.sub("", plain)
    rest = _WHAT_ABOUT.sub("", rest)
    return rest != plain, rest


def asks(text: str) -> bool:
    """Whether a text begins as a whole question does."""
    return _ASKS.match(text) is not None


def is_addressed(text: str) -> bool:
    """Whether a text speaks of whoever is talking: "who are you"."""
    return _SELF.search(text) is not None


def strip_bare(text: str) -> str:
    """Return the question word of a text that says nothing else, or an empty string.

    Example:
        >>> strip_bare("how much exactly"), strip_bare("why trams")
        ('how much', '')
    """
    found = _BARE.match(text)
    return found["word"] if found else ""


def find_fragment(text: str, opened: bool, *, replied: bool) -> str:
    """Return a text that is no sentence and leans on what was said, or an empty string.

    Args:
        text: Without its opening.
        opened: Whether it had one.
        replied: Whether it replies to an answer.
    """
    if asks(text) or len(text.split()) > _FRAGMENT_WORDS or _SELF.search(text):
        return ""
    return text if opened or _LEAN_FRAGMENT.match(text) or replied else ""


def find_leans(text: str, named: bool, *, replied: bool) -> list[Lean]:
    """Find the pronouns that mean something outside of the text; in order.

    Args:
        text: Without its opening.
        named: Whether it names somebody or something itself.
        replied: Whether it replies to an answer.
    """
    if _SELF.search(text):
        return []
    people = [_lean(text, found, True) for found in _PERSON.finditer(text)]
    leans = [one for one in people if _means_person(text, one, named)]
    if named and not leans and len(tokenize_query([text])) > _MOST_TERMS - 1:
        return []
    for found in _THING.finditer(text):
        one = _lean(text, found, False)
        if _means_thing(text, one, named or bool(leans), replied):
            leans.append(one)
    return sorted(leans, key=lambda one: one.start)


def _lean(text: str, found: re.Match[str], person: bool) -> Lean:
    word, rest = found.group().casefold(), text[found.end() :].strip()
    possessive = word in _POSSESSIVE or (word == "her" and bool(tokenize_query([rest[:40]])))
    return Lean(
        found.start(),
        found.end(),
        person,
        possessive=possessive and bool(rest),
        place=word == "there",
        subject=word in ("he", "she", "they"),
    )


def _means_person(text: str, one: Lean, named: bool) -> bool:
    head, word = text[: one.start], text[one.start : one.end].casefold()
    prior = tokenize_query([head])
    if word in _SUBJECT:
        if _AFTER_AUX.search(head):
            return not _names(head) and "," not in head
        return not prior
    if one.possessive:
        return not prior and not named
    return _ends(text, one) and len(prior) <= _MOST_TERMS and not _inner_clause(head)


def _means_thing(text: str, one: Lean, named: bool, replied: bool) -> bool:
    head, word, rest = text[: one.start], text[one.start : one.end].casefold(), text[one.end :]
    prior, terms = tokenize_query([head]), tokenize_query([text])
    if len(terms) > _MOST_TERMS:
        return False
    if word in _OBJECT and _ends(text, one):
        if word == "there" and _EXISTS.search(head):
            return not terms
        return not _inner_clause(head)
    if word == "they" and _AFTER_AUX.search(head):
        return len(terms) <= 1 + replied and not named
    if word == "it" and _AFTER_AUX.search(head):
        return not _names(head) and not _EXPLETIVE.match(rest)
    if word in ("that", "this") and _AFTER_AUX.search(head):
        return len(terms) < _MOST_TERMS and not named
    if one.possessive:
        return not prior and len(terms) < _MOST_TERMS
    said = _SAID.search(head)  # "Who said it was a doorbell?"
    return word == "it" and not (prior or said or _EXPLETIVE.match(rest)) and asks(text)


def _ends(text: str, one: Lean) -> bool:
    """Whether nothing of content follows."""
    return not tokenize_query([text[one.end :]]) and not re.match(r"\s*,", text[one.end :])


def _inner_clause(head: str) -> bool:
    """Whether a clause begins behind the first term."""
    words = list(re.finditer(r"\S+", head))
    behind = next((word.end() for word in words if tokenize_query([word.group()])), len(head))
    return _CLAUSE.search(head, behind) is not None


def _names(text: str) -> bool:
    return re.search(r"(?<!^)\b[A-ZÀ-Þ]\w", text) is not None


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).strip(" ?!.…")
