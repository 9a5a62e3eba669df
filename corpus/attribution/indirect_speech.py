"""Reported speech: what somebody is said to have said, without quotation marks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Doc, Token

from corpus.nlp.segment import Slice

_WORDS = Path(__file__).parents[1] / "data"
_EDGE = " \t\n\r\"“”„«»'‘’,.;:!?—–-…()[]"
_CLASSES = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adj"}
_SUBJECTS = frozenset({"nsubj", "csubj"})
_LIKE_ITS_HEAD = frozenset({"conj", "advcl", "xcomp", "dep", "acomp"})
"""A verb so attached, without a subject of its own, is done by whoever does its head."""
_BESIDE_VERB = frozenset({"aux", "auxpass", "neg", "advmod"})
_BIDDEN = frozenset({"ask", "tell", "urge", "order", "instruct", "beg", "invite", "force", "allow"})
"""Verbs whose object, not subject, does what follows: "asked her to say"."""
_CONDITIONS = frozenset({"if", "unless", "whether", "until", "lest"})
_SHORTEST = 3
"""Words in what was said: less, as in "asked for help", says nothing to whoever reads it."""
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


@dataclass(frozen=True, slots=True)
class Report:
    """A stretch of text that somebody is said to have said.

    All slices are of the text of the parsed document.

    Attributes:
        content: The reporter's words for what was said, "that" included, the punctuation at
            either end left out. Fragments in quotation marks within it belong to it.
        cue: The word for the saying, with its negation: "said", "did not deny".
        speaker: The mention of who said it; None where the sentence has none.
    """

    content: Slice
    cue: Slice
    speaker: Slice | None


def find_reports(doc: Doc, quotes: Sequence[Slice]) -> list[Report]:
    """Find the reported speech of a text.

    Args:
        doc: Parsed, with spaCy's English dependency labels.
        quotes: Stretches in quotation marks, with or without the marks, in any order, none
            overlapping another. What lies wholly within them is direct speech and not returned,
            nor is what a quoted speaker reports of others.

    Returns:
        Reports by where their content begins. Contents may nest, as reports do ("he said she
        had agreed that ..."), and one saying cut in two by its cue makes two reports.

    Example:
        >>> from corpus.nlp.spacy_model import parse
        >>> [report] = find_reports(parse("The mayor did not say that the bridge is safe."), [])
        >>> report.content, report.cue, report.speaker
        ((22, 45), (10, 21), (0, 9))
    """
    quotes = sorted(quotes)
    found = {
        report
        for token in doc
        for report in _by(token)
        if not _within(report.content, quotes) and not _within(report.cue, quotes)
    }
    return sorted(found, key=lambda report: (report.content, report.cue))


def _by(token: Token) -> Iterator[Report]:
    """What a word reports, if it reports anything."""
    if token.lower_ == "according":
        return _according(token)
    frames = _frames_of(token)
    if not frames or _is_supposed(token):
        return iter(())
    if _is_aside(token, frames):
        return _aside(token)
    return _governed(token, frames)


def _is_supposed(cue: Token) -> bool:
    """Tell "if both sides asked for one" from what was said."""
    return any(child.dep_ == "mark" and child.lower_ in _CONDITIONS for child in cue.children)


def _governed(cue: Token, frames: frozenset[str]) -> Iterator[Report]:
    """As in "X said that ...", "..., X said", "X accused Y of ...", "X's claim that ..."."""
    said = [child for child in cue.children if _frame(child) in frames and not _is_cue(child)]
    tokens = {token for child in said for token in child.subtree}
    tokens -= {cue, *(_mention(cue) or ())}
    yield from _reports(tokens, cue, _cue_slice(cue), _speaker(cue))


def _aside(cue: Token) -> Iterator[Report]:
    """As in "The plan, X said, would fail": the cue hangs on the verb of what was said."""
    tokens = set(cue.head.subtree) - set(cue.subtree)
    yield from _reports(tokens, cue, _cue_slice(cue), _speaker(cue))


def _according(cue: Token) -> Iterator[Report]:
    """As in "According to X, ..." and "..., according to X"."""
    to = next((child for child in cue.rights if child.lower_ == "to"), None)
    if to is None:
        return
    tokens = set(_clause(cue).subtree) - set(cue.subtree)
    names = [token for child in to.children for token in child.subtree]
    yield from _reports(tokens, cue, (cue.idx, _end(to)), _slice(names))


def _reports(
    tokens: Iterable[Token], cue: Token, words: Slice, mention: Slice | None
) -> Iterator[Report]:
    """A report for every unbroken stretch in the cue's paragraph: parses run over into others."""
    said = set(tokens)
    if sum(token.is_alpha or token.like_num for token in said) < _SHORTEST:
        return
    for run in _runs(said):
        content = _slice(run)
        if content and _same_paragraph(cue, run):
            yield Report(content=content, cue=words, speaker=mention)


# What was said


def _frame(token: Token) -> str:
    """The name of the construction in which a word hangs on its head, as the word lists use it."""
    if token.dep_ == "prep":
        return "" if _DAYS & {child.lower_ for child in token.children} else token.lower_
    if token.dep_ == "ccomp":
        return "before" if token.i < token.head.i else "clause"
    if token.dep_ == "acl":
        return "to" if token.tag_ == "VB" else "clause" if _child(token, {"mark"}) else ""
    return {"xcomp": "to", "dobj": "object", "oprd": "complement"}.get(token.dep_, "")


def _is_cue(token: Token) -> bool:
    """Whether the word is a further step of the cue, as "say" is in "declined to say that"."""
    return (
        token.dep_ == "xcomp"
        and any(_frame(child) == "clause" for child in token.children)
        and "clause" in _frames_of(token)
    )


def _is_aside(token: Token, frames: frozenset[str]) -> bool:
    """Whether the word and its subject stand between commas or dashes, saying nothing itself."""
    first = token.left_edge
    return (
        "clause" in frames
        and token.dep_ in {"parataxis", "ccomp"}
        and (first.is_punct or (first.i > 0 and first.nbor(-1).is_punct))
        and _child(token, _SUBJECTS) is not None
        and not any(_frame(child) in frames for child in token.children)
    )


def _clause(token: Token) -> Token:
    """The verb of the clause a phrase belongs to, or the apposition that it is all of."""
    head = token.head
    while head.pos_ not in {"VERB", "AUX"} and head.dep_ not in {"ROOT", "appos"}:
        head = head.head
    return head


# Who said it


def _speaker(cue: Token) -> Slice | None:
    stretches = _runs(_mention(cue) or ())
    return _slice(stretches[-1]) if stretches else None


def _mention(cue: Token) -> list[Token] | None:
    """The words for who does what the cue says."""
    if cue.pos_ == "NOUN":
        return _owner(cue)
    found = _actor(cue)
    if found is not None or cue.dep_ not in _LIKE_ITS_HEAD:
        return found
    if cue.dep_ == "xcomp" and cue.head.lemma_ in _BIDDEN:
        bidden = _child(cue.head, {"dobj"})
        return None if bidden is None else list(bidden.subtree)
    return _mention(cue.head)


def _actor(verb: Token) -> list[Token] | None:
    """Who does what a verb says, by its own dependents; None where they do not tell."""
    agent = _child(verb, {"agent"})
    if agent is not None:
        return [token for token in agent.subtree if token != agent]
    if _child(verb, {"nsubjpass"}) is not None:
        return []
    subject = _child(verb, _SUBJECTS)
    if verb.dep_ in {"relcl", "acl"} and (subject is None or subject.tag_ in {"WP", "WDT"}):
        return _before(verb.head, verb)
    return None if subject is None else list(subject.subtree)


def _owner(noun: Token) -> list[Token] | None:
    """As in "X's claim", "the claim by X", "X made the claim"."""
    owner = _child(noun, {"poss"})
    if owner is not None:
        return [token for token in owner.subtree if token.dep_ != "case"]
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in {"by", "from"}:
            return [token for token in child.subtree if token != child]
    return _mention(noun.head) if noun.dep_ == "dobj" else None


def _before(noun: Token, clause: Token) -> list[Token]:
    """A noun with what is said of it up to a clause about it."""
    return [token for token in noun.subtree if token.i < clause.left_edge.i]


# The cue


def _cue_slice(cue: Token) -> Slice:
    """The cue with its auxiliaries and negation, where they stand next to it."""
    first = cue
    while first.i and _belongs(first.nbor(-1), cue):
        first = first.nbor(-1)
    step = first.dep_ == "xcomp" or (cue.dep_ == "xcomp" and _frames_of(cue.head))
    if step and cue.head.i < cue.i:
        return _cue_slice(cue.head)[0], _end(cue)
    return first.idx, _end(cue)


def _belongs(token: Token, cue: Token) -> bool:
    return token.head == cue and token.dep_ in _BESIDE_VERB


# The parse


def _child(token: Token, labels: Iterable[str]) -> Token | None:
    return next((child for child in token.children if child.dep_ in labels), None)


def _runs(tokens: Iterable[Token]) -> list[list[Token]]:
    """Tokens by the unbroken stretches they make within a paragraph."""
    runs: list[list[Token]] = []
    for token in sorted(tokens, key=lambda token: token.i):
        if "\n" in token.text:
            continue
        if runs and runs[-1][-1].i + 1 == token.i:
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _slice(tokens: Iterable[Token]) -> Slice | None:
    """From the first token to the last, without the punctuation at either end."""
    words = [token for token in tokens if token.text.strip(_EDGE)]
    if not words:
        return None
    return min(word.idx for word in words), max(_end(word) for word in words)


def _same_paragraph(cue: Token, run: Sequence[Token]) -> bool:
    between = cue.doc[min(cue.i, run[0].i) : max(cue.i, run[-1].i)]
    return not any("\n" in token.text for token in between)


def _end(token: Token) -> int:
    return token.idx + len(token)


def _within(inner: Slice, outer: Sequence[Slice]) -> bool:
    """Whether a stretch lies within one of others, which are sorted and lie apart."""
    at = bisect_right(outer, inner[0], key=lambda stretch: stretch[0])
    return at > 0 and inner[1] <= outer[at - 1][1]


# The words


def _frames_of(token: Token) -> frozenset[str]:
    kind = _CLASSES.get(token.pos_)
    if kind is None:
        return frozenset()
    lemma = token.lemma_.lower()
    if lemma.endswith("ise"):
        lemma = lemma[:-3] + "ize" if (kind, lemma[:-3] + "ize") in _frames("en") else lemma
    return _frames("en").get((kind, lemma), frozenset())


@cache
def _frames(language: str) -> Mapping[tuple[str, str], frozenset[str]]:
    """The words that report, with the constructions in which they do."""
    lines = (_WORDS / f"reporting_{language}.txt").read_text(encoding="utf-8").splitlines()
    frames = {}
    for line in lines[1:]:
        word, _, constructions = line.partition(": ")
        kind, _, lemma = word.partition(" ")
        frames[kind, lemma] = frozenset(constructions.split())
    return frames
