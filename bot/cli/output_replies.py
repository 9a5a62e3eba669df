"""Replies as programs read them; ``docs/chat.md`` promises what the fields hold.

Tested with the chats that print them in `tests/bot/cli/test_chat_json.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.cli.output import describe_otherwise
from bot.reply.reply import Block, Dateline, Note, Quote, Reply, Speaker
from bot.storage.answer_ref import AnswerRef
from corpus.attribution.attribution import Kind
from retrieval.answers import Answer, AnswerKind, Missing, PassageAnswer, SummaryAnswer
from retrieval.citation import Citation
from retrieval.results import Verdict

_MOST_HITS = 10
_KINDS = {
    AnswerKind.PASSAGES: "passages",
    AnswerKind.QUOTATIONS: "quotations",
    AnswerKind.SUMMARY: "summary",
    AnswerKind.TIMELINE: "story",
}
_NOTE, _NONE = "note", "none"
_PRINTED = {Kind.DIRECT: "direct", Kind.MIXED: "mixed", Kind.REPORTED: "reported"}


def describe_reply(reply: Reply, found: Answer | AnswerRef | None) -> dict[str, Any]:
    """Tell programs what a reply says.

    Args:
        reply: Its first screen is described.
        found: What it shows, if anything was looked for.
    """
    quotes = [block for block in reply.blocks if isinstance(block, Quote)]
    sources = [block for block in reply.blocks if isinstance(block, Citation | Dateline)]
    passages = found.result.hits if isinstance(found, PassageAnswer) else ()
    other = found.otherwise if isinstance(found, PassageAnswer) else None
    return {
        "kind": _kind(found) if quotes else _NOTE,
        "verdict": _verdict(found, quoted=bool(quotes)),
        "confidence": round(found.confidence, 4) if found else 0.0,
        "marked": [span.text for quote in quotes for span in quote.spans if span.marked],
        "shown": [_join(quote) for quote in quotes],
        "said": list(_said(reply.blocks)),
        "articles": list(dict.fromkeys(source.headline for source in sources)),
        "notes": [block.text for block in reply.blocks if isinstance(block, Note)],
        "buttons": [button.label for row in reply.buttons for button in row],
        "hits": [hit.passage.text for hit in passages[:_MOST_HITS]],
        "otherwise": describe_otherwise(other) if quotes and other else None,
    }


def _kind(found: Answer | AnswerRef | None) -> str:
    return _KINDS.get(found.kind, _NOTE) if found and found.kind else _NOTE


def _verdict(found: Answer | AnswerRef | None, *, quoted: bool) -> str:
    """How far a reply answers; what is quoted all the same is the closest there is."""
    if found is None or not _searched(found):
        return _NONE
    if found.verdict is Verdict.NOTHING:
        return str(Verdict.CLOSEST if quoted else Verdict.NOTHING)
    return str(found.verdict) if quoted else _NONE  # whoever asks in return quotes nobody


def _searched(found: Answer | AnswerRef) -> bool:
    """Whether anything was searched; an empty archive cannot be, nor an unnamed article."""
    match found:
        case PassageAnswer():
            return found.result.searched > 0
        case SummaryAnswer():
            return found.missing is not Missing.NOTHING_SHOWN
    return True


def _said(blocks: Sequence[Block]) -> Iterator[dict[str, str]]:
    """Yield who says what, each with the sentences as shown."""
    speaker: Speaker | None = None
    for block in blocks:
        if isinstance(block, Speaker):
            speaker = block
        elif isinstance(block, Quote) and speaker:
            name = speaker.label if speaker.name else ""
            who = ", ".join(filter(None, (name, speaker.role)))
            yield {"speaker": who, "kind": _PRINTED[speaker.kind], "text": _join(block)}
            speaker = None


def _join(quote: Quote) -> str:
    return "".join(span.text for span in quote.spans)
