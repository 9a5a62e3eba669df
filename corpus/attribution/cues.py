"""Find sayings: the words with which a reporter tells that somebody spoke, and who it was.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from spacy.tokens import Doc, Span, Token

from corpus.nlp.quotation_marks import Quotation

_DATA = Path(__file__).parents[1] / "data"
_SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
_HEADED_BY = frozenset(("xcomp", "advcl", "conj", "pcomp", "ccomp", "prep", "dep", "parataxis"))
_BEFORE_NOUN = frozenset(("DT", "JJ", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$", "HYPH", "POS"))
_RIGHT = frozenset(("compound", "nmod", "case", "flat", "poss", "nummod", "cc", "conj", "prep"))
_LONGEST = 24
"""Most words in a mention; a longer one comes from a wrong parse."""
_DASHES = frozenset("—–―-")
_LONGEST_LINE = 8
"""Most words in the line below a quotation that names who said it."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A place where the reporter tells that somebody speaks.

    Attributes:
        cue: First and last-plus-one token of the cue.
        mention: First and last-plus-one token of the words for the speaker.
        head: The mention's head word.
        verb: The token that the cue hangs on.
        form: How the speaker is told: "subject", "inverted", "chain", "noun", "agent",
            "phrase", "possessive" or "label" ("Name: ...").
        group: The word list that the cue is in, or "other".
    """

    cue: tuple[int, int]
    mention: tuple[int, int]
    head: int
    verb: int
    form: str
    group: str


@cache
def load_cues(language: str = "en") -> Mapping[str, Sequence[str]]:
    """Load the lists of cues of a language; empty where there are none."""
    path = _DATA / f"cues_{language}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


@cache
def _group_of(language: str = "en") -> Mapping[str, str]:
    return {word: name for name in ("call", "say") for word in load_cues(language)[name]}


def mark_quoted(doc: Doc, quotations: Sequence[Quotation]) -> list[bool]:
    """Tell of each token whether it stands within quotation marks, marks included."""
    inside = [False] * len(doc)
    which = iter(quotations)
    quotation = next(which, None)
    for token in doc:
        while quotation is not None and quotation.outer[1] <= token.idx:
            quotation = next(which, None)
        inside[token.i] = quotation is not None and token.idx + len(token) > quotation.outer[0]
    return inside


def find_sayings(doc: Doc, inside: Sequence[bool]) -> list[Saying]:
    """Find sayings outside quotation marks, in the order of the text.

    Args:
        doc: A parsed body.
        inside: Of each token, whether it stands within quotation marks.
    """
    found = [
        saying
        for token in doc
        if not inside[token.i] and not token.is_space
        for saying in _at(token, inside)
        if not inside[saying.head]
    ]
    found.extend(_signatures(doc, inside))
    return sorted(found, key=lambda saying: (saying.verb, saying.head))


def _at(token: Token, inside: Sequence[bool]) -> Iterator[Saying]:
    if token.tag_.startswith("VB"):
        yield from _of_verb(token, inside)
    elif token.lower_ in ("to", "per", "of"):
        yield from _of_phrase(token)
    elif token.lower_ == "by" and token.i > 0 and inside[token.i - 1]:
        yield from _of_by(token)
    elif token.text in _DASHES:
        yield from _of_dash(token, inside)
    elif token.text == ":":
        yield from _of_label(token)
    elif token.pos_ == "NOUN" and token.lemma_.lower() in load_cues()["nouns"]:
        yield from _of_noun(token)


def _of_verb(verb: Token, inside: Sequence[bool]) -> Iterator[Saying]:
    if verb.dep_ in ("aux", "auxpass"):
        return
    group = _group_of().get(verb.lemma_.lower(), "other")
    agent = next(
        (t for child in verb.children if child.dep_ == "agent" for t in child.children), None
    )
    if agent is not None:
        yield _saying(verb, agent, "agent", group)
    subject, form = _subject(verb, group, inside)
    if subject is not None:
        yield _saying(verb, subject, form, group)


def _subject(verb: Token, group: str, inside: Sequence[bool]) -> tuple[Token | None, str]:
    own = next((t for t in verb.lefts if t.dep_ in _SUBJECTS and not inside[t.i]), None)
    if own is not None:
        return _antecedent(own), "subject"
    if group == "say" and (beside := _beside(verb, inside)) is not None:
        return beside, "beside"
    after = next((t for t in verb.rights if t.dep_ == "nsubj" and not inside[t.i]), None)
    if after is not None:
        return after, "inverted"
    if group == "say" and (follower := _follower(verb, inside)) is not None:
        return follower, "inverted"
    return _of_governor(verb, inside)


def _of_governor(verb: Token, inside: Sequence[bool]) -> tuple[Token | None, str]:
    """The subject of the verb that a verb without its own hangs on: "went on to say"."""
    head = verb
    for _ in range(4):
        if head.dep_ in ("acl", "relcl"):
            return head.head, "chain"
        if head.dep_ not in _HEADED_BY:
            break
        head = head.head
        own = next((t for t in head.children if t.dep_ in _SUBJECTS and not inside[t.i]), None)
        if own is not None:
            return _antecedent(own), "chain"
    return None, ""


def _beside(verb: Token, inside: Sequence[bool]) -> Token | None:
    """The name or pronoun right before a verb that the parse gave no subject outside quotes."""
    if verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return None
    at = verb.i - 1
    if at > 3 and verb.doc[at].text == "," and verb.doc[at - 2].text == ",":
        at -= 3
    if at > 0 and verb.doc[at].dep_ == "advmod":
        at -= 1
    named = at >= 0 and verb.doc[at].tag_ in ("NNP", "PRP") and not inside[at]
    return verb.doc[at] if named else None


def _follower(verb: Token, inside: Sequence[bool]) -> Token | None:
    """The noun right after a verb without subject: "said a spokesman for the mayor"."""
    doc, at = verb.doc, verb.i + 1
    while at < len(doc) and not inside[at] and doc[at].tag_ in _BEFORE_NOUN:
        at += 1
    last = doc[at - 1]
    return last if at > verb.i + 1 and last.pos_ in ("NOUN", "PROPN", "PRON") else None


def _antecedent(subject: Token) -> Token:
    verb = subject.head
    if (outer := _outside_brackets(subject)) is not subject:
        return outer
    if subject.tag_ in ("WP", "WDT") and verb.dep_ == "relcl":
        return verb.head
    return subject


def _outside_brackets(token: Token) -> Token:
    """The word that brackets follow, where a token stands within them: "Moss (D-OH) said"."""
    doc = token.doc
    for place in range(token.i - 1, max(0, token.i - 6), -1):
        if doc[place].text in (")", "]") or doc[place].is_space:
            break
        if doc[place].text in ("(", "["):
            return doc[place - 1]
    return token


def _of_phrase(last: Token) -> Iterator[Saying]:
    doc = last.doc
    for phrase in load_cues()["phrases"]:
        length = len(phrase.split())
        start = last.i + 1 - length
        if start >= 0 and doc[start : last.i + 1].text.lower() == phrase:
            noun = next((t for t in last.children if t.dep_ in ("pobj", "pcomp")), None)
            if noun is not None:
                cue = (start, last.i + 1)
                yield Saying(cue, find_mention(noun), noun.i, last.i, "phrase", "say")


def _of_label(colon: Token) -> Iterator[Saying]:
    """A name, a colon, and what was said, as in a printed interview."""
    doc = colon.doc
    start = colon.i
    while start > 0 and colon.i - start <= 6 and not doc[start - 1].is_space:
        start -= 1
    run = doc[start : colon.i]
    leads = start == 0 or "\n" in doc[start - 1].text
    cue = (colon.i, colon.i + 1)
    if leads and 0 < len(run) <= 6 and run[-1].tag_.startswith("NNP"):
        yield Saying(cue, (start, colon.i), colon.i - 1, colon.i, "label", "say")
        return
    named = [token for token in run if token.tag_ in ("NNP", "PRP")]
    quoted = colon.i + 1 < len(doc) and doc[colon.i + 1].is_quote
    if named and quoted:
        head = _headed(named[-1], run)
        yield Saying(cue, find_mention(head), head.i, colon.i, "colon", "call")


def _headed(name: Token, run: Span) -> Token:
    """The name that another one goes with: "Roe" of "Jane Roe, spokesman for Northern Rail"."""
    head = name
    while head.dep_ in ("pobj", "appos", "prep", "compound", "nmod") and head.head.i in range(
        run.start, head.i if head.dep_ != "compound" else run.end
    ):
        head = head.head
    return head if head.tag_.startswith("NNP") else name


def _of_by(by: Token) -> Iterator[Saying]:
    """The doer of a passive verb, where the parse hangs them on the quotation between."""
    giver = next((token for token in by.children if token.dep_ == "pobj"), None)
    verb = next((token for token in by.ancestors if token.tag_ == "VBN"), None)
    if giver is not None and verb is not None and by.head is not verb:
        yield _saying(verb, giver, "agent", _group_of().get(verb.lemma_.lower(), "other"))


def _of_dash(dash: Token, inside: Sequence[bool]) -> Iterator[Saying]:
    """A dash between what was said and a name that ends the paragraph."""
    doc, end = dash.doc, dash.i + 1
    while end < len(doc) and doc[end].tag_.startswith("NNP") and not inside[end]:
        end += 1
    leads = dash.i > 0 and inside[dash.i - 1] and end > dash.i + 1
    if leads and (end == len(doc) or doc[end].is_space or doc[end].text in (",", ".")):
        name = (dash.i + 1, end)
        yield Saying((dash.i, dash.i + 1), name, end - 1, dash.i, "signature", "say")


def _signatures(doc: Doc, inside: Sequence[bool]) -> Iterator[Saying]:
    """A line of its own with a name, right below what the name's bearer said."""
    lines = [-1, *(token.i for token in doc if "\n" in token.text), len(doc)]
    for before, after in pairwise(lines):
        quoted = before > 0 and (inside[before - 1] or doc[before - 1].is_quote)
        if quoted and _signs(line := doc[before + 1 : after], inside):
            end = next((t.i for t in line[2:] if t.is_punct), after)
            cue = (line.start, end)
            yield Saying(cue, cue, doc[line.start : end].root.i, line.start, "signature", "say")


