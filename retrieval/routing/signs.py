"""What the words of a message say about the kind of answer it wants: signs, none of which decides.

A sign is a name with a strength in [0, 1]. The router weighs them together with what the routes
find (see `retrieval.routing.router`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from retrieval.query.cues import find_family, find_verb
from retrieval.query.intent import Ask, is_narrow
from retrieval.query.who_said import WhoQuestion

Signs = Mapping[str, float]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_OPENINGS = frozenset(
    [
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "why",
        "how",
        "which",
        "did",
        "does",
        "do",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "should",
        "whats",
        "whos",
        "wheres",
        "hows",
    ]
)
_SAYING = frozenset(
    [
        *("say", "says", "said", "saying", "tell", "told", "call", "called", "claim", "claimed"),
        *("think", "thinks", "thought", "feel", "believe", "state", "states", "stated"),
        *("argue", "argues", "argued", "comment", "comments", "commented", "remark", "remarked"),
        *("talk", "talks", "talked", "talking", "speak", "speaks", "speaking", "spoke", "spoken"),
        *("position", "view", "views", "opinion", "stance", "take", "thoughts", "verdict"),
        *("reaction", "reactions", "response", "responses", "answer", "answers"),
        *("statement", "statements", "words", "quote", "quotes", "quotation", "quotations"),
    ]
)
"""By which somebody's words are asked for, beside the verbs and nouns of a stand."""
_LISTENERS = ("me", "us")
_QUOTED = re.compile(r"[\"“”«»„]")
_LONG = 12
"""Words from which on a message counts as long in full."""
_MOST_LETTERS = 400
"""Letters of a message that are read; what follows is a text pasted, not a wish."""


def read_signs(ask: Ask, who: WhoQuestion | None, *, somebody: bool) -> dict[str, float]:
    """Read the signs of a message.

    Args:
        ask: The message.
        who: How it reads as a question about who said what; None where it does not.
        somebody: Whether it names somebody whom the archive quotes.
    """
    text = ask.text[:_MOST_LETTERS]
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    signs = {f"word {word}": 1.0 for word in words}
    signs |= {f"pair {one} {two}": 1.0 for one, two in pairwise(words)}
    signs |= dict.fromkeys(_of_grammar(ask, who), 1.0)
    signs |= dict.fromkeys(_of_shape(text, words), 1.0)
    if _speaks_of_saying(words):
        signs["speaks of saying"] = 1.0
    if words:
        signs[f"first {words[0]}"] = signs[f"last {words[-1]}"] = 1.0
    if somebody:
        signs["names somebody"] = 1.0
        signs["somebody among few words"] = max(0.0, 1 - len(words) / _LONG)
    signs["length"] = min(1.0, len(words) / _LONG)
    return signs


def _of_grammar(ask: Ask, who: WhoQuestion | None) -> Iterator[str]:
    if ask.summary:
        yield "reads as summary" if ask.summary.topic else "reads as summary of this"
        if "://" in ask.summary.topic:
            yield "is an address"
    if ask.timeline:
        yield "may read as timeline" if ask.timeline.guessed else "reads as timeline"
    if who:
        yield f"reads as {who.form.value}"
        yield "reads as who said what"
        if who.doubted:
            yield "doubted verb of saying"
        if who.speaker:
            yield "reads a speaker"
        if who.exact:
            yield "quotes words of a speaker"
    elif not ask.summary and not ask.timeline:
        yield "reads as nothing else"


def _speaks_of_saying(words: list[str]) -> bool:
    """Whether somebody's words may be asked for; "tell me about" bids the bot to speak."""
    told = [word for word, after in pairwise([*words, ""]) if after not in _LISTENERS]
    return bool(_SAYING.intersection(told)) or any(_is_stand(told[at:]) for at in range(len(told)))


def _is_stand(words: list[str]) -> bool:
    """Whether words begin with a verb of saying that means nothing else, or a noun of one."""
    verb = find_verb(words)
    return not verb.doubtful if verb else bool(find_family(words[0]))


def _of_shape(text: str, words: list[str]) -> Iterator[str]:
    if "?" in text:
        yield "question mark"
    if words and words[0] in _OPENINGS:
        yield "opens as a question"
    elif not any(word in _OPENINGS for word in words):
        yield "no word of questions"
        if len(words) <= 2:
            yield "one or two words"
        elif len(words) <= 4:
            yield "three or four words"
    if _QUOTED.search(text):
        yield "quotation marks"
    if is_narrow(text):
        yield "narrow"
    if any(char.isdigit() for char in text):
        yield "digits"
