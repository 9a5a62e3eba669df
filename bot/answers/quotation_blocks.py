"""What one speaker said in one place, and how quotations share the pages of a reply.

Tested with the replies they are part of in `tests/bot/answers/test_quotations.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot import texts
from bot.reply import page_links
from bot.reply.buttons import make_copy
from bot.reply.citations import quote_speech
from bot.reply.reply import Block, Button, Note
from bot.storage.answer_ref import QuotationsRef, QuoteRef
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import Slice, count_words
from corpus.storage.store import Store
from retrieval.citation import cite
from retrieval.query.people import is_description
from retrieval.query.who_said import Form
from retrieval.quotations.quotation import Quotation, find_sentence
from retrieval.quotations.search import Said

PAGE_QUOTATIONS = 3
"""Most quotations on a page."""
_MARKS = "“”„«»‹›\"'‘’ "
"""What may stand around words that are quoted, and that a citation puts anew."""
_PAGE_WORDS = 90
"""Most words on a page of several; a telephone shows about as many at once."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What a speaker said within some sentences of an article.

    Attributes:
        article: Where it stands.
        sentence: The whole sentences.
        attributions: What is marked in them; the first is what was looked for.
        copies: Articles of other publishers that carry it too.
    """

    article: Article
    sentence: Slice
    attributions: tuple[Attribution, ...]
    copies: tuple[Article, ...] = ()

    @property
    def name(self) -> str:
        """Who says it, as printed; empty where the article does not make it clear."""
        return self.attributions[0].name

    @property
    def words(self) -> int:
        """Length of the sentences."""
        return count_words(self.article.body[slice(*self.sentence)])


def read_speech(store: Store, article: Article) -> list[Voice]:
    """Read who said what in an article, in its order.

    What one speaker said within the same sentences is one; speech in quotation marks leads.
    """
    voices: list[Voice] = []
    for one in store.attributions.of(article.id):
        fresh = Voice(article, find_sentence(article, one), (one,))
        same = next((old for old in voices if _overlap(old, fresh)), None)
        if same is None:
            voices.append(fresh)
        else:
            voices[voices.index(same)] = _joined(same, fresh)
    return voices


def whole(store: Store, voices: Iterable[Voice]) -> list[Voice]:
    """Add to quotations that were found what else their speakers say within their sentences."""
    return [(read_page(store, refer([voice])) or [voice])[0] for voice in voices]


def merge_speech(quotations: Iterable[Quotation]) -> list[Voice]:
    """Keep the first quotation of each speaker within the same sentences."""
    kept: list[Voice] = []
    for one in quotations:
        voice = Voice(one.article, one.sentence, (one.attribution,), one.copies)
        if not any(_overlap(voice, other) for other in kept):
            kept.append(voice)
    return kept


def keep_one_a_speaker(voices: Iterable[Voice]) -> list[Voice]:
    """Keep the first of each speaker who is named."""
    first: dict[str, Voice] = {}
    for voice in voices:
        if voice.name:
            first.setdefault(voice.name, voice)
    return list(first.values())


def fill_pages(voices: Iterable[Voice], *, most: int = PAGE_QUOTATIONS) -> Iterator[list[Voice]]:
    """Fill pages with several short quotations or a long one."""
    screen: list[Voice] = []
    for voice in voices:
        words = sum(shown.words for shown in (*screen, voice))
        if screen and (len(screen) == most or words > _PAGE_WORDS):
            yield screen
            screen = []
        screen.append(voice)
    if screen:
        yield screen


def refer(page: Iterable[Voice]) -> QuotationsRef:
    """Keep a page in ids: where each quotation begins, and its copies."""
    return QuotationsRef(
        tuple(
            QuoteRef(
                voice.article.id,
                voice.attributions[0].quote[0],
                tuple(copy.id for copy in voice.copies),
            )
            for voice in page
        )
    )


def read_page(store: Store, page: QuotationsRef) -> list[Voice]:
    """Read a page that was kept; quotations that are gone are left out."""
    found = []
    for ref in page.quotes:
        article = store.get(ref.article_id)
        for voice in read_speech(store, article) if article else ():
            wanted = [one for one in voice.attributions if one.quote[0] == ref.start]
            if wanted:
                others = tuple(store.articles(ref.copies))
                found.append(Voice(voice.article, voice.sentence, _led(voice, wanted[0]), others))
                break
    return found


def make_blocks(voices: Iterable[Voice]) -> tuple[Block, ...]:
    """Show quotations, citing an article once after those that follow one another in it."""
    blocks: list[Block] = []
    for _, group in groupby(voices, key=lambda voice: voice.article.id):
        same = list(group)
        for voice in same:
            blocks += quote_speech(voice.article, voice.sentence, voice.attributions)
        copies = [copy for voice in same for copy in voice.copies]
        blocks.append(cite(same[0].article, _link(same[0]), copies))
    return tuple(blocks)


def make_opening(voices: Sequence[Voice]) -> tuple[Button, ...]:
    """The button to the publisher's page; among several, the headlines are the links."""
    if len(voices) != 1:
        return ()
    quote = voices[0].attributions[0].quote
    return page_links.open_at(texts.say("open-quotation"), voices[0].article, quote)


def copy_first(voices: Sequence[Voice]) -> tuple[Button, ...]:
    """The button that copies a quotation; none where several articles are quoted.

    What a reporter puts in words of their own is copied as the article's words, not the speaker's.
    """
    if len({voice.article.id for voice in voices}) != 1:
        return ()
    voice = voices[0]
    first, body = voice.attributions[0], voice.article.body
    citation = cite(voice.article, _link(voice))
    if first.kind is Kind.REPORTED:
        return make_copy(body[slice(*voice.sentence)], citation)
    return make_copy(body[slice(*first.quote)].strip(_MARKS), citation, first.name)


def note_limits(said: Said) -> tuple[Note, ...]:
    """Say what the answer is limited to, and in what it is not what was asked for."""
    where = texts.list_places(said.publishers, said.periods)
    notes = []
    if said.widened:
        notes.append(Note(texts.say("widened")))
    elif where:
        notes.append(Note(texts.say("limited", where=where)))
    if said.question.exact and not said.verbatim and said.question.form is not Form.DID:
        notes.append(Note(texts.say("not-verbatim")))
    return tuple(notes)


def note_nobody(said: Said) -> Note:
    """Say that nobody said it, and whether anyone spoke on the topic."""
    searched, others = said.searched, len(said.others)
    form = said.question.form.name.casefold()
    if said.people and not is_description(said.people[0].name):
        name = said.people[0].name
        return Note(texts.say("nothing-by", name=name, quotations=searched, others=others))
    if not said.people and (name := said.question.speaker):
        return Note(texts.say("nobody-called", name=name, quotations=searched, others=others))
    return Note(texts.say("nobody", form=form, quotations=searched, others=others))


def _overlap(one: Voice, other: Voice) -> bool:
    same = one.article.id == other.article.id and one.name == other.name
    return same and one.sentence[0] < other.sentence[1] and other.sentence[0] < one.sentence[1]


def _joined(one: Voice, other: Voice) -> Voice:
    ends = (*one.sentence, *other.sentence)
    both = sorted((*one.attributions, *other.attributions), key=lambda a: a.kind is Kind.REPORTED)
    return Voice(one.article, (min(ends), max(ends)), tuple(both))


def _led(voice: Voice, wanted: Attribution) -> tuple[Attribution, ...]:
    """Put the one that was looked for first."""
    return (wanted, *(one for one in voice.attributions if one is not wanted))


def _link(voice: Voice) -> str | None:
    return page_links.link_to(voice.article, voice.attributions[0].quote)
