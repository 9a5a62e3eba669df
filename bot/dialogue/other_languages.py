"""Messages in languages that the articles are not in."""

from __future__ import annotations

from dataclasses import replace

from bot import texts
from bot.dialogue.answering import Answering
from bot.message_context import MessageContext
from bot.reply.actions import AskExactly
from bot.reply.buttons import cut
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore
from corpus.nlp.language import ENGLISH
from retrieval.query.intent import Ask
from retrieval.query.language import detect_language
from retrieval.results import Verdict
from retrieval.search import Searcher

_SPOKEN = 0.05
"""Share of the articles in a language from which on a question in it may be answered."""
_STRONG = 0.9
"""Least confidence, and least share of the message's words in the archive, of an answer that is
shown all the same: most of it is names and loan words then."""


class OtherLanguages:
    """Tells readers that the articles are in English, in the language of their message.

    Args:
        searcher: Knows the archive's words.
        state: Remembers what was asked, so that buttons work.
        answering: Answers where the evidence is strong.
    """

    def __init__(self, searcher: Searcher, state: ChatStore, answering: Answering) -> None:
        self._searcher = searcher
        self._state = state
        self._answering = answering

    def answer(self, context: MessageContext, typed: str, intent: Ask) -> Reply | None:
        """Answer a message that is in another language; None for one that is not."""
        language = detect_language(typed)
        if language == ENGLISH or self._reads(language):
            return None
        note = Note(texts.english_only(language))
        if self._is_strong(context, typed):
            reply = self._answering.answer(context, intent)
            return replace(reply, blocks=(note, *reply.blocks))
        key = self._state.save(context.chat_id, typed).key
        with texts.speak(language):
            label = texts.say("search-for", words=cut(typed, 30))
        return Reply((note,), ((Button(label, action=AskExactly(key)),),))

    def _reads(self, language: str) -> bool:
        """Whether the archive has articles in a language, or few in English."""
        counts = self._searcher.store.languages()
        total = sum(counts.values())
        least = _SPOKEN * total
        return counts.get(language, 0) > least or 2 * counts.get(ENGLISH, 0) <= total

    def _is_strong(self, context: MessageContext, typed: str) -> bool:
        now = context.preferences
        if self._searcher.known(typed) < _STRONG:
            return False
        result = self._searcher.search(typed, 1, today=now.day(), taste=now.taste)
        return result.verdict is Verdict.ANSWER and result.confidence >= _STRONG
