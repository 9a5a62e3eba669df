"""From summaries and stories to the blocks of a reply, every sentence linked to its place.

Tested with the replies they are part of in `tests/bot/answers/test_summaries.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot import texts
from bot.reply.page_links import link_to
from bot.reply.reply import Block, Dateline, Facts, Note, Part, Quote, Span, Title
from corpus.article import Article
from corpus.nlp.segment import Slice
from corpus.text import squeeze
from retrieval.citation import cite
from retrieval.extraction import key_facts as key
from retrieval.timeline.timeline import Entry, Timeline

_MOST_CHARACTERS = 2800
"""Of a message's sentences; with all that stands around them, Telegram's 4,096 hold them."""
_PAGE_LINES = 8

Section = tuple[Part, tuple[Entry, ...]]
"""What stands above some lines of a story, and the lines."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def fit_sentences(sentences: Sequence[Slice]) -> tuple[Slice, ...]:
    """The first sentences, as many as one message holds, but at least one."""
    kept: list[Slice] = []
    room = _MOST_CHARACTERS
    for start, end in sentences:
        room -= end - start
        if kept and room < 0:
            break
        kept.append((start, end))
    return tuple(kept)


def make_summary_blocks(
    article: Article, sentences: Sequence[Slice], facts: key.Facts
) -> tuple[Block, ...]:
    """Show the sentences that sum up an article, its key facts, and where they come from."""
    about = make_facts(article, facts)
    shown = quote_sentences(article, sentences)
    return (*shown, *((about,) if about else ()), cite(article, link_to(article)))


def quote_sentences(article: Article, sentences: Sequence[Slice]) -> tuple[Quote, ...]:
    """Quote sentences, those that follow one another together; "…" stands for what is left out."""
    runs = list(_runs(article.body, sentences))
    return tuple(
        Quote(
            _linked(article, run),
            cut_before=number == 0 and bool(article.body[: run[0][0]].strip()),
            cut_after=bool(article.body[run[-1][1] :].strip()),
        )
        for number, run in enumerate(runs)
    )


def make_facts(article: Article, facts: key.Facts) -> Facts | None:
    """Name who, where and when in the article's words; None where nothing is known."""
    labelled = ((texts.say("fact-who"), facts.who), (texts.say("fact-where"), facts.where))
    parts = (*labelled, (texts.say("fact-when"), facts.when))
    named = ((label, tuple(_words(article, places))) for label, places in parts if places)
    return Facts(found) if (found := tuple(named)) else None


def lay_out_pages(story: Timeline) -> list[tuple[Block, ...]]:
    """Lay a story out on pages: how much it rests on, what is new, how it came."""
    intro = Note(_intro(story))
    return [(intro, *_told(page)) for page in _pages(_sections(story))]


def _intro(story: Timeline) -> str:
    dated = sorted((one for one in story.articles if one.published), key=_published)
    days = [one.published for one in (*dated[:1], *dated[-1:]) if one.published]
    return texts.story(story.topic, len(story.articles), days, story.periods)


def _sections(story: Timeline) -> Iterator[Section]:
    """What a story tells, in order; lines that are to share a page are one section."""
    disputed = {line for lines in story.disagreements for line in lines}
    before = [line for line in story.timeline if line not in disputed]
    for part, lines in ((Part.NEWS, story.news), (Part.BEFORE, before)):
        yield from ((part, (line,)) for line in lines)
    yield from ((Part.DISPUTE, lines) for lines in story.disagreements)


def _pages(sections: Iterable[Section]) -> Iterator[list[Section]]:
    page: list[Section] = []
    for section in sections:
        lines = [line for _, lines in (*page, section) for line in lines]
        length = sum(line.sentence[1] - line.sentence[0] for line in lines)
        if page and (len(lines) > _PAGE_LINES or length > _MOST_CHARACTERS):
            yield page
            page = []
        page.append(section)
    if page:
        yield page


def _told(page: Iterable[Section]) -> Iterator[Block]:
    for part, sections in groupby(page, key=lambda section: section[0]):
        for number, (_, lines) in enumerate(sections):
            if not number or part is Part.DISPUTE:
                yield Title(_title(part), part)
            for line in lines:
                yield from _line(line, lines if part is Part.DISPUTE else ())


def _title(part: Part) -> str:
    """What stands above a part."""
    match part:
        case Part.NEWS:
            return texts.say("news")
        case Part.BEFORE:
            return texts.say("timeline")
        case Part.DISPUTE:
            return texts.say("disagree")


def _line(line: Entry, disputed: Sequence[Entry]) -> tuple[Block, ...]:
    article = line.article
    others = dict.fromkeys(copy.publisher for copy in line.copies if copy.publisher)
    dateline = Dateline(
        headline=article.headline,
        url=link_to(article, line.sentence),
        publisher=article.publisher,
        published=article.published,
        copies=tuple(name for name in others if name != article.publisher),
    )
    others_say = [_words_of(one) for one in disputed if one is not line]
    spans = _differing(_words_of(line), others_say)
    return dateline, Quote(tuple(span for span in spans if span.text))


def _words_of(line: Entry) -> str:
    return line.article.body[slice(*line.sentence)]


def _differing(text: str, others: Sequence[str]) -> Iterator[Span]:
    """Yield a line with those of its numbers marked that another line does not have."""
    known = [set(_NUMBER.findall(other)) for other in others]
    position = 0
    for number in _NUMBER.finditer(text):
        if any(number[0] not in one for one in known):
            yield Span(text[position : number.start()])
            yield Span(number[0], marked=True)
            position = number.end()
    yield Span(text[position:])


def _runs(body: str, sentences: Sequence[Slice]) -> Iterator[list[Slice]]:
    """Gather the sentences between which nothing is left out."""
    run: list[Slice] = []
    for sentence in sentences:
        if run and body[run[-1][1] : sentence[0]].strip():
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _linked(article: Article, run: Sequence[Slice]) -> tuple[Span, ...]:
    spans, position = [], run[0][0]
    for start, end in run:
        between = article.body[position:start]
        spans += [Span(between)] if between else []
        spans.append(Span(article.body[start:end], url=link_to(article, (start, end)) or ""))
        position = end
    return tuple(spans)


def _published(article: Article) -> float:
    return article.published.timestamp() if article.published else 0.0


def _words(article: Article, places: Iterable[Slice]) -> Iterator[str]:
    return (squeeze(article.body[slice(*place)]) for place in places)
