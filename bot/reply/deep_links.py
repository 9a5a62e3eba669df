"""What a link to the bot may name: a payload of 64 characters, ids for the most part.

Tested with sharing in `tests/bot/dialogue/test_sharing.py`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from bot.storage.answer_ref import QuotationsRef, QuoteRef
from corpus.nlp.segment import Slice
from corpus.text import squeeze

_LONGEST = 64
_SPELLED_BYTES = 46
"""What a payload holds, spelled in base64 after its kind."""
_PASSAGE = re.compile(r"p_([0-9a-f]{12})_(\d{1,7})_(\d{1,7})_(\d{1,7})", re.ASCII)
_SAID = re.compile(r"s((?:_[0-9a-f]{12}_\d{1,7}){1,3})", re.ASCII)
_SUMMARY = re.compile(r"a_([0-9a-f]{12})", re.ASCII)
_SPELLED = re.compile(r"([tq])_([A-Za-z0-9_-]{2,62})", re.ASCII)


def write_passage(article_id: str, start: int, marked: Slice) -> str:
    """Name a passage by its start, and the sentences in it that answer."""
    return "_".join(map(str, ("p", article_id, start, *marked)))


def write_said(page: QuotationsRef) -> str | None:
    """Name a page of quotations; None for more than three, which none has."""
    places = [f"{one.article_id}_{one.start}" for one in page.quotes]
    payload = "_".join(("s", *places))
    return payload if _SAID.fullmatch(payload) and len(payload) <= _LONGEST else None


def write_summary(article_id: str) -> str:
    """Name the summary of an article."""
    return f"a_{article_id}"


def write_topic(topic: str) -> str | None:
    """Name the story of a topic; None where the topic is too long for a link.

    Example:
        >>> spell_out(write_topic("Hafenstreik in Köln"))
        ('t', 'Hafenstreik in Köln')
    """
    return _spell("t", topic)


def write_question(question: str) -> str | None:
    """Take a question to the bot itself; None where it is too long for a link.

    Unlike all others, this payload holds the reader's words; it is for that reader only.
    """
    return _spell("q", question)


def read_passage(payload: str) -> tuple[str, Slice] | None:
    """The passage's id and the place in its article; None for another payload."""
    match = _PASSAGE.fullmatch(payload)
    return (f"{match[1]}#{int(match[2])}", (int(match[3]), int(match[4]))) if match else None


def read_said(payload: str) -> QuotationsRef | None:
    """The page of quotations that it names; None for another payload."""
    match = _SAID.fullmatch(payload)
    if match is None:
        return None
    parts = match[1].strip("_").split("_")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return QuotationsRef(tuple(QuoteRef(article_id, int(start)) for article_id, start in pairs))


def read_summary(payload: str) -> str | None:
    """The article's id; None for another payload."""
    match = _SUMMARY.fullmatch(payload)
    return match[1] if match else None


def spell_out(payload: str) -> tuple[str, str]:
    """A payload's kind, "t" or "q", and the words in it; two empty strings for any other."""
    match = _SPELLED.fullmatch(payload)
    if match is None:
        return "", ""
    try:
        words = urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4)).decode()
    except ValueError:
        return "", ""
    words = squeeze(words)
    return (match[1], words) if words.isprintable() and words else ("", "")


def looks_shared(payload: str) -> bool:
    """Whether a payload is written as ours are that name a place in the archive."""
    return any(form.fullmatch(payload) for form in (_PASSAGE, _SAID, _SUMMARY))


def asks_something(payload: str) -> bool:
    """Whether a payload is written as one of ours, so that following it takes a search.

    Example:
        >>> asks_something(write_question("Who won?")), asks_something("ask"), asks_something("")
        (True, False, False)
    """
    return looks_shared(payload) or bool(spell_out(payload)[1])


def _spell(kind: str, words: str) -> str | None:
    written = words.encode()
    if not 0 < len(written) <= _SPELLED_BYTES:
        return None
    return f"{kind}_{urlsafe_b64encode(written).decode().rstrip('=')}"
