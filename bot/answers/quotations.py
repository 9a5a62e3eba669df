"""Who said what, as replies: questions that quotations answer, and the speakers of an article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotation_blocks import (
    PAGE_QUOTATIONS,
    Voice,
    copy_first,
    fill_pages,
    keep_one_a_speaker,
    make_blocks,
    make_opening,
    merge_speech,
    note_limits,
    note_nobody,
    read_page,
    read_speech,
    refer,
    whole,
)
from bot.message_context import MessageContext
from bot.reply.actions import (
    ChoosePerson,
    ListSpeakers,
    Retry,
    ShowPassages,
    ShowSpeaker,
    TurnPage,
    TurnPeople,
)
from bot.reply.buttons import cut, lay_out, make_pager, make_share, make_summary, make_thumbs
from bot.reply.deep_links import write_said
from bot.reply.page_links import link_to
from bot.reply.reply import Button, Note, Outcome, Reply, label_speaker
from bot.storage.answer_ref import AnswerRef, HitRef, PersonRef, QuotationsRef
from bot.storage.chats import ChatStore, Exchange
from corpus.article import Article
from retrieval.answers import AnswerKind, QuotationAnswer
from retrieval.citation import cite
from retrieval.query.intent import Ask, AskWhoSaid, Intent
from retrieval.query.who_said import Form
from retrieval.results import Verdict
from retrieval.search import Searcher

_NAMES = 8
_KNOWN = 6


class Voices:
    """Answers with quotations.

    An exchange's hits are its pages, each of one to three quotations, or people to choose from.

    Args:
        searcher: Finds quotations.
        state: Remembers what was found, so that buttons work.
    """

    def __init__(self, searcher: Searcher, state: ChatStore) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._state = state

    def show(self, context: MessageContext, answer: QuotationAnswer) -> Reply:
        """Show who said what, ask which of several people is meant, or say that nobody did."""
        said = answer.said
        if answer.kind is AnswerKind.PEOPLE:
            people = (PersonRef(one.name, _titled(one.name, one.roles)) for one in said.people)
            return self._which(self._keep(context, answer, people), 0)
        if not said.quotations:
            return self._nobody(context, answer)
        most = 1 if said.question.form is Form.WHO_SAID else PAGE_QUOTATIONS
        pages = list(fill_pages(merge_speech(said.quotations), most=most))
        exchange = self._keep(context, answer, map(refer, pages))
        page = self._page(exchange, 0, whole(self._store, pages[0]))
        return replace(page, blocks=(*note_limits(said), *page.blocks))

    def unknown(self, context: MessageContext, asked: AskWhoSaid) -> Reply:
        """Say that nobody of that name is quoted, and who is."""
        note = Note(texts.say("unknown-person", name=asked.speaker))
        return Reply((note, *self._left_out(context, asked)), self._known(context))

    def how_to_ask(self, context: MessageContext) -> Reply:
        """Say what to write behind ``/quotes``, with people to tap."""
        return Reply((Note(texts.say("how-to-quote")),), self._known(context))

    def page(self, exchange: Exchange, number: int) -> Reply:
        """Turn to a page of quotations, from 0."""
        ref = exchange.hits[number] if 0 <= number < len(exchange.hits) else None
        voices = read_page(self._store, ref) if isinstance(ref, QuotationsRef) else []
        return self._page(exchange, number, voices)

    def choose(self, exchange: Exchange, number: int) -> str | None:
        """Name one of the people an exchange keeps; None where there is no such."""
        ref = exchange.hits[number] if 0 <= number < len(exchange.hits) else None
        return ref.name if isinstance(ref, PersonRef) else None

    def which(self, exchange: Exchange, page: int) -> Outcome:
        """Turn the pages of people to choose from."""
        if exchange.kind is not AnswerKind.PEOPLE:
            return Outcome(texts.say("stale"))
        count = -(-len(exchange.hits) // _NAMES)
        return _beyond(page, count) or Outcome(reply=self._which(exchange, page))

    def button(self, key: str, number: int, article: Article) -> tuple[Button, ...]:
        """The button that opens an article's speakers, where it has any."""
        if not any(one.name for one in self._store.attributions.of(article.id)):
            return ()
        return (Button(texts.say("who"), action=ListSpeakers(key, number)),)

    def speakers(self, exchange: Exchange, hit: int, page: int) -> Outcome:
        """List who is quoted in the article of a hit, most quoted first."""
        article = self._article(exchange, hit)
        if article is None:
            return Outcome(texts.say("gone-short"))
        speakers = list(self._speakers(article).values())
        count = -(-len(speakers) // _NAMES)
        if beyond := _beyond(page, count):
            return beyond
        key, first = exchange.key, page * _NAMES
        rows = [
            (Button(_counted(voices), action=ShowSpeaker(key, hit, number)),)
            for number, voices in enumerate(speakers[first : first + _NAMES], first)
        ]
        turn = make_pager(partial(ListSpeakers, key, hit), page, count)
        back = (Button(texts.say("back-to-answer"), action=TurnPage(key, hit)),)
        blocks = (Note(texts.say("quoted-in")), cite(article, link_to(article)))
        shown = tuple(row for row in (*rows, turn, back) if row)
        return Outcome(reply=Reply(blocks, shown, (article.id,)))

    def speaker(self, exchange: Exchange, hit: int, speaker: int, page: int) -> Outcome:
        """Show what one speaker said in the article of a hit, in the article's order."""
        article = self._article(exchange, hit)
        speakers = list(self._speakers(article).values()) if article else []
        if not 0 <= speaker < len(speakers):
            return Outcome(texts.say("gone-short"))
        pages = list(fill_pages(speakers[speaker]))
        if beyond := _beyond(page, len(pages)):
            return beyond
        key = exchange.key
        rows = (
            make_opening(pages[page]),
            make_pager(partial(ShowSpeaker, key, hit, speaker), page, len(pages)),
            (
                Button(texts.say("all-speakers"), action=ListSpeakers(key, hit)),
                Button(texts.say("back-to-answer"), action=TurnPage(key, hit)),
            ),
        )
        shown = tuple(row for row in rows if row)
        return Outcome(reply=Reply(make_blocks(pages[page]), shown, _articles(pages[page])))

    def _keep(
        self, context: MessageContext, answer: QuotationAnswer, hits: Iterable[HitRef]
    ) -> Exchange:
        kept = AnswerRef(answer.kind, answer.verdict, answer.confidence, tuple(hits))
        return self._state.save(context.chat_id, answer.intent, kept)

    def _which(self, exchange: Exchange, page: int) -> Reply:
        key, first = exchange.key, page * _NAMES
        rows = [
            (Button(cut(one.label), action=ChoosePerson(key, number)),)
            for number, one in enumerate(exchange.hits)
            if isinstance(one, PersonRef) and first <= number < first + _NAMES
        ]
        turn = make_pager(partial(TurnPeople, key), page, -(-len(exchange.hits) // _NAMES))
        shown = tuple(row for row in (*rows, turn) if row)
        return Reply((Note(texts.say("which")),), shown, key=key)

    def _nobody(self, context: MessageContext, answer: QuotationAnswer) -> Reply:
        """Say that nobody said it, with buttons for who spoke on the topic, and for passages."""
        said, text = answer.said, answer.intent.text
        others = keep_one_a_speaker(merge_speech(said.others))
        exchange = self._keep(context, answer, (refer([voice]) for voice in others))
        rows: list[tuple[Button, ...]] = [
            (Button(cut(_titled_in(voice)), action=TurnPage(exchange.key, number)),)
            for number, voice in enumerate(others)
        ]
        now = context.preferences
        found = self._searcher.search(text, 1, today=now.day(), taste=now.taste)
        if found.verdict is not Verdict.NOTHING:
            rows.append(_passages(exchange.key))
        if said.people:
            rows.append(self._everything(context, said.people[0].name))
        elif said.question.speaker and not others:
            rows += self._known(context)
        blocks = (note_nobody(said), *self._left_out(context, answer.intent))
        return Reply(blocks, tuple(rows), key=exchange.key, page=-1)

    def _left_out(self, context: MessageContext, asked: Intent) -> tuple[Note, ...]:
        """Say how many publishers are left out, where one of them quotes an answer."""
        now = context.preferences

        def quoted() -> bool:
            route = AnswerKind.QUOTATIONS if isinstance(asked, Ask) else None
            answer = self._searcher.ask(asked, today=now.day(), route=route)
            said = answer.said if isinstance(answer, QuotationAnswer) else None
            return said is not None and bool(said.quotations or len(said.people) > 1)

        return note_hidden(now, quoted)

    def _page(self, exchange: Exchange, number: int, voices: Sequence[Voice]) -> Reply:
        key = exchange.key
        turn = make_pager(partial(TurnPage, key), number, len(exchange.hits))
        if not voices:
            return Reply((Note(texts.say("gone")),), (turn,) if turn else ())
        articles, more = _articles(voices), _passages(key)
        if len(articles) == 1:
            of_article = (make_summary(key, number), *self.button(key, number, voices[0].article))
            more = (*of_article, *more)
        shared = make_share(write_said(refer(voices)))
        rate = make_thumbs(key, number)
        copied = copy_first(voices)
        further = (more, (*copied, *shared)) if copied else ((*more, *shared),)
        shown_rows = lay_out(make_opening(voices), *further, turn=turn, rate=rate)
        blocks = (*_lead(exchange.answer.verdict), *make_blocks(voices))
        return Reply(blocks, shown_rows, articles, key=key, page=number)

    def _article(self, exchange: Exchange, hit: int) -> Article | None:
        ref = exchange.hits[hit] if 0 <= hit < len(exchange.hits) else None
        return self._store.get(ref.article_id) if ref and ref.article_id else None

    def _speakers(self, article: Article) -> dict[str, list[Voice]]:
        """What each named speaker said, most quoted first."""
        speakers: dict[str, list[Voice]] = {}
        for voice in read_speech(self._store, article):
            if voice.name:
                speakers.setdefault(voice.name, []).append(voice)
        return dict(sorted(speakers.items(), key=lambda one: -len(one[1])))

    def _everything(self, context: MessageContext, name: str) -> tuple[Button, ...]:
        return (self._of_person(context, name, texts.say("everything", name=name)),)

    def _known(self, context: MessageContext) -> tuple[tuple[Button, ...], ...]:
        """Buttons for the people quoted most."""
        rows: dict[str, tuple[Button, ...]] = {}
        for name, role, _ in self._store.attributions.people():
            if name not in rows and len(rows) < _KNOWN:
                rows[name] = (self._of_person(context, name, cut(_titled(name, [role]))),)
        return tuple(rows.values())

    def _of_person(self, context: MessageContext, name: str, label: str) -> Button:
        exchange = self._state.save(context.chat_id, AskWhoSaid(name))
        return Button(label, action=Retry(exchange.key))


def _lead(verdict: Verdict | None) -> tuple[Note, ...]:
    """What stands above quotations that do not say just what was asked for."""
    match verdict:
        case Verdict.CLOSEST:
            return (Note(texts.say("nearest")),)
        case Verdict.NOTHING:
            return (Note(texts.say("on-topic")),)
    return ()


def _passages(key: str) -> tuple[Button, ...]:
    return (Button(texts.say("passages"), action=ShowPassages(key)),)


def _articles(voices: Iterable[Voice]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(voice.article.id for voice in voices))


def _beyond(page: int, count: int) -> Outcome | None:
    if page < 0:
        return Outcome(texts.say("first"))
    return Outcome(texts.say("last")) if page and page >= count else None


def _titled(name: str, roles: Iterable[str]) -> str:
    role = next(filter(None, roles), "")
    return f"{name}, {role}" if role else name


def _titled_in(voice: Voice) -> str:
    return _titled(label_speaker(voice.name), [voice.attributions[0].role])


def _counted(voices: Sequence[Voice]) -> str:
    return f"{cut(_titled_in(voices[0]))} ({len(voices)})"
