"""From a passage or quotation to the blocks of a reply: its words, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.reply.page_links import link_to
from bot.reply.reply import Block, Note, Quote, Span, Speaker
from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import Slice
from corpus.text import squeeze
from retrieval.citation import Citation, cite
from retrieval.disagreement.newest import Otherwise
from retrieval.extraction.answer_sentence import Excerpt

_MOST_COPIED = 256
"""Most units of a text that a button of Telegram's copies."""
_LEAST_WORDS = 60
"""Units of the words that are to be left before the link is shortened."""


def quote_passage(
    article: Article,
    chosen: Excerpt,
    *,
    sure: bool,
    copies: Sequence[Article] = (),
) -> tuple[Block, ...]:
    """Quote a passage with its citation; say so first where it may not answer.

    Args:
        article: The passage's article.
        chosen: What to show of it and what to mark.
        sure: Whether the passage counts as an answer.
        copies: Articles of other publishers with the same text.
    """
    lead = () if sure else (Note(texts.say("closest")),)
    link = link_to(article, chosen.marked)
    return (*lead, _quote(article, chosen), cite(article, link, copies))


def quote_marked(
    article: Article, passage: Passage, marked: Slice, copies: Sequence[Article] = ()
) -> tuple[Block, ...]:
    """Quote of a passage only what is marked, with its citation."""
    chosen = Excerpt(marked, marked, (passage.start, passage.end))
    return quote_passage(article, chosen, sure=True, copies=copies)


def write_citation(words: str, citation: Citation, speaker: str = "") -> str:
    """Cite words in one line to be pasted: ``“words” — Publisher, 3 May 2026, link``.

    Where that is too long for a button, the words are cut first, but not to less than some; then
    the link loses the part that leads to the words, and is left out where that does not suffice.

    Args:
        words: As printed.
        citation: Where they stand.
        speaker: Who says them, where they stand between quotation marks.

    Returns:
        At most 256 UTF-16 units.
    """
    day = texts.format_day(citation.published)
    source = citation.publisher or citation.headline
    credit = ", ".join(filter(None, (_short(speaker), _short(source), day)))
    said = squeeze(words)
    plain = (citation.url or "").partition("#")[0]
    for link in filter(None, (citation.url, plain)):
        behind = f" — {credit}, {link}"
        if _MOST_COPIED - 2 - _units(behind) >= min(_LEAST_WORDS, _units(said)):
            return _quoted(said, behind)
    return _quoted(said, f" — {credit}")


def _short(name: str) -> str:
    return _cut(squeeze(name), 60)


def _quoted(words: str, behind: str) -> str:
    return f"“{_cut(words, _MOST_COPIED - 2 - _units(behind))}”{behind}"


def _cut(text: str, room: int) -> str:
    """Text of at most so many units, cut after a word where there is one."""
    if _units(text) <= room:
        return text
    while _units(text) >= room:
        before, blank, _ = text.rpartition(" ")
        text = before if blank and _units(before) > room // 2 else text[:-1]
    return f"{text}…"


def _units(text: str) -> int:
    """Length in UTF-16 units, the stricter of the ways in which Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def note_otherwise(other: Otherwise) -> tuple[Note, Citation]:
    """Name the article that says otherwise than the answer, linked to where it does."""
    article = other.article
    day = texts.format_day(article.published.date() if article.published else None)
    said = texts.say("newer") if other.is_newer else texts.say("also-otherwise", day=day)
    return Note(said), cite(article, link_to(article, other.piece))


def quote_speech(
    article: Article, sentence: Slice, attributions: Sequence[Attribution]
) -> tuple[Block, ...]:
    """Show what somebody said: who, then the sentences it stands in, as printed.

    What stands within quotation marks is marked. The reporter's words for what was said are marked
    only where nothing is quoted; that is said, and they get no quotation marks that the article
    does not have.

    Args:
        article: Where it stands.
        sentence: The whole sentences to show.
        attributions: One or more of one speaker, all within the sentences; the first of those
            marked decides how they are introduced.
    """
    quoted_words = [one for one in attributions if one.kind is not Kind.REPORTED]
    shown = quoted_words or attributions
    first = shown[0]
    role = first.role or next((one.role for one in attributions if one.role), "")
    cue = article.body[slice(*first.cue)] if first.cue else ""
    speaker = Speaker(first.name, role, cue, article.published, first.kind)
    note = () if quoted_words else (Note(texts.say("reported")),)
    return (speaker, *note, Quote(_marked(article.body, sentence, [one.quote for one in shown])))


def _marked(body: str, shown: Slice, marks: Sequence[Slice]) -> tuple[Span, ...]:
    """The stretch shown as spans, with those marked that are to be; marks do not overlap."""
    spans, position = [], shown[0]
    for start, end in sorted(marks):
        spans += [Span(body[position:start]), Span(body[max(position, start) : end], marked=True)]
        position = max(position, end)
    spans.append(Span(body[position : shown[1]]))
    return tuple(span for span in spans if span.text)


def _quote(article: Article, chosen: Excerpt) -> Quote:
    """Quote a passage, and mark what answers or likeliest does: who is unsure sees it at once."""
    (start, end), (first, last) = chosen.shown, chosen.marked
    body = article.body
    spans = (Span(body[start:first]), Span(body[first:last], marked=True), Span(body[last:end]))
    return Quote(
        tuple(span for span in spans if span.text),
        cut_before=start > chosen.passage[0],
        cut_after=end < chosen.passage[1],
        before=body[chosen.passage[0] : start],
        after=body[end : chosen.passage[1]],
    )
