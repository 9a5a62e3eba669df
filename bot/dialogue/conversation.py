"""The conversation: a message and where it came from in, a reply out.

It knows nothing of Telegram. Every method may take some ten milliseconds and is safe to call from
several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.dialogue import privacy
from bot.dialogue.answering import Answering
from bot.dialogue.cards import Cards
from bot.dialogue.faces import in_face
from bot.dialogue.followups import RECENT, FollowUps
from bot.dialogue.hand_ins import HandIns, Received
from bot.dialogue.other_languages import OtherLanguages
from bot.dialogue.presses import Asks, Presses
from bot.dialogue.settings_menu import SettingsMenu
from bot.dialogue.sharing import Offers, Sharing
from bot.dialogue.shelf_menu import ShelfMenu
from bot.dialogue.spelling import SpellingCorrections
from bot.dialogue.told.alerts import Alerts
from bot.dialogue.told.digests import Digests
from bot.dialogue.views import Views
from bot.intake import name_shelf
from bot.intents.commands import READERS, Command, explain, read_command
from bot.intents.handed import Handed, read_handed
from bot.intents.intent import read_intent, read_quotes
from bot.intents.small_talk import SmallTalk, drop_courtesy
from bot.message_context import UNREAD, MessageContext
from bot.reply.actions import Action, AskExactly, Rate, Retry, ShowPassages
from bot.reply.buttons import cut
from bot.reply.deep_links import looks_shared, spell_out
from bot.reply.page_links import Pages, link_to, showing
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.request_trace import get_current
from bot.storage.answer_ref import AnswerRef, HitRef, PassageRef
from bot.storage.chats import ChatStore, Exchange
from corpus.article import Article
from corpus.text import squeeze
from retrieval.answers import AnswerKind
from retrieval.citation import cite
from retrieval.query.intent import Ask, Intent, Summarise, TellTimeline
from retrieval.results import Verdict
from retrieval.search import Searcher

_P = ParamSpec("_P")
_Said = TypeVar("_Said")

MOST_FILE_MB = 20
"""As much of a file as Telegram hands to a bot."""
_LATEST = 6
_EXAMPLES = 2
_ANSWERS_BEFORE = 10
"""After how many answers a reader is asked whether rich ones can be read."""
_ARTICLE = "a_"
"""Begins the payload of a link to the bot that names an article."""


def spoken(
    method: Callable[Concatenate[Conversation, MessageContext, _P], _Said],
) -> Callable[Concatenate[Conversation, MessageContext, _P], _Said]:
    """Speak the reader's language while a reply is made, over what the chat is answered from.

    Every public method does; what it says is drawn as the chat set.
    """

    @wraps(method)
    def speaking(
        self: Conversation, context: MessageContext, /, *args: _P.args, **kwargs: _P.kwargs
    ) -> _Said:
        met = self.meet(context)
        with texts.speak(self.language(met)), showing(self.pages_of(met.chat_id)):
            return in_face(met, method(self.at(met), met, *args, **kwargs))

    return speaking


class Conversation:
    """Answers readers from one archive.

    Args:
        searcher: Finds passages.
        state: Remembers what was asked, so that buttons work.
        hand_ins: Take in what readers hand in; where None, nothing is.
        sharing: What may be taken to other chats; of the shared articles, whatever is searched.
        views: The same over what chats with a shelf are answered from.
        alerts: What readers want to be told of, or how many alerts a chat may have.
        pages: Names, for a chat, the pages of articles without an address; where None, there are
            none.
        seen: Whether whoever runs the bot may read the questions.
    """

    def __init__(  # noqa: PLR0913 - one parameter a thing that chats share, or that may be set
        self,
        searcher: Searcher,
        state: ChatStore,
        *,
        hand_ins: HandIns | None = None,
        sharing: Sharing | None = None,
        views: Views[Conversation] | None = None,
        alerts: Alerts | int = 20,
        pages: Callable[[int], Pages] | None = None,
        seen: bool = False,
    ) -> None:
        self._pages = pages
        self._seen = seen
        self._searcher = searcher
        self._store = searcher.store
        self._state = state
        self._hand_ins = hand_ins
        self._sharing = sharing or Sharing(searcher)
        self._views = views or Views(searcher, self._over, state.channels.shelves)
        self._choices = SettingsMenu(searcher, state)
        self._alerts = Alerts(searcher, state, most=alerts) if isinstance(alerts, int) else alerts
        self._digests = Digests(state)
        self._corrections = SpellingCorrections(searcher, state)
        self._answering = answering = Answering(
            searcher, state, shown=self._meant, empty=self._empty
        )
        self._foreign = OtherLanguages(searcher, state, answering)
        self._following = FollowUps(searcher, state, answering.pages)
        asks = Asks(
            again=self._again,
            alone=lambda context, exchange: self._spelt(context, exchange.intent),
            exactly=answering.again,
            instead=answering.instead,
            of_person=answering.of_person,
            as_article=lambda context, exchange: self.hand_in(
                context, Handed(text=exchange.question)
            ),
        )
        voices = answering.pages.voices
        self._cards = Cards(searcher, state, answering, voices)
        self._shelf = ShelfMenu(searcher.store)
        self._presses = Presses(
            state,
            asks,
            pages=answering.pages,
            settings=self._choices,
            shelf=self._shelf,
            cards=self._cards,
            alerts=self._alerts,
        )

    def at(self, context: MessageContext) -> Conversation:
        """The same, over what a chat is answered from: with its shelf, where it has one."""
        return self._views.of(context.chat_id) or self

    def _over(self, searcher: Searcher) -> Conversation:
        return Conversation(
            searcher,
            self._state,
            hand_ins=self._hand_ins,
            sharing=self._sharing,
            views=self._views,
            alerts=self._alerts,
            pages=self._pages,
            seen=self._seen,
        )

    def pages_of(self, chat_id: int) -> Pages | None:
        """The pages that replies to a chat link to."""
        return self._pages(chat_id) if self._pages else None

    @spoken
    def start(self, context: MessageContext) -> Reply:
        """Greet, with two questions to tap that the archive can answer."""
        without = context.preferences.left_out
        newest = _one_a_section(self._store.latest(50, without=without))[:_EXAMPLES]
        if not newest:
            return self._empty(context)
        buttons = tuple((self._example(context, article),) for article in newest)
        welcome = texts.start(self._store.count(), self._store.publishers())
        return Reply((Note(welcome),), buttons)

    @spoken
    def arrive(self, context: MessageContext, payload: str) -> Reply:
        """Greet, or show what the reader's link names."""
        kind, words = spell_out(payload)
        if words:
            return self.story(context, words) if kind == "t" else self.ask(context, words)
        if not looks_shared(payload):
            return self.start(context)
        if shown := self._shared(context, payload):
            return shown
        start = self.start(context)
        return replace(start, blocks=(Note(texts.say("gone")), *start.blocks))

    @spoken
    def offers(self, context: MessageContext, typed: str) -> Offers:
        """Offer what a reader may put into another chat."""
        now = context.preferences
        return self._sharing.offers(typed, taste=now.taste, today=now.day())

    @spoken
    def visit(self, context: MessageContext, question: str) -> Reply:
        """Answer where the bot is a guest: nothing is remembered, and no button calls it back."""
        now = context.preferences
        return self._sharing.answer(question, taste=now.taste, today=now.day())

    @spoken
    def help(self, context: MessageContext) -> Reply:
        """Say what the bot can do."""
        if not (count := self._store.count()):
            return self._empty(context)
        said = texts.help_text(count, self._store.publishers())
        commands = "\n".join(explain(command) for command in READERS if command.help)
        return Reply((Note(f"{said}\n\n{commands}"),))

    @spoken
    def privacy(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all places are told the same
        """Say what is kept, and for how long."""
        days = self._hand_ins.days if self._hand_ins else None
        kept = privacy.describe_kept(
            self._state.retention, days, seen=self._seen, traces=self._state.leaves_traces
        )
        return Reply((Note(kept),))

    @spoken
    def forget(self, context: MessageContext) -> Reply:
        """Delete everything of this chat, if who wishes it may decide that."""
        if not context.may_set:
            return Reply((Note(texts.say("not-allowed")),))
        shelf = self._store.only(name_shelf(context.chat_id)).clear()
        deleted = self._state.forget(context.chat_id) | {privacy.SHELF: shelf}
        traces = self._state.leaves_traces
        return Reply((Note(privacy.describe_forgotten(deleted, traces=traces)),))

    @spoken
    def latest(self, context: MessageContext) -> Reply:
        """List the newest articles."""
        without = context.preferences.left_out
        articles = self._store.latest(_LATEST, without=without)
        if not articles:
            return self._empty(context)
        intro = Note(texts.say("latest", articles=self._store.count(without=without)))
        listed = tuple(cite(article, link_to(article)) for article in articles)
        return Reply((intro, *listed), articles=tuple(article.id for article in articles))

    @spoken
    def settings(self, context: MessageContext, typed: str) -> Reply:
        """Show the chat's settings, or change what is typed: "timezone Europe/Berlin"."""
        return self._choices.hear(context, typed)

    @spoken
    def offer_rich(self, context: MessageContext) -> Reply | None:
        """Count an answer and, once, after some, show what rich ones look like; None before.

        Where others read along nobody is asked: what one of them can read, another may not.
        """
        if not context.private or context.preferences.rich is not None:
            return None
        answers = self._state.usage.answered(context.chat_id)
        return self._choices.sample(context) if answers >= _ANSWERS_BEFORE else None

    def offered_rich(self, context: MessageContext) -> None:
        """Note that the sample went out: nobody is asked twice."""
        now = self._state.preferences.get(context.chat_id)  # it may have changed meanwhile
        if now.rich is None:
            self._state.preferences.put(context.chat_id, replace(now, rich=False))

    def forgo_rich(self) -> None:
        """Answer nobody by rich messages any more: the server knows none."""
        self._state.preferences.forgo_rich()

    @spoken
    def alert(self, context: MessageContext, wanted: str) -> Reply:
        """Tell this chat of what comes in from now on."""
        return self._alerts.make(context, wanted)

    @spoken
    def alerts(self, context: MessageContext, typed: str) -> Reply:
        """List what this chat wants to be told of, to be changed."""
        return self._alerts.hear(context, typed)

    @spoken
    def digest(self, context: MessageContext, typed: str) -> Reply:
        """Tell this chat the day's stories at an hour."""
        return self._digests.hear(context, typed)

    @spoken
    def is_due(self, context: MessageContext) -> bool:
        """Whether something is to be told where nothing can be sent."""
        return self._alerts.is_due(context)

    @spoken
    def hear(self, context: MessageContext, text: str) -> Reply:
        """Answer whatever was typed: a command, or else a question."""
        command, words = read_command(text)
        if command is not None:
            return self.do(context, command, words)
        return self.help(context) if text.lstrip().startswith("/") else self.ask(context, text)

    @spoken
    def do(self, context: MessageContext, command: Command, words: str = "") -> Reply:
        """Answer one of `bot.intents.commands.READERS`."""
        method = getattr(self, command.answered_by)
        reply: Reply = method(context, words) if command.words else method(context)
        return reply

    @spoken
    def ask(self, context: MessageContext, text: str) -> Reply:
        """Answer whatever was typed but a command."""
        question = squeeze(text)
        if not question:
            return Reply((Note(texts.say("how-to-ask")),))
        if handed := self.read_handed(context, text):
            return self.hand_in(context, handed)
        if isinstance(intent := read_intent(question), SmallTalk):
            return self._small_talk(context, intent, question)
        if not any(char.isalnum() for char in question):  # emoji, say: nothing to look for
            return self.unreadable(context)
        if (asked := drop_courtesy(question)) != question:
            question, intent = asked, read_intent(asked)
            if isinstance(intent, SmallTalk):
                return self._small_talk(context, intent, question)
        if other := self._foreign.answer(context, question, intent):
            return other
        if intent.about_this:  # "sum it up" leans in its own way
            return self._answering.answer(context, intent)
        ask = partial(self._spelt, context)
        return self._following.answer(context, question, ask=ask) or ask(intent)

    @property
    def takes_in(self) -> bool:
        """Whether readers may hand anything in."""
        return self._hand_ins is not None

    def moved(self, chat_id: int, new_chat_id: int) -> None:
        """Take what is known of a group along to the supergroup that it has become."""
        self._state.move(chat_id, new_chat_id)
        if self._hand_ins is not None:
            self._hand_ins.move(chat_id, new_chat_id)

    def read_handed(self, context: MessageContext, text: str) -> Handed | None:
        """What a message holds to be read, which may take a while; None for a question."""
        if self._hand_ins is None or not (handed := read_handed(text)):
            return None
        return handed if self._hand_ins.reads(context, handed) else None

    @spoken
    def hand_in(self, context: MessageContext, handed: Handed) -> Reply:
        """Take in an address or a pasted text, show what it is, and answer what is asked of it."""
        if self._hand_ins is None:
            return Reply((Note(texts.say("not-here")),))
        if not handed.sure:
            return self._hand_ins.ask_which(context, handed.text)
        return self._show(context, self._hand_ins.receive(context, handed), handed.question)

    @spoken
    def hand_in_file(self, context: MessageContext, path: Path, question: str) -> Reply:
        """Take in what a file holds."""
        if self._hand_ins is None:
            return self.unreadable(context)
        return self._show(context, self._hand_ins.receive_file(context, path), question)

    @spoken
    def too_large(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all places are told the same
        """Say that a file is larger than a bot may have."""
        return Reply((Note(texts.say("handed-file-large", most=MOST_FILE_MB)),))

    def _show(self, context: MessageContext, received: Received, question: str) -> Reply:
        """Show what was handed in, over what the chat is answered from now that it is."""
        articles = received.taken.articles
        if not articles:
            return Reply(received.notes)
        cards = self.at(context)._cards
        if answer := cards.answer(context, articles, question):
            return replace(answer, blocks=(*answer.blocks, *received.notes))
        return cards.show(context, articles, *received.notes)

    @spoken
    def shelf(self, context: MessageContext) -> Reply:
        """List what the chat handed in."""
        return self._shelf.show(context)

    @spoken
    def summary(self, context: MessageContext, words: str) -> Reply:
        """Sum up the article that is named, or that "this" means."""
        return self._spelt(context, Summarise.read(words))

    @spoken
    def story(self, context: MessageContext, words: str) -> Reply:
        """Tell the story of something."""
        if not (wish := TellTimeline.read(words)).topic:
            return Reply((Note(texts.say("how-to-tell")),))
        return self._spelt(context, wish)

    @spoken
    def quotes(self, context: MessageContext, words: str) -> Reply:
        """Show what somebody said: a name, then perhaps "about" and a topic."""
        if not self._store.count():
            return self._empty(context)
        if not (asked := read_quotes(words)).speaker:
            return self._answering.how_to_quote(context)
        return self._answering.answer(context, asked)

    def sent(self, context: MessageContext, message: int, reply: Reply) -> None:
        """Note what a message shows and answers, for who goes on from it."""
        with suppress(SQLAlchemyError):  # a full disk, say: the answer is out all the same
            if reply.articles:
                self._state.show(context.chat_id, message, reply.articles)
            self.at(context)._following.sent(context, message, reply)

    @spoken
    def press(self, context: MessageContext, action: Action | None) -> Outcome:
        """Do what a button says; one that is stale, another chat's or no button's gets a toast."""
        return self._presses.press(context, action)

    @spoken
    def reacted(self, context: MessageContext, message: int, *, good: bool) -> Outcome:
        """Rate what one of our messages shows, by a reaction to it; nothing else is shown then."""
        turn = self._state.turns.at(context.chat_id, [message])
        if turn is None:
            return Outcome(texts.say("stale"))
        rate = Rate(turn.key, good=good, page=max(turn.page, 0), whole=False)
        return self._presses.press(context, rate)

    @spoken
    def unreadable(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all places are told the same
        """Say that only text is read."""
        return Reply((Note(texts.say("unreadable")),))

    @spoken
    def busy(self, context: MessageContext, seconds: int) -> Reply:  # noqa: ARG002
        """Say how long a quick reader has to wait."""
        return Reply((Note(texts.say("busy", seconds=seconds)),))

    @spoken
    def in_line(self, context: MessageContext, before: int) -> Reply:  # noqa: ARG002
        """Say how many questions come before a reader's."""
        return Reply((Note(texts.say("in-line", count=before)),))

    @spoken
    def crowded(self, context: MessageContext, question: str, before: int) -> Reply:
        """Say that too many questions wait for this one to wait too."""
        exchange = self._state.save(context.chat_id, question)
        return _offer_again(exchange, texts.say("crowded", count=before), texts.say("try-again"))

    @spoken
    def fault(self, context: MessageContext, question: str, reference: str) -> Reply:
        """Apologise for a fault and offer to try again; a button needs only another press."""
        if not question:
            return Reply((Note(texts.say("fault-pressed", reference=reference)),))
        exchange = self._state.save(context.chat_id, question)
        key = "fault" if exchange.stored else "fault-unsaved"
        return _offer_again(exchange, texts.say(key, reference=reference), texts.say("try-again"))

    @spoken
    def uncertain(self, context: MessageContext, question: str) -> Reply:
        """Offer the answer that may not have arrived."""
        exchange = self._state.save(context.chat_id, question)
        return _offer_again(exchange, texts.say("uncertain"), texts.say("show-answer"))

    @spoken
    def notice(self, context: MessageContext, key: str) -> Reply:  # noqa: ARG002
        """Say a sentence of the catalogues."""
        return Reply((Note(texts.say(key)),))

    @spoken
    def late(self, context: MessageContext, questions: int) -> Reply:  # noqa: ARG002
        """Apologise for questions that are too old to be answered unasked."""
        return Reply((Note(texts.say("late", questions=questions)),))

    def language(self, context: MessageContext) -> str:
        """What Byline speaks with a reader."""
        return self.meet(context).preferences.language or context.language

    def meet(self, context: MessageContext) -> MessageContext:
        """Look up what a chat set, unless that was done; once for each update will do."""
        if context.preferences is not UNREAD:
            return context
        with suppress(SQLAlchemyError):  # whoever is to hear of a fault hears of it all the same
            return replace(context, preferences=self._state.preferences.get(context.chat_id))
        return context

    def _empty(self, context: MessageContext) -> Reply:
        if everyone := note_hidden(context.preferences, lambda: self._store.count() > 0):
            return Reply(everyone)
        return Reply((Note(texts.say("empty-admin" if context.admin else "empty")),))

    def _small_talk(self, context: MessageContext, talk: SmallTalk, typed: str) -> Reply:
        """Answer a greeting and the like; whoever meant it as a question has a button."""
        match talk:
            case SmallTalk.LATEST:
                reply = self.latest(context)
            case SmallTalk.HELP:
                reply = self.help(context)
            case SmallTalk.GREETING:
                start = self.start(context)
                reply = replace(start, blocks=(Note(texts.say("hello")), *start.blocks))
            case SmallTalk.THANKS:
                reply = Reply((Note(texts.say("welcome")),))
            case SmallTalk.ABOUT:
                helped = self.help(context)
                reply = replace(helped, blocks=(Note(texts.say("about-me")), *helped.blocks))
            case SmallTalk.KNOWS:
                reply = self._what_there_is(context)
            case SmallTalk.CHATTER:
                reply = Reply((Note(texts.say("chatter")),))
        if not any(char.isalnum() for char in typed):
            return reply
        key = self._state.save(context.chat_id, typed).key
        search = Button(texts.say("search-for", words=cut(typed, 30)), action=AskExactly(key))
        return replace(reply, buttons=(*reply.buttons, (search,)))

    def _what_there_is(self, context: MessageContext) -> Reply:
        """Say how many articles there are and whose, and list the newest."""
        listed = self.latest(context)
        if not listed.articles:
            return listed
        known = texts.what_i_know(self._store.count(), self._store.publishers())
        return replace(listed, blocks=(Note(known), *listed.blocks[1:]))

    def _spelt(self, context: MessageContext, intent: Intent) -> Reply:
        """Answer a complete intent, its words matched to the archive's."""
        ask = partial(self._answering.answer, context)
        return self._corrections.answer(context, intent, ask=ask)

    def _again(self, context: MessageContext, exchange: Exchange) -> Reply:
        """Answer what was kept, as if it were typed now."""
        if isinstance(exchange.intent, Ask):
            return self.hear(context, exchange.question)
        return self._answering.again(context, exchange)

    def _shared(self, context: MessageContext, payload: str) -> Reply | None:
        """Show what was shared as an answer of its own; the words shared stand for a question."""
        if payload.startswith(_ARTICLE):
            article_id = payload.removeprefix(_ARTICLE)
            known = self._store.get(article_id)
            return self._answering.answer(context, Summarise(article_id)) if known else None
        if passage := self._sharing.passage(payload):
            passage_id, words = passage
            return self._show_kept(context, words, AnswerKind.PASSAGES, PassageRef(passage_id))
        if page := self._sharing.page(payload):
            ref, words = page
            return self._show_kept(context, words, AnswerKind.QUOTATIONS, ref)
        return None

    def _show_kept(
        self, context: MessageContext, words: str, kind: AnswerKind, hit: HitRef
    ) -> Reply:
        kept = AnswerRef(kind, Verdict.ANSWER, 1.0, (hit,))
        exchange = self._state.save(context.chat_id, words, kept)
        get_current().found(kind.value, Verdict.ANSWER.value)
        return self._answering.pages.show(context, exchange, 0)

    def _meant(self, context: MessageContext) -> tuple[str, ...]:
        """Ids of the articles that "this" means; in a group only what is replied to."""
        if context.replied is not None:
            answer = self._state.answer_to(
                context.chat_id, context.replied
            )  # to one's own question
            return self._state.shown(context.chat_id, answer or context.replied)
        return self._state.shown(context.chat_id, within=RECENT) if context.private else ()

    def _example(self, context: MessageContext, article: Article) -> Button:
        key = self._state.save(context.chat_id, Ask(article.headline)).key
        label = texts.say("example", headline=cut(article.headline))
        return Button(label, action=ShowPassages(key))


def _offer_again(exchange: Exchange, text: str, label: str) -> Reply:
    return Reply((Note(text),), ((Button(label, action=Retry(exchange.key)),),))


def _one_a_section(articles: Sequence[Article]) -> list[Article]:
    """Keep the first article of every section, in order."""
    kept: dict[str | None, Article] = {}
    for article in articles:
        kept.setdefault(article.section, article)
    return list(kept.values())
