"""What a question is about, in its own words: its names and nouns, not what happens to them.

"Okafor" is what "How much did Okafor ask for?" is about; that she asks is what it asks. There is
no tagger here: which word is the verb shows by where it stands, behind "who", or behind the helper
and its subject. What is wrongly dropped or kept costs little, since the articles at hand say the
rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from retrieval.query.keyphrases import extract_keyphrases

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LISTS = Path(__file__).parents[1] / "data" / "topic_en.json"
_ANY, _BARE = "helpers before any form", "helpers before the bare form"
"""A verb follows behind the subject: only where it ends so, or whatever its ending."""
_INFLECTED = re.compile(r"(?:ing|ed)$")


def find_topic(
    question: str,
    *,
    is_name: Callable[[str], bool],
    told: Callable[[str], bool] = lambda _word: True,
) -> tuple[str, ...]:
    """Find the phrases that a question is about, in its order; empty where it has none.

    Args:
        question: Without what it says of publishers and times.
        is_name: Whether a word in lower case is known as a name.
        told: Whether a word stands in what was shown in answer; what does not is no topic.

    Example:
        >>> find_topic("How much did Okafor ask for?", is_name=str.istitle)
        ('Okafor',)
        >>> find_topic("When did the council approve the tram?", is_name=str.istitle)
        ('council', 'tram')
        >>> find_topic("Who is paying for the new ferry?", is_name=str.istitle)
        ('new ferry',)
    """
    words = list(_WORD.finditer(question))
    verbs = set(_verbs([word.group() for word in words], is_name))
    dropped = _list("closed", _ANY, _BARE)
    kept, start = "", 0
    for number, word in enumerate(words):
        if number in verbs or word.group().casefold() in dropped or not told(word.group()):
            kept, start = f"{kept}{question[start : word.start()]}, ", word.end()
    return extract_keyphrases(kept + question[start:])


@cache
def _list(*names: str) -> frozenset[str]:
    lists = json.loads(_LISTS.read_text(encoding="utf-8"))
    return frozenset(word for name in names for word in lists[name])


def _verbs(words: Sequence[str], is_name: Callable[[str], bool]) -> Iterator[int]:
    """Yield the places of the words that are verbs by where they stand."""
    plain = [word.casefold().replace("’", "'") for word in words]
    helpers = _list(_ANY, _BARE)
    closed = helpers | _list("closed", "openers", "pronouns")

    def open_word(at: int) -> bool:
        return at < len(words) and plain[at] not in closed

    def named(at: int) -> bool:
        return at < len(words) and (words[at][:1].isupper() or is_name(words[at]))

    if plain[:1] in (["who"], ["what"]) and open_word(1) and not named(1):
        does = named(2) or not _list("closed").isdisjoint(plain[2:3])
        if plain[0] == "who" or does:  # "what time" is no verb
            yield 1
    for at, word in enumerate(plain):
        if word not in helpers:
            continue
        if plain[at - 1 : at] in (["who"], ["what"]) and _is_inflected(plain, at + 1):
            yield at + 1
        else:
            yield from _behind_subject(at, plain, open_word=open_word, named=named)


def _behind_subject(
    helper: int,
    plain: Sequence[str],
    *,
    open_word: Callable[[int], bool],
    named: Callable[[int], bool],
) -> Iterator[int]:
    """Yield the place of the verb that a helper has behind its subject, if it shows."""
    at = helper + 1
    while at < len(plain) and plain[at] in _list("closed") and not named(at):
        at += 1
    first = at
    while named(at) or (at < len(plain) and plain[at] in _list("pronouns")):
        at += 1
    run = at
    while open_word(run) and not named(run):
        run += 1
    if run == at:
        return
    told = at == helper + 1 and plain[helper] not in _list(_BARE)
    behind = helper > 1 and open_word(helper - 1) and plain[helper - 2] != "how"
    passive = told and (_is_inflected(plain, at) or (behind and run - at == 1))
    verb = at if at > first or passive else run - 1
    last = len(plain) - 1
    trails = last > run and open_word(last) and not named(last) and named(last - 1)
    verb = last if trails else verb  # "will the ward in Dunmallow close"
    alone = at == first and run - at == 1 and not trails  # the subject itself
    bare = plain[helper] in _list(_BARE)
    if passive or (not alone and (bare or _is_inflected(plain, verb))):
        yield verb


def _is_inflected(plain: Sequence[str], at: int) -> bool:
    return at < len(plain) and _INFLECTED.search(plain[at]) is not None
