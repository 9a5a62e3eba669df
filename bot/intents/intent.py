"""What a message asks for, as a value; the archive's own intents are `retrieval.query.intent`'s."""

from __future__ import annotations

import re

from bot.intents.small_talk import SmallTalk, detect_small_talk
from corpus.text import squeeze
from retrieval.query.intent import Ask, AskWhoSaid, Summarise, TellTimeline

Intent = Ask | AskWhoSaid | Summarise | TellTimeline | SmallTalk
"""What a message may ask for."""

_ABOUT = re.compile(r"(?<!\s)\s++(?:about|on)\s+", re.IGNORECASE)


def read_intent(text: str) -> Ask | SmallTalk:
    """Read what was typed: small talk, or else whatever the archive has to say to it.

    Example:
        >>> read_intent("Guten Tag!"), read_intent("Who ended it?")
        (<SmallTalk.GREETING: 'greeting'>, Ask(text='Who ended it?', summary=None, timeline=None))
    """
    said = squeeze(text).replace("’", "'")
    ask = Ask.read(text)
    is_address = ask.summary is not None and "://" in ask.summary.topic
    return (None if is_address else detect_small_talk(said)) or ask


def read_quotes(words: str) -> AskWhoSaid:
    """Read what stands behind ``/quotes``: a name, then perhaps "about" and a topic.

    Example:
        >>> read_quotes("the rules about motors")
        AskWhoSaid(speaker='the rules', topic='motors')
    """
    name, topic = (*_ABOUT.split(squeeze(words), maxsplit=1), "")[:2]
    return AskWhoSaid(name, topic)
