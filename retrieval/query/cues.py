"""The verbs by which people ask, and reporters tell, that somebody took a stand.

Verbs are known by their forms, not by their stems: who owns a ferry admits nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CUES = Path(__file__).parents[1] / "data" / "cues_en.txt"
_PLAIN = "say"
_PARTICLES = 3
"""Most words that belong to a verb, as in "hit out at"."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DOUBLED = re.compile(r"[^aeiou][aeiou][^aeiouwxy]$")
_SPEECH = {
    "call": r"\S.*\s(?:an?|the\s+(?:most|least|\w+st))\s",
    "tell": r"\S.*\s(?:that|to|about|how|why)\s",
    "ask": r"(?:whether|if|why|how|what|when|where)\s",
    "use": r"(?:the\s+)?(?:words?|terms?|phrases?|expressions?)\b",
    "voice": r"(?:\S+\s+){0,2}(?:concern|doubt|fear|worr|support|oppos|hope|anger|alarm|regret"
    r"|critic|misgiving|unease|outrage|frustrat)",
    "compare": r"\S.*\s(?:to|with)\s",
}
"""What follows a verb that means other things too, where it means saying for sure."""
_CLAUSE = re.compile(
    r"that\s|(?:(?!(?:which|who|that|when|where|while|after|before|because|as|for|about)\b)\S+\s+){1,6}?"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|does|did)\b"
    r"|(?:it|he|she|they|we|i|you|there|this)['’](?:s|re|ll|ve|d|m)\s|(?:he|she|they|we|i|there)\s",
    re.IGNORECASE,
)
"""The same for any verb of plain saying: a clause."""
_NOT = re.compile(r"\b(?:not|never|no longer|neither|nor|without)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of saying.

    Attributes:
        head: Its infinitive, without what follows it: "own".
        family: Of which stand; empty for plain saying.
        particles: What must follow: "up"; may be empty.
        doubtful: Whether it means other things than saying too.
    """

    head: str
    family: str
    particles: tuple[str, ...]
    doubtful: bool


def find_verb(words: Sequence[str]) -> Verb | None:
    """Return the verb that some words begin with, the one with most particles.

    Example:
        >>> find_verb(["owned", "up", "to", "it"]).family, find_verb(["owned", "it"])
        ('admit', None)
    """
    after = tuple(word.casefold() for word in words[1 : 1 + _PARTICLES])
    known = _verbs().get(words[0].casefold(), ()) if words else ()
    return next((verb for verb in known if after[: len(verb.particles)] == verb.particles), None)


def is_saying(verb: Verb, rest: str) -> bool:
    """Whether a verb of a question means saying for sure, or only may.

    Args:
        verb: The verb.
        rest: What follows it.

    Example:
        >>> call, deny = find_verb(["called"]), find_verb(["denied"])
        >>> is_saying(deny, "it"), is_saying(call, "the police"), is_saying(call, "it a toy duck")
        (True, False, True)
    """
    if not verb.doubtful:
        return True
    speech = _SPEECH.get(verb.head, "(?!)")
    said = _CLAUSE.match(rest) or re.match(speech, rest, re.IGNORECASE)
    return not verb.family and said is not None


def read_verb(cue: str, following: str = "") -> Verb | None:
    """Return the verb of a reporter's cue.

    Args:
        cue: With its auxiliaries: "did not deny".
        following: What comes after it, where particles may be.
    """
    words = _WORD.findall(cue)
    after = _WORD.findall(following)
    found = (find_verb([*words[place:], *after]) for place in range(len(words)))
    return next(filter(None, found), None)


def find_family(cue: str, following: str = "") -> str:
    """Return the family of verbs that a reporter's cue belongs to, or an empty string.

    Example:
        >>> find_family("slammed"), find_family("has denied"), find_family("said")
        ('criticise', 'deny', '')
        >>> find_family("owned"), find_family("owned", " up to the leak")
        ('', 'admit')
    """
    if verb := read_verb(cue, following):
        return verb.family
    words = (word.casefold() for word in _WORD.findall(cue))
    return next((_nouns()[word] for word in words if word in _nouns()), "")


def is_negated(cue: str) -> bool:
    """Whether a reporter's cue is negated: "did not deny"."""
    return _NOT.search(cue) is not None


@cache
def _verbs() -> dict[str, tuple[Verb, ...]]:
    """The verbs by their forms, those with most particles first."""
    known: defaultdict[str, list[Verb]] = defaultdict(list)
    for name, sure, doubtful, _ in _lines():
        for listed in (*sure, *doubtful):
            forms, *particles = listed.split("_")
            head, *irregular = forms.split("/")
            stand = "" if name == _PLAIN else name
            verb = Verb(head, stand, tuple(particles), listed in doubtful)
            for form in {*_forms(head), *irregular}:
                known[form].append(verb)
    return {
        form: tuple(sorted(verbs, key=lambda verb: -len(verb.particles)))
        for form, verbs in known.items()
    }


@cache
def _nouns() -> dict[str, str]:
    return {
        form: name
        for name, _, _, nouns in _lines()
        for noun in nouns
        for form in (noun, f"{noun}s")
    }


def _forms(verb: str) -> Iterator[str]:
    """Make the regular forms of a verb, where two spellings are in use both."""
    yield verb
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
        return
    yield verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")
    stems = [verb, verb + verb[-1]] if _DOUBLED.search(verb) else [verb.removesuffix("e")]
    for stem in stems:
        yield f"{stem}ed"
        yield f"{stem}ing"
    if verb.endswith("ee"):
        yield f"{verb}ing"


def _lines() -> Iterator[tuple[str, list[str], list[str], list[str]]]:
    for line in _CUES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, listed = line.partition(":")
            sure, doubtful, nouns = (part.split() for part in listed.split("|"))
            yield name, sure, doubtful, nouns
