"""What pressed buttons do: the one table from an action to who does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot import texts
from bot.dialogue.cards import Cards
from bot.dialogue.pages import Pages
from bot.dialogue.ratings import Page, Ratings
from bot.dialogue.settings_menu import SettingsMenu
from bot.dialogue.shelf_menu import ShelfMenu
from bot.dialogue.told.alerts import Alerts
from bot.reply.actions import (
    Action,
    AlertAction,
    AskAbout,
    AskAlone,
    AskExactly,
    ChoosePerson,
    ExchangeAction,
    Explain,
    ListSpeakers,
    Rate,
    Rating,
    ReadAsArticle,
    Retry,
    SendQuestion,
    SettingsAction,
    ShelfAction,
    ShowAll,
    ShowInstead,
    ShowPassages,
    ShowSpeaker,
    ShowWhole,
    SpeakPlainly,
    Summarise,
    TellStory,
    TurnPage,
    TurnPeople,
)
from bot.reply.buttons import cut
from bot.reply.reply import Note, Outcome, Reply
from bot.storage.chats import ChatStore, Exchange
from retrieval.answers import AnswerKind

if TYPE_CHECKING:
    from bot.message_context import MessageContext

Ask = Callable[["MessageContext", Exchange], Reply]
_ASKED = 200
"""As much of a question stands above the answer that is shown to all."""
_Do = Callable[["MessageContext", Exchange, Any], Outcome]
"""Does an action of one kind with what a button is about, and says what becomes of the message."""


@dataclass(frozen=True, slots=True)
class Asks:
    """The ways to answer once more what was asked.

    Attributes:
        again: As if it were typed now, be it a command.
        alone: Without what was said before.
        exactly: As it is spelt, too.
        instead: With another kind of answer; None where there is none of that kind.
        of_person: Of one of several people who may be meant.
        as_article: By taking it in as an article.
    """

    again: Ask
    alone: Ask
    exactly: Ask
    instead: Callable[[MessageContext, Exchange, AnswerKind], Reply | None]
    of_person: Callable[[MessageContext, Exchange, int], Outcome]
    as_article: Ask


class Presses:
    """Does what buttons say.

    Args:
        state: Remembers what was asked, and the ratings.
        asks: Answer it once more.
        pages: Show what was found.
        settings: Shows and changes what a chat set.
        shelf: Shows and changes what lies on its shelf.
        cards: Show what was handed in.
        alerts: Shows and changes what it wants to be told of.
    """

    def __init__(  # noqa: PLR0913 - one parameter a kind of thing that is pressed
        self,
        state: ChatStore,
        asks: Asks,
        *,
        pages: Pages,
        settings: SettingsMenu,
        shelf: ShelfMenu,
        cards: Cards,
        alerts: Alerts,
    ) -> None:
        self._state = state
        self._pages = pages
        self._settings = settings
        self._shelf = shelf
        self._alerts = alerts
        ratings, voices, summaries = Ratings(state), pages.voices, pages.summaries
        self.table: dict[type[ExchangeAction], _Do] = {
            TurnPage: lambda here, asked, do: pages.turn(here, asked, do.page),
            ShowWhole: lambda here, asked, do: _show(pages.show(here, asked, do.hit, whole=True)),
            Rate: lambda here, asked, do: ratings.rate(
                _page(asked, do), good=do.good, private=here.private
            ),
            Explain: lambda here, asked, do: ratings.explain(
                _page(asked, do), do.reason, private=here.private
            ),
            SendQuestion: lambda here, asked, do: ratings.send(
                _page(asked, do), private=here.private
            ),
            Retry: lambda here, asked, _: _show(asks.again(here, asked)),
            AskAlone: lambda here, asked, _: _show(asks.alone(here, asked)),
            AskExactly: lambda here, asked, _: _show(asks.exactly(here, asked)),
            ShowPassages: lambda here, asked, _: _show_if_any(
                asks.instead(here, asked, AnswerKind.PASSAGES)
            ),
            ShowInstead: lambda here, asked, do: _show_if_any(asks.instead(here, asked, do.kind)),
            ChoosePerson: lambda here, asked, do: asks.of_person(here, asked, do.person),
            TurnPeople: lambda _, asked, do: voices.which(asked, do.page),
            ListSpeakers: lambda _, asked, do: voices.speakers(asked, do.hit, do.page),
            ShowSpeaker: lambda _, asked, do: voices.speaker(asked, do.hit, do.speaker, do.page),
            Summarise: lambda _, asked, do: summaries.summary(asked, do.hit, do.count),
            AskAbout: lambda here, asked, _: cards.again(here, asked),
            ReadAsArticle: lambda here, asked, _: _show(asks.as_article(here, asked)),
            TellStory: lambda here, asked, do: summaries.story(here, asked, do.page),
            ShowAll: self._show_all,
        }

    def press(self, context: MessageContext, action: Action | None) -> Outcome:
        """Do what a button says; one that is stale, another chat's or no button's gets a toast."""
        if isinstance(action, SpeakPlainly):
            return self._speak_plainly(context, action)
        if isinstance(action, SettingsAction):
            return self._settings.press(context, action)
        if isinstance(action, AlertAction):
            return self._alerts.press(context, action)
        if isinstance(action, ShelfAction):
            return self._shelf.press(context, action)
        if isinstance(action, ExchangeAction):
            exchange = self._state.exchange(action.key, context.chat_id)
            if exchange is not None:
                return self.table[type(action)](context, exchange, action)
        return Outcome(texts.say("stale"))

    def _speak_plainly(self, context: MessageContext, action: SpeakPlainly) -> Outcome:
        """Turn rich messages off, and show this one as a classic one while it is known."""
        if not self._settings.speak_plainly(context):
            return Outcome(texts.say("settings-refused"))
        exchange, reply = self._state.exchange(action.key, context.chat_id), None
        if exchange is not None:
            reply = self._shown(context, exchange, action)
        plain = replace(reply, rich=False) if reply else None
        return Outcome(texts.say("rich-off-now"), plain)

    def _show_all(self, context: MessageContext, exchange: Exchange, action: ShowAll) -> Outcome:
        """Make what only the asker sees anew, below the question, which nobody else saw either."""
        reply = self._shown(context, exchange, action)
        if reply is None:
            return Outcome(texts.say("stale"))
        asked = Note(texts.say("shown-to-all", question=cut(exchange.question, _ASKED)))
        return Outcome(reply=replace(reply, blocks=(asked, *reply.blocks)))

    def _shown(
        self, context: MessageContext, exchange: Exchange, action: SpeakPlainly | ShowAll
    ) -> Reply | None:
        """What a message shows that carries the button."""
        page = max(action.page, 0)
        if action.whole:
            return self._pages.summaries.summary(exchange, page, 0).reply
        if exchange.kind is AnswerKind.TIMELINE:
            return self._pages.summaries.story(context, exchange, page).reply
        return self._pages.turn(context, exchange, page).reply


def _page(exchange: Exchange, action: Rating) -> Page:
    return Page(exchange, action.page, action.whole)


def _show_if_any(reply: Reply | None) -> Outcome:
    return _show(reply) if reply else Outcome(texts.say("none-of-kind"))


def _show(reply: Reply) -> Outcome:
    return Outcome(reply=reply)
