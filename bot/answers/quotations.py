"""Who said what, as replies: questions that quotations answer, and the speakers of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotation_blocks import (
    PAGE_QUOTATIONS,
    Voice,
    fill_pages,
    keep_one_a_speaker,
    make_blocks,
    make_opening,
    merge_speech,
    note_limits,
    note_nobody,
    read_page,
    read_speech,
    write_page,
)
from bot.reply.actions import (
    ChoosePerson,
    ListSpeakers,
    Retry,
    ShowPassages,
    ShowSpeaker,
    TurnPage,
    TurnPeople,
)
from bot.reply.buttons import cut, make_pager, make_share, make_summary, make_thumbs
from bot.reply.deep_links import write_said
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.storage.chats import ChatStore, Exchange
from corpus.article import Article
from retrieval.citation import cite
from retrieval.query.who_said import Form
from retrieval.quotations.search import Said
from retrieval.results import Verdict
from retrieval.search import Searcher

_NAMES = 8
_KNOWN = 6
_ABOUT = re.compile(r"(?<!\s)\s++(?:about|on)\s+", re.IGNORECASE)


class Shown(StrEnum):
    """What an exchange of this kind keeps, stored as its verdict."""

    SAID = "said"
    NEAREST = "nearest said"
    ON_TOPIC = "said on the topic"
    PEOPLE = "people"


class Voices:
    """Answers with quotations.

    An exchange's hits are its pages, each of one to three quotations; `Shown.PEOPLE` keeps names
    instead.

    Args:
        searcher: Finds quotations.
        state: Remembers what was found, so that buttons work.
    """

    def __init__(self, searcher: Searcher, state: ChatStore) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._state = state

    def answer(self, chat_id: int, question: str, *, person: str | None = None) -> Reply | None:
        """Answer who said what; None where that is not what is asked, or nobody is known.

        Args:
            chat_id: Who asks.
            question: As asked.
            person: Which of several people it means.
        """
        now = self._state.preferences.get(chat_id)
        said = self._searcher.who(question, person=person, today=now.day(), taste=now.taste)
        if said is None or not said.searched:
            return None
        if len(said.people) > 1:
            people = [f"{one.name}\t{_titled(one.name, one.roles)}" for one in said.people]
            key = self._state.save(chat_id, question, people, Shown.PEOPLE)
            return self._which(key, people, 0)
        if not said.quotations:
            return self._nobody(chat_id, question, said)
        asked = said.question
        most = 1 if asked.form is Form.WHO_SAID else PAGE_QUOTATIONS
        pages = [write_page(page) for page in fill_pages(merge_speech(said.quotations), most=most)]
        shown = Shown.NEAREST if asked.form is Form.DID and not said.verbatim else Shown.SAID
        key = self._state.save(chat_id, question, pages, shown)
        page = self._page(key, pages, 0, shown=shown)
        return replace(page, blocks=(*note_limits(said), *page.blocks))

    def quotes(self, chat_id: int, typed: str) -> Reply:
        """Answer ``/quotes NAME [about TOPIC]``."""
        name, topic = (*_ABOUT.split(typed, maxsplit=1), "")[:2]
        if not name:
            return Reply((Note(texts.say("how-to-quote")),), self._known(chat_id))
        question = _wish(name, topic)
        unknown = Note(texts.say("unknown-person", name=name))
        return self.answer(chat_id, question) or Reply(
            (unknown, *self._left_out(chat_id, question)), self._known(chat_id)
        )

    def page(self, exchange: Exchange, number: int) -> Reply:
        """Turn to a page of quotations, from 0."""
        return self._page(exchange.key, exchange.hits, number, shown=Shown(exchange.verdict))

    def chosen(self, exchange: Exchange, number: int) -> Outcome:
        """Answer for one of the people an exchange keeps."""
        if exchange.verdict != Shown.PEOPLE or not 0 <= number < len(exchange.hits):
            return Outcome(texts.say("stale"))
        name = exchange.hits[number].partition("\t")[0]
        reply = self.answer(exchange.chat_id, exchange.question, person=name)
        return Outcome(reply=reply) if reply else Outcome(texts.say("gone-short"))

    def which(self, exchange: Exchange, page: int) -> Outcome:
        """Turn the pages of people to choose from."""
        if exchange.verdict != Shown.PEOPLE:
            return Outcome(texts.say("stale"))
        count = -(-len(exchange.hits) // _NAMES)
        return _beyond(page, count) or Outcome(reply=self._which(exchange.key, exchange.hits, page))

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
        blocks = (Note(texts.say("quoted-in")), cite(article, article.url))
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

    def _which(self, key: str, people: Sequence[str], page: int) -> Reply:
        first = page * _NAMES
        rows = [
            (Button(cut(one.partition("\t")[2]), action=ChoosePerson(key, number)),)
            for number, one in enumerate(people[first : first + _NAMES], first)
        ]
        turn = make_pager(partial(TurnPeople, key), page, -(-len(people) // _NAMES))
        shown = tuple(row for row in (*rows, turn) if row)
        return Reply((Note(texts.say("which")),), shown, key=key)

    def _nobody(self, chat_id: int, question: str, said: Said) -> Reply:
        """Say that nobody said it, with buttons for who spoke on the topic, and for passages."""
        others = keep_one_a_speaker(merge_speech(said.others))
        pages = [write_page([voice]) for voice in others]
        key = self._state.save(chat_id, question, pages, Shown.ON_TOPIC)
        rows: list[tuple[Button, ...]] = [
            (Button(cut(_titled_in(voice)), action=TurnPage(key, number)),)
            for number, voice in enumerate(others)
        ]
        now = self._state.preferences.get(chat_id)
        found = self._searcher.search(question, 1, today=now.day(), taste=now.taste)
        if found.verdict is not Verdict.NOTHING:
            rows.append(_passages(key))
        if said.people:
            rows.append(self._everything(chat_id, said.people[0].name))
        elif said.question.speaker and not others:
            rows += self._known(chat_id)
        blocks = (note_nobody(said), *self._left_out(chat_id, question))
        return Reply(blocks, tuple(rows), key=key, page=-1)

    def _left_out(self, chat_id: int, question: str) -> tuple[Note, ...]:
        """Say how many publishers are left out, where one of them quotes an answer."""
        now = self._state.preferences.get(chat_id)

        def quoted() -> bool:
            said = self._searcher.who(question, today=now.day())
            return said is not None and bool(said.quotations or len(said.people) > 1)

        return note_hidden(now, quoted)

    def _page(self, key: str, pages: Sequence[str], number: int, *, shown: Shown) -> Reply:
        turn = make_pager(partial(TurnPage, key), number, len(pages))
        kept = 0 <= number < len(pages) and shown is not Shown.PEOPLE
        voices = read_page(self._store, pages[number]) if kept else []
        if not voices:
            return Reply((Note(texts.say("gone")),), (turn,) if turn else ())
        lead = {
            Shown.NEAREST: (Note(texts.say("nearest")),),
            Shown.ON_TOPIC: (Note(texts.say("on-topic")),),
        }
        articles, more = _articles(voices), _passages(key)
        if len(articles) == 1:
            of_article = (make_summary(key, number), *self.button(key, number, voices[0].article))
            more = (*of_article, *more)
        shared = make_share(write_said(pages[number]))
        rows = (make_opening(voices), more, turn, (*shared, *make_thumbs(key, number)))
        blocks = (*lead.get(shown, ()), *make_blocks(voices))
        shown_rows = tuple(row for row in rows if row)
        return Reply(blocks, shown_rows, articles, key=key, page=number)

    def _article(self, exchange: Exchange, hit: int) -> Article | None:
        if exchange.verdict == Shown.PEOPLE or not 0 <= hit < len(exchange.hits):
            return None
        return self._store.get(exchange.hits[hit].partition("#")[0])

    def _speakers(self, article: Article) -> dict[str, list[Voice]]:
        """What each named speaker said, most quoted first."""
        speakers: dict[str, list[Voice]] = {}
        for voice in read_speech(self._store, article):
            speakers.setdefault(voice.name, []).append(voice)
        speakers.pop(texts.say("unnamed"), None)
        return dict(sorted(speakers.items(), key=lambda one: -len(one[1])))

    def _everything(self, chat_id: int, name: str) -> tuple[Button, ...]:
        key = self._state.save(chat_id, f"/quotes {name}")
        return (Button(texts.say("everything", name=name), action=Retry(key)),)

    def _known(self, chat_id: int) -> tuple[tuple[Button, ...], ...]:
        """Buttons for the people quoted most."""
        rows: dict[str, tuple[Button, ...]] = {}
        for name, role, _ in self._store.attributions.people():
            if name not in rows and len(rows) < _KNOWN:
                key = self._state.save(chat_id, f"/quotes {name}")
                rows[name] = (Button(cut(_titled(name, [role])), action=Retry(key)),)
        return tuple(rows.values())


def _wish(name: str, topic: str) -> str:
    """Make a question of a wish for quotations, in the language that questions are read in."""
    return f"What did {name} say about {topic}?" if topic else f"Everything {name} said"


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
    return _titled(voice.name, [voice.attributions[0].role])


def _counted(voices: Sequence[Voice]) -> str:
    return f"{cut(_titled_in(voices[0]))} ({len(voices)})"
