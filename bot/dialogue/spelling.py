"""Misspelt questions: what was searched for instead, and what else may have been meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import texts
from bot.intents.intent import Kind, read
from bot.reply.actions import AskExactly
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from retrieval.query.keyphrases import swapped
from retrieval.query.spelling import Spelling, apply_changes
from retrieval.results import Verdict
from retrieval.search import Searcher


class SpellingCorrections:
    """Answers questions as they were meant.

    Args:
        searcher: Knows the archive's words.
        state: Remembers how else a question may be put, so that buttons work.
    """

    def __init__(self, searcher: Searcher, state: ChatStore) -> None:
        self._searcher = searcher
        self._state = state

    def answer(self, chat_id: int, question: str, *, ask: Callable[[str], Reply]) -> Reply:
        """Answer a question, its misspelt words corrected; says so, and offers it as written.

        Args:
            chat_id: Who asks.
            question: Complete.
            ask: Answers a question as it is written.
        """
        spelling = self._spell(question)
        if not spelling.changes and not spelling.doubts:
            return ask(question)
        reply = ask(spelling.text)
        rows = reply.buttons
        if doubted := self._doubted(chat_id, spelling):
            rows = (*rows, doubted)
        if not spelling.changes:
            return replace(reply, buttons=rows)
        note = Note(
            texts.say(
                "searched-instead",
                meant=", ".join(change.meant for change in spelling.changes),
                typed=", ".join(change.typed for change in spelling.changes),
            )
        )
        rows = (*rows, (self._asking(chat_id, texts.say("as-written"), question),))
        return replace(reply, blocks=(note, *reply.blocks), buttons=rows)

    def _spell(self, question: str) -> Spelling:
        """Spell a question; of a wish for a summary or story only what it is to be about."""
        topic = read(question).topic
        if not topic or topic not in question:
            return self._searcher.spell(question) if _asks(question) else Spelling(question)
        spelling = self._searcher.spell(topic)
        return replace(spelling, text=swapped(question, topic, spelling.text))

    def _doubted(self, chat_id: int, spelling: Spelling) -> tuple[Button, ...]:
        """Buttons for what else may be meant, as far as that is answered better."""
        now = self._state.preferences.get(chat_id)
        return tuple(
            self._asking(chat_id, texts.say("did-you-mean", word=change.meant), text)
            for change in spelling.doubts
            if self._better(text := apply_changes(spelling.text, [change]), spelling.text, now=now)
        )

    def _better(self, text: str, than: str, *, now: Preferences) -> bool:
        """Whether a question has another answer, and a surer one."""
        today, taste = now.day(), now.taste
        mine, other = (
            self._searcher.search(one, 1, today=today, taste=taste) for one in (text, than)
        )
        if mine.verdict is Verdict.NOTHING or mine.confidence <= other.confidence:
            return False
        same = [hit.passage for hit in mine.hits] == [hit.passage for hit in other.hits]
        return mine.verdict != other.verdict or not same

    def _asking(self, chat_id: int, label: str, question: str) -> Button:
        return Button(label, action=AskExactly(self._state.save(chat_id, question)))


def _asks(question: str) -> bool:
    return read(question).kind is Kind.QUESTION
