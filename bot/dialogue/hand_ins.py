"""What becomes of what readers hand in: taken in, or refused with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path

from bot import texts
from bot.intake import Intake, Place, Taken, name_shelf
from bot.intents.handed import Handed
from bot.message_context import MessageContext
from bot.reply.actions import AskExactly, ReadAsArticle
from bot.reply.reply import Button, Note, Reply
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.storage.coordination.buckets import Kind
from corpus.article import SHARED
from corpus.errors import Cause, Failure
from corpus.storage.store import Store
from retrieval.query.intent import Ask

_PASTED = frozenset({Cause.CLOSED, Cause.ROBOTS, Cause.NO_ARTICLE, Cause.NO_ANSWER})
"""What a reader who sees the page can get round by pasting its text."""
_ENGLISH = "en"
_SHOWN = 3
_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Received:
    """What was handed in, as far as it was taken in.

    Attributes:
        taken: What it is.
        notes: What is to be said of it.
    """

    taken: Taken = field(default_factory=Taken)
    notes: tuple[Note, ...] = ()


class HandIns:
    """Takes in what a chat hands in, as far as there is room.

    Args:
        intake: Reads and stores it.
        store: Every article, whoever's.
        state: Remembers what may be a question.
        settings: Where it goes, and how much of it.
    """

    def __init__(self, intake: Intake, store: Store, state: ChatStore, settings: Settings) -> None:
        self._intake = intake
        self._store = store
        self._state = state
        self._settings = settings
        self._since, self._today = _midnight(), Counter[int]()

    @property
    def days(self) -> int | None:
        """For how many days what is handed in lies on a shelf; None where it is everybody's."""
        return self._settings.keep_days if self._settings.readers_add == "shelf" else None

    def reads(self, context: MessageContext, handed: Handed) -> bool:
        """Whether something is to be read; a page that is known and not asked about is not."""
        asks = handed.question and not Ask.read(handed.question).about_this
        return bool(asks) or not self._knows(context, handed)

    def _knows(self, context: MessageContext, handed: Handed) -> bool:
        """Whether there are only addresses of articles that the chat is answered from anyhow."""
        view = self._store.beside(name_shelf(context.chat_id))
        known = (view.get(address) for address in handed.addresses)
        return bool(handed.addresses) and all(known)

    def receive(self, context: MessageContext, handed: Handed) -> Received:
        """Take in addresses or a pasted text; blocks for as long as fetching takes."""
        if self._knows(context, handed):
            place = Place(name_shelf(context.chat_id), room=0)
            return Received(self._intake.take_addresses(handed.addresses, place))
        if handed.addresses:
            take = partial(self._intake.take_addresses, handed.addresses)
        else:
            take = partial(self._intake.take_text, handed.text, origin=handed.origin)
        return self._received(context, take)

    def receive_file(self, context: MessageContext, path: Path) -> Received:
        """Take in what a file holds."""
        return self._received(context, partial(self._intake.take_file, path))

    def ask_which(self, context: MessageContext, text: str) -> Reply:
        """Ask whether a text is to be read, or answered."""
        key = self._state.save(context.chat_id, text).key
        rows = (
            (Button(texts.say("as-article"), action=ReadAsArticle(key)),),
            (Button(texts.say("as-question"), action=AskExactly(key)),),
        )
        return Reply((Note(texts.say("handed-doubt")),), rows)

    def _received(self, context: MessageContext, take: Callable[[Place], Taken]) -> Received:
        on_shelf = self._settings.readers_add == "shelf"
        room, full = self._room(context) if on_shelf else self._room_for_all(context)
        if room <= 0:
            return Received(notes=(Note(full),))
        if on_shelf:
            taken = take(Place(name_shelf(context.chat_id), room, self.days))
        else:
            taken = take(Place(SHARED, room))
            self._note(context.chat_id, len(taken.articles))
        return Received(taken, tuple(self._notes(context, taken, full)))

    def _room(self, context: MessageContext) -> tuple[int, str]:
        """How many more articles a chat may hand in, and what is said where that is too few."""
        own, midnight = self._store.only(name_shelf(context.chat_id)), _midnight()
        left = self._settings.shelf_articles - own.count()
        today = self._settings.shelf_a_day - own.count_since(midnight)
        if left <= today:
            return left, texts.say("shelf-full", most=self._settings.shelf_articles)
        return today, texts.say("shelf-day-full", most=self._settings.shelf_a_day)

    def _room_for_all(self, context: MessageContext) -> tuple[int, str]:
        """The same where it goes to everybody, and nothing tells whose it was."""
        most, buckets = self._settings.shelf_a_day, self._state.buckets
        full = texts.say("shelf-day-full", most=most)
        if buckets:
            return buckets.room(Kind.HANDED_IN, context.chat_id, (most, _DAY_S)), full
        if self._since != (midnight := _midnight()):
            self._since, self._today = midnight, Counter()
        return most - self._today[context.chat_id], full

    def _note(self, chat_id: int, count: int) -> None:
        """Count what a chat handed in for everybody; where replicas count it, it is no day's."""
        if buckets := self._state.buckets:
            rate = (self._settings.shelf_a_day, _DAY_S)
            buckets.spend(Kind.HANDED_IN, chat_id, rate, count)
        else:
            self._today[chat_id] += count

    def _notes(self, context: MessageContext, taken: Taken, full: str) -> list[Note]:
        notes = [Note(_explain(failure)) for failure in taken.failures[:_SHOWN]]
        if taken.left_out:
            notes.append(Note(full))
        foreign = {one.language for one in taken.articles} - {_ENGLISH}
        if foreign:
            notes.append(Note(texts.say("handed-foreign")))
        if any(article.shelf for article in taken.articles):
            key = "handed-kept" if context.private else "handed-kept-group"
            notes.append(Note(texts.say(key, days=self._settings.keep_days)))
        return notes

    def move(self, chat_id: int, new_chat_id: int) -> None:
        """Take a group's shelf along to the supergroup that it has become."""
        shelf = self._store.only(name_shelf(chat_id))
        for article_id in shelf.ids():
            shelf.move(article_id, name_shelf(new_chat_id))


def _midnight() -> datetime:
    return datetime.combine(datetime.now(UTC).date(), time(), UTC)


def _explain(failure: Failure) -> str:
    """Say why something was not read, and what a reader who sees it can do."""
    why = texts.say(f"cause-{failure.cause.value}")
    said = texts.say("handed-refused", what=failure.where or texts.say("handed-text"), why=why)
    return f"{said} {texts.say('handed-paste')}" if failure.cause in _PASTED else said
