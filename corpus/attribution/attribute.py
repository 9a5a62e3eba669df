"""Find who said what in a body: parse it, pair its quotation marks, choose each one's speaker."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from spacy.tokens import Doc

from corpus.attribution.attribution import MOST_CHARS, Attribution, Kind
from corpus.attribution.coreference import Person, Speakers
from corpus.attribution.cues import Saying, load_cues
from corpus.attribution.features import Page, is_whole
from corpus.attribution.indirect_speech import find_reports
from corpus.attribution.selection import Choice, choose
from corpus.attribution.signed import find_signed
from corpus.attribution.transcript import find_transcript
from corpus.attribution.unmarked import Turn, find_answers, find_lines, find_posts
from corpus.nlp.quotation_marks import pair_quotations
from corpus.nlp.segment import Slice
from corpus.nlp.spacy_model import parse

_REPORTED = 0.75
"""Share of reported speech whose speaker and extent are right, measured on PolNeAR."""
_SIGNED = 0.95
"""The same of posts and of interviews, on those that were looked through by hand."""
_SHORTEST = 2
"""Least words in a piece of reported speech around a quotation."""


def attribute(body: str, *, language: str = "en", authors: Sequence[str] = ()) -> list[Attribution]:
    """Find who said what in a body.

    Args:
        body: Paragraphs separated by line breaks.
        language: ISO 639-1 code.
        authors: Who signed it; the only one of them is whom "I" means outside quotation marks.

    Returns:
        In the order of the text; empty for a language without lists of cues. Of a body that is
        longer than `MOST_CHARS`, the paragraphs up to there are read. What stands in
        quotation marks is left out where nobody can be told to have said it: titles, slogans,
        nicknames.

    Raises:
        CorpusError: If the language model is missing or damaged.
    """
    if not load_cues(language) or not body.strip():
        return []
    body = _cut(body)
    doc, quotes = parse(body), pair_quotations(body)
    reports = find_reports(doc, [quote.outer for quote in quotes])
    page = Page(doc, quotes, reports)
    choices = choose(page)
    author = authors[0] if len(authors) == 1 else ""
    speakers = Speakers(doc, page.inside, _said_by_pronouns(page, choices), author=author)
    turns = _find_turns(page, speakers)
    apart = sorted(turn.quote for turn in turns)
    found = [*_quoted(page, choices, speakers), *_reported(page, speakers)]
    found = [one for one in found if not _overlaps(one.quote, apart)]
    found += _signed(page, turns, speakers)
    return sorted(set(found), key=lambda one: (one.quote, one.kind, one.cue or (0, 0)))


def _cut(body: str) -> str:
    """What is read of a body: whole paragraphs, or sentences, where any end in its second half."""
    if len(body) <= MOST_CHARS:
        return body
    ends = (body.rfind(mark, MOST_CHARS // 2, MOST_CHARS) for mark in ("\n", ". ", " "))
    return body[: next((end + 1 for end in ends if end > 0), MOST_CHARS)]


def _find_turns(page: Page, speakers: Speakers) -> list[Turn]:
    """Posts, transcripts, statements and interviews, whose speakers are named beside them.

    Of two that overlap the first of these kinds stands.
    """
    lines = find_lines(page.text)
    kinds = (
        find_posts(page.text),
        find_transcript(page.text, lines, speakers) or _answers(page, speakers),
        find_signed(page, lines, speakers),
    )
    found: list[Turn] = []
    for kind in kinds:
        apart = sorted(turn.quote for turn in found)
        found += [turn for turn in kind if not _overlaps(turn.quote, apart)]
    return found


def _signed(page: Page, turns: Sequence[Turn], speakers: Speakers) -> Iterator[Attribution]:
    for turn in turns:
        person = turn.person or speakers.resolve(*page.tokens_in(*turn.speaker))
        if person.name:
            yield Attribution(
                quote=turn.quote,
                kind=Kind.DIRECT,
                speaker=turn.speaker,
                name=person.name,
                role=person.role,
                cue=None,
                confidence=_SIGNED,
            )


def _answers(page: Page, speakers: Speakers) -> Iterator[Turn]:
    """The answers of an interview without names, given by whom its opening is about."""
    answers = find_answers(page.text)
    name = speakers.find_subject(answers[0][0]) if answers else None
    if name is not None:
        mention = _slice(page.doc, (name.start, name.end))
        yield from (Turn(answer, mention) for answer in answers)


def _overlaps(quote: Slice, others: Sequence[Slice]) -> bool:
    """Whether a stretch overlaps one of others, which are sorted and lie apart."""
    at = bisect_left(others, quote[1], key=lambda other: other[0])
    return at > 0 and quote[0] < others[at - 1][1]


def _said_by_pronouns(page: Page, choices: Sequence[Choice | None]) -> dict[int, list[str]]:
    """What is said, by the one word that tells whose it is."""
    quoted = [
        (choice.saying.mention, quotation.inner)
        for quotation, choice in zip(page.quotations, choices, strict=True)
        if choice is not None
    ]
    reported = [
        (page.tokens_in(*report.speaker), _first_clause(page.text, report.content))
        for report in page.reports
        if report.speaker
    ]
    said: dict[int, list[str]] = {}
    for (first, end), content in (*quoted, *reported):
        if end - first == 1:
            said.setdefault(first, []).append(page.text[slice(*content)])
    return said


def _first_clause(text: str, content: Slice) -> Slice:
    """What a report holds up to its first semicolon, behind which parses run over."""
    start, end = content
    stop = text.find(";", start, end)
    return start, end if stop < 0 else stop


def _quoted(
    page: Page, choices: Sequence[Choice | None], speakers: Speakers
) -> Iterator[Attribution]:
    for quotation, choice in zip(page.quotations, choices, strict=True):
        if choice is not None and not _is_phrase(page.doc, choice.saying):
            saying = choice.saying
            person = speakers.resolve(*saying.mention)
            yield Attribution(
                quote=quotation.inner,
                kind=Kind.DIRECT if is_whole(page.text, quotation) else Kind.MIXED,
                speaker=_slice(page.doc, saying.mention),
                name=person.name,
                role=person.role,
                cue=_slice(page.doc, saying.cue),
                confidence=round(choice.confidence, 3),
            )


def _is_phrase(doc: Doc, saying: Saying) -> bool:
    """Whether the words before a colon are no name: "From Berlin:", "A message to the mayor:"."""
    words = doc[slice(*saying.mention)]
    return saying.form == "label" and any(token.tag_ in ("IN", "TO", "CC") for token in words)


def _reported(page: Page, speakers: Speakers) -> Iterator[Attribution]:
    """The reporter's words for what somebody said, and those around a fragment of it."""
    for report in page.reports:
        speaker = report.speaker
        person = speakers.resolve(*page.tokens_in(*speaker)) if speaker else Person("")
        for piece in _unquoted(page, report.content):
            yield Attribution(
                quote=piece,
                kind=Kind.REPORTED,
                speaker=speaker,
                name=person.name,
                role=person.role,
                cue=report.cue,
                confidence=_REPORTED if speaker else _REPORTED / 2,
            )


def _unquoted(page: Page, content: Slice) -> Iterator[Slice]:
    """What remains of a stretch without its quotations, in pieces of two words or more."""
    start, end = content
    at = bisect_right(page.quotations, start, key=lambda quotation: quotation.outer[1])
    for quotation in islice(page.quotations, at, None):
        first, last = quotation.outer
        if first >= end:
            break
        yield from _piece(page.text, start, min(first, end))
        start = max(start, min(last, end))
    yield from _piece(page.text, start, end)


def _piece(text: str, start: int, end: int) -> Iterator[Slice]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if len(text[start:end].split()) >= _SHORTEST:
        yield start, end


def _slice(doc: Doc, tokens: tuple[int, int]) -> Slice:
    first, last = doc[tokens[0]], doc[tokens[1] - 1]
    return first.idx, last.idx + len(last)