def _signs(line: Span, inside: Sequence[bool]) -> bool:
    run = [token for token in line if not token.is_punct]
    if not 1 < len(run) <= _LONGEST_LINE or [t.tag_ for t in line[:2]] != ["NNP", "NNP"]:
        return False
    return not any(inside[t.i] or t.tag_.startswith(("VB", "MD")) for t in run)


def _of_noun(noun: Token) -> Iterator[Saying]:
    for child in noun.children:
        if child.dep_ == "poss":
            yield _saying(noun, child, "possessive", "noun")
        elif child.lower_ in ("by", "from", "of") and child.dep_ in ("prep", "agent"):
            for giver in child.children:
                if giver.dep_ == "pobj":
                    yield _saying(noun, giver, "noun", "noun")


def _saying(verb: Token, head: Token, form: str, group: str) -> Saying:
    return Saying(_cue(verb), find_mention(head), head.i, verb.i, form, group)


def _cue(verb: Token) -> tuple[int, int]:
    """The verb with the auxiliaries and negation right before it: "did not deny"."""
    start = verb.i
    while start > 0:
        before = verb.doc[start - 1]
        if before.head is not verb or before.dep_ not in ("aux", "auxpass", "neg"):
            break
        start -= 1
    return start, verb.i + 1


def find_mention(head: Token) -> tuple[int, int]:
    """The words for a speaker around their head word: "a spokesman for the mayor".

    What sets off another clause, such as an apposition, is left out.
    """
    doc = head.doc
    start = head.i
    for child in reversed(list(head.lefts)):
        if child.right_edge.i != start - 1 or child.dep_ in ("relcl", "punct", "advmod", "cc"):
            break
        start = child.left_edge.i
    end = head.i + 1
    for child in head.rights:
        edge = child.right_edge.i + 1
        if child.dep_ not in _RIGHT or child.left_edge.i != end or edge - start > _LONGEST:
            break
        if any(t.tag_.startswith("VB") or t.is_quote or t.is_space for t in doc[end:edge]):
            break
        end = edge
    while end - 1 > head.i and (
        doc[end - 1].is_punct or doc[end - 1].dep_ in ("cc", "prep", "case")
    ):
        end -= 1
    return max(start, end - _LONGEST), end
