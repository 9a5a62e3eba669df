"""What in a message is no question but something to read: an address, an article that was pasted.

Tested with the other things that messages ask for in `tests/bot/intents/test_handed.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from corpus.text import squeeze

MOST_ADDRESSES = 5
"""Most addresses that are read of one message."""
_ASKED_CHARS = 400
"""Words beside an address are a question up to this length; more of them are a text that names its
source."""
_ARTICLE_CHARS = 1000
"""No question that is answered is longer (see `bot.dialogue.quota`)."""
_DOUBT_CHARS = 350
_ARTICLE_SENTENCES, _DOUBT_SENTENCES = 4, 3
_HEADLINE_CHARS = 150
_ENDS = (*".!?…:;,", "")
_PIECE_CHARS = 3500
"""Programs cut a paste at 4,096 characters, or somewhat before, where a line or word ends."""
_ADDRESS = re.compile(r"(?<![\w@.])(?:https?://|www\.)[^\s<>]{4,2000}", re.IGNORECASE)
_EDGE = ".,;:!?…'\"”’»)]}*_"
"""What stands behind an address and belongs to the sentence."""
_SENTENCE = re.compile(r"[.!?…][\"'”’»)]?(?=\s)|[。！？]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text that is handed on was printed first.

    Attributes:
        publisher: Who printed it.
        url: Its address, if it has one.
        published: When, UTC.
    """

    publisher: str
    url: str | None
    published: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """Something to read.

    Attributes:
        addresses: Of pages, in their order; none where a text was pasted.
        text: What was pasted; empty where addresses are to be read.
        question: What is asked of it, empty for nothing.
        sure: Whether it is surely no question.
        origin: Where the text is from, if that is known.
    """

    addresses: tuple[str, ...] = ()
    text: str = ""
    question: str = ""
    sure: bool = True
    origin: Origin | None = None


def read_handed(text: str) -> Handed | None:
    """Read a message as something handed in; None for one that only asks.

    Length and shape decide. What is longer than any question is none; in between, where it may
    be either, the answer is not sure.

    Example:
        >>> read_handed("what does she say on pay? https://news.example/strike.")
        Handed(addresses=('https://news.example/strike',), text='', question='what does she say on \
pay?', sure=True, origin=None)
        >>> read_handed("Who closed the bridge?") is None
        True
    """
    if text.lstrip().startswith("/"):
        return None
    found = [_trimmed(match[0]) for match in _ADDRESS.finditer(text)]
    rest = squeeze(_ADDRESS.sub(_leave_edge, text)).strip(" -–—:|>")
    if found and len(rest) <= _ASKED_CHARS:
        question = rest if any(char.isalnum() for char in rest) else ""
        return Handed(tuple(dict.fromkeys(found))[:MOST_ADDRESSES], question=question)
    return _read_pasted(text)


def may_go_on(text: str) -> bool:
    """Whether a message may be a piece of a paste that was too long for one."""
    return len(text) >= _PIECE_CHARS


def join_pieces(pieces: list[str]) -> str:
    """Join the messages that a paste was cut into: where a sentence ended, a paragraph did."""
    joined = pieces[0]
    for piece in pieces[1:]:
        ended = joined.rstrip()[-1:] in ".!?…\"'”’»)"
        joined = f"{joined.rstrip()}{chr(10) if ended else ' '}{piece.lstrip()}"
    return joined


def _read_pasted(text: str) -> Handed | None:
    article, question = _cut_question(text)
    length = len(article)
    if length < _DOUBT_CHARS or (not question and article.rstrip().endswith("?")):
        return None
    sentences = max(len(_SENTENCE.findall(f"{article} ")), article.count("\n"))
    shaped = question or _has_headline(article) or length > _ARTICLE_CHARS
    if shaped and sentences >= _ARTICLE_SENTENCES:
        return Handed(text=article, question=question)
    return Handed(text=text, sure=False) if sentences >= _DOUBT_SENTENCES else None


def _has_headline(text: str) -> bool:
    """Whether a text opens with a line that is no sentence, and goes on in paragraphs."""
    first, _, rest = text.strip().partition("\n")
    return len(first) <= _HEADLINE_CHARS and first[-1:] not in _ENDS and "\n" in rest.strip()


def _cut_question(text: str) -> tuple[str, str]:
    """Cut a question off that stands in a line of its own below or above a text."""
    lines = text.strip().split("\n")
    for number, others in ((-1, lines[:-1]), (0, lines[1:])):
        line = lines[number].strip()
        if others and line.endswith("?") and len(line) <= _ASKED_CHARS:
            return "\n".join(others).strip(), line
    return text, ""


def _trimmed(address: str) -> str:
    """An address without the end of the sentence that it stands in."""
    while address[-1:] and address[-1] in _EDGE:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address if "://" in address else f"https://{address}"


def _leave_edge(match: re.Match[str]) -> str:
    """What is left of the words where an address stood: the mark that ends the sentence."""
    return "?" if match[0].endswith("?") and "=" not in match[0] else " "
