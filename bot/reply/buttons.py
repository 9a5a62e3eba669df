"""The rows of buttons that several kinds of reply share.

Tested with the replies that have them in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot import texts
from bot.reply.actions import Action, Rate, Summarise
from bot.reply.reply import Button

_LABEL = 50


def make_pager(turn: Callable[[int], Action], number: int, count: int) -> tuple[Button, ...]:
    """Buttons that turn pages; none where there is one page or less.

    Args:
        turn: Makes what turns to a page.
        number: The page shown, from 0.
        count: How many there are.
    """
    if count < 2:
        return ()
    return (
        Button(texts.BACK, action=turn(number - 1)),
        Button(f"{number + 1}/{count}", action=turn(number)),
        Button(texts.ON, action=turn(number + 1)),
    )


def make_thumbs(key: str, number: int = 0, *, whole: bool = False) -> tuple[Button, ...]:
    """Buttons that rate a page, from 0, of the answer with this key.

    Args:
        key: Of the exchange.
        number: Which of its hits is shown.
        whole: Whether the hit's article as a whole is shown: its summary.
    """
    return (
        Button(texts.GOOD, action=Rate(key, good=True, page=number, whole=whole)),
        Button(texts.BAD, action=Rate(key, good=False, page=number, whole=whole)),
    )


def make_share(payload: str | None) -> tuple[Button, ...]:
    """The button that takes an answer to another chat; none for what cannot be named."""
    return (Button(texts.say("share"), share=payload),) if payload else ()


def make_summary(key: str, number: int) -> Button:
    """The button that sums up the article of a hit."""
    return Button(texts.say("summary"), action=Summarise(key, number))


def cut(text: str, room: int = _LABEL) -> str:
    """Shorten a label between words where it has more characters than there is room for."""
    if len(text) <= room:
        return text
    return text[:room].rsplit(" ", 1)[0] + " …"
