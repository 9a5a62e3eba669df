"""The rows of buttons that several kinds of reply share.

Tested with the replies that have them in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import texts
from bot.reply.actions import Action, Rate, ShowAll, Summarise
from bot.reply.citations import write_citation
from bot.reply.reply import Button, Reply, Use
from retrieval.citation import Citation

_LABEL = 50

Row = tuple[Button, ...]


def make_pager(turn: Callable[[int], Action], number: int, count: int) -> tuple[Button, ...]:
    """Buttons that turn pages, as far as there are more; none where there is one page or less.

    Args:
        turn: Makes what turns to a page.
        number: The page shown, from 0.
        count: How many there are.
    """
    if count < 2:
        return ()
    back = Button(texts.BACK, action=turn(number - 1), use=Use.STEER)
    here = Button(f"{number + 1}/{count}", action=turn(number), use=Use.STEER)
    on = Button(texts.ON, action=turn(number + 1), use=Use.STEER)
    return (*((back,) if number > 0 else ()), here, *((on,) if number < count - 1 else ()))


def lay_out(
    source: Row, more: Row, *others: Row, turn: Row = (), rate: Row = ()
) -> tuple[Row, ...]:
    """Lay the buttons of an answer out in rows, empty ones left out.

    What turns pages and rates is small and shares the last row: thumbs that fill one of their own
    draw more eyes than the source.

    Args:
        source: Opens where the answer stands, and shows more of it.
        more: What else there is on it.
        others: Whatever else, a row each.
        turn: Turns pages.
        rate: Rates.
    """
    return tuple(row for row in (source, more, *others, (*turn, *rate)) if row)


def make_thumbs(key: str, number: int = 0, *, whole: bool = False) -> tuple[Button, ...]:
    """Buttons that rate a page, from 0, of the answer with this key.

    Args:
        key: Of the exchange.
        number: Which of its hits is shown.
        whole: Whether the hit's article as a whole is shown: its summary.
    """
    up, down = (Rate(key, good=good, page=number, whole=whole) for good in (True, False))
    return (
        Button(texts.GOOD, action=up, use=Use.STEER),
        Button(texts.BAD, action=down, use=Use.STEER),
    )


def make_copy(words: str, citation: Citation, speaker: str = "") -> tuple[Button, ...]:
    """The button that copies words with their citation (see `write_citation`)."""
    copied = write_citation(words, citation, speaker)
    return (Button(texts.say("copy-citation"), copy=copied),)


def make_share(payload: str | None) -> tuple[Button, ...]:
    """The button that takes an answer to another chat; none for what cannot be named."""
    return (Button(texts.say("share"), share=payload),) if payload else ()


def make_summary(key: str, number: int) -> Button:
    """The button that sums up the article of a hit."""
    return Button(texts.say("summary"), action=Summarise(key, number))


def offer_to_all(reply: Reply) -> Reply:
    """Add the button that shows a reply to everybody; none where it shows no article."""
    rated = (one.action for row in reply.buttons for one in row if isinstance(one.action, Rate))
    shown = next(rated, Rate(reply.key, good=True, page=reply.page, whole=False))
    if not (shown.key and reply.articles):
        return reply
    with texts.speak(reply.language):
        action = ShowAll(shown.key, shown.page, shown.whole)
        button = Button(texts.say("show-to-all"), action=action, use=Use.STEER)
    return replace(reply, buttons=(*reply.buttons, (button,)))


def cut(text: str, room: int = _LABEL) -> str:
    """Shorten a label between words where it has more characters than there is room for."""
    if len(text) <= room:
        return text
    return text[:room].rsplit(" ", 1)[0] + " …"
