"""Misspelt questions: what was searched for instead, and what else may have been meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import texts
from bot.message_context import MessageContext
from bot.reply.actions import AskExactly
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from retrieval.query.intent import Ask, AskWhoSaid, Intent
from retrieval.query.keyphrases import swap
from retrieval.query.spelling import Change, Spelling, apply_changes
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

    def answer(
        self, context: MessageContext, intent: Intent, *, ask: Callable[[Intent], Reply]
    ) -> Reply:
        """Answer an intent, its misspelt words corrected; says so, and offers it as written.

        Args:
            context: Who asks.
            intent: Complete.
            ask: Answers an intent as it is written.
        """
        spelling = self._spell(intent)
        if not spelling.changes and not spelling.doubts:
            return ask(intent)
        reply = ask(_respell(intent, spelling.changes))
        rows = reply.buttons
        if doubted := self._doubted(context, intent, spelling):
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
        rows = (*rows, (self._asking(context, texts.say("as-written"), intent),))
        return replace(reply, blocks=(note, *reply.blocks), buttons=rows)

    def _spell(self, intent: Intent) -> Spelling:
        """Spell a question; of a wish for a summary or story only what it is to be about."""
        question = isinstance(intent, Ask) and not intent.topic and not intent.about_this
        text = intent.text if question or isinstance(intent, AskWhoSaid) else intent.topic
        return self._searcher.spell(text) if text else Spelling("")

    def _doubted(
        self, context: MessageContext, intent: Intent, spelling: Spelling
    ) -> tuple[Button, ...]:
        """Buttons for what else may be meant, as far as that is answered better."""
        asked = _respell(intent, spelling.changes)
        others = [
            (change, _respell(intent, (*spelling.changes, change))) for change in spelling.doubts
        ]
        return tuple(
            self._asking(context, texts.say("did-you-mean", word=change.meant), other)
            for change, other in others
            if self._better(other.text, asked.text, now=context.preferences)
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

    def _asking(self, context: MessageContext, label: str, intent: Intent) -> Button:
        return Button(label, action=AskExactly(self._state.save(context.chat_id, intent).key))


def _respell(intent: Intent, changes: Sequence[Change]) -> Intent:
    """Put what was meant in the place of what was typed, where it was spelt."""
    topic = apply_changes(intent.topic, changes)
    match intent:
        case AskWhoSaid(speaker):
            return AskWhoSaid(apply_changes(speaker, changes), topic)
        case Ask() if topic:
            return Ask.read(swap(intent.text, intent.topic, topic))
        case Ask(text):
            return Ask.read(apply_changes(text, changes))
    return replace(intent, topic=topic)
