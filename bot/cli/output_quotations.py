"""What the commands print of who said what.

Tested with the command that prints them in `tests/bot/cli/test_ask.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot import texts
from bot.answers.quotation_blocks import (
    Voice,
    make_blocks,
    merge_speech,
    note_limits,
    note_nobody,
    whole,
)
from bot.cli.output import describe, say, show, write
from bot.reply.reply import Block, Note, label_speaker
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import Slice
from corpus.parse.offsets import Given
from corpus.text import squeeze
from retrieval.citation import link_to
from retrieval.query.who_said import Form

if TYPE_CHECKING:
    from corpus.storage.store import Store
    from retrieval.quotations.quotation import Quotation
from retrieval.quotations.search import Said


def show_attributions(
    article: Article,
    given: Given,
    attributions: Sequence[Attribution],
    *,
    name: object,
    as_json: bool,
) -> None:
    """Print who said what in one article.

    Args:
        article: Where it was found.
        given: The text that offsets are to count in.
        attributions: In the order of the text.
        name: The article's id, as it was given.
        as_json: Print one object; otherwise the speakers, most quoted first, and what they said.
    """
    if as_json:
        found = [_attribution(given, attribution) for attribution in attributions]
        write({"id": name, "attributions": found})
        return
    say(article.headline)
    for speaker, count in _counted(attributions):
        say(f"{count:5}  {speaker}")
    for attribution in attributions:
        say(f"\n{_speaker(attribution)}{_manner(article, attribution)}")
        say(f"  {_words(article, attribution)}")
    if not attributions:
        say("  nobody is quoted")


def show_said(question: str, said: Said, store: Store, *, as_json: bool) -> None:
    """Print who said what, as an answer to a question; links stand on lines of their own."""
    if as_json:
        write(_said(question, said))
    elif len(said.people) > 1:
        people = (", ".join([one.name, *one.roles[:1]]) for one in said.people)
        show(Note("\n".join([texts.say("which") + " Say it with --person NAME:", *people])))
    elif said.quotations:
        nearest = said.question.form is Form.DID and not said.verbatim
        lead = (Note(texts.say("nearest")),) if nearest else ()
        _show((*lead, *note_limits(said)), whole(store, merge_speech(said.quotations)))
    else:
        _show((note_nobody(said),), whole(store, merge_speech(said.others)))


def _show(lead: Sequence[Block], voices: Sequence[Voice]) -> None:
    if lead:
        show(*lead)
    for voice in voices:
        say("")
        show(*make_blocks([voice]))
        if link := link_to(voice.article, voice.attributions[0].quote):
            say(link)


def _counted(attributions: Sequence[Attribution]) -> Iterator[tuple[str, int]]:
    """Yield who is quoted, with the first role given, and how often; most often quoted first."""
    counts = Counter(label_speaker(one.name) for one in attributions)
    roles: dict[str, str] = {}
    for attribution in attributions:
        if attribution.role:
            roles.setdefault(label_speaker(attribution.name), attribution.role)
    for name, count in counts.most_common():
        yield ", ".join(filter(None, (name, roles.get(name)))), count


def _speaker(attribution: Attribution) -> str:
    return ", ".join(filter(None, (label_speaker(attribution.name), attribution.role)))


def _manner(article: Article, attribution: Attribution) -> str:
    cue = article.body[slice(*attribution.cue)] if attribution.cue else ""
    manner = "reported" if attribution.kind is Kind.REPORTED else ""
    return "".join(f" · {part}" for part in (squeeze(cue), manner) if part)


def _words(article: Article, attribution: Attribution) -> str:
    """Print what was said; only what the article quotes goes into quotation marks."""
    words = squeeze(article.body[slice(*attribution.quote)])
    return words if attribution.kind is Kind.REPORTED else f"“{words}”"


def _said(question: str, said: Said) -> dict[str, Any]:
    return {
        "query": question,
        "form": str(said.question.form),
        "speaker": said.question.speaker,
        "topic": said.question.topic,
        "words": said.question.words,
        "denied": said.question.denied,
        "verbatim": said.verbatim,
        "people": [
            {"name": one.name, "roles": list(one.roles), "count": one.count} for one in said.people
        ],
        "quotations": [_quotation(one) for one in said.quotations],
        "others": [_quotation(one) for one in said.others],
        "publishers": list(said.publishers),
        "periods": [str(period) for period in said.periods],
        "widened": said.widened,
        "searched": said.searched,
    }


def _quotation(one: Quotation) -> dict[str, Any]:
    given = Given(one.article.body, one.article.body)
    return {
        "score": round(one.score, 4),
        "article": describe(one.article),
        "copies": [describe(copy) for copy in one.copies],
        "sentence": _place(given, one.sentence),
        **_attribution(given, one.attribution),
        "words": one.article.body[slice(*one.attribution.quote)],
        "link": link_to(one.article, one.attribution.quote),
    }


def _attribution(given: Given, attribution: Attribution) -> dict[str, Any]:
    start, end = given.place(attribution.quote)
    return {
        "quote": {"start": start, "end": end},
        "speaker": _place(given, attribution.speaker),
        "name": attribution.name,
        "role": attribution.role,
        "cue": _place(given, attribution.cue),
        "kind": str(attribution.kind),
        "confidence": round(attribution.confidence, 4),
    }


def _place(given: Given, found: Slice | None) -> dict[str, Any] | None:
    if found is None:
        return None
    start, end = given.place(found)
    return {"start": start, "end": end, "text": given.text[start:end]}
