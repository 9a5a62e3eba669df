"""What the commands print of summaries and stories.

Tested with the command that prints them in `tests/bot/cli/test_summarise.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot import texts
from bot.answers.summary_blocks import make_facts
from bot.cli.output import describe, say, show, write
from bot.reply.reply import Dateline, Note, Quote, Span
from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice
from corpus.parse.offsets import Given
from retrieval.citation import cite, link_to
from retrieval.extraction.key_facts import find_facts

if TYPE_CHECKING:
    from retrieval.extraction.summary import Summary
    from retrieval.timeline.timeline import Entry, Timeline


def show_summary(
    summary: Summary,
    given: Given,
    *,
    name: object,
    attributions: Sequence[Attribution] = (),
    as_json: bool,
) -> None:
    """Print what sums up one article.

    Args:
        summary: Of the article.
        given: The text that spans are to count in.
        name: The article's id, as it was given.
        attributions: Who said what in it, where that is known; helps to name who it is about.
        as_json: Print one object; otherwise the article, its key facts, and each sentence with
            its link.
    """
    if as_json:
        spans = [given.place(sentence) for sentence in summary.sentences]
        chosen = [given.text[start:end] for start, end in spans]
        write({"id": name, "sentences": chosen, "spans": spans})
        return
    article = summary.article
    about = make_facts(article, find_facts(article, summary.sentences, attributions=attributions))
    show(cite(article, None), *((about,) if about else ()))
    for sentence in summary.sentences:
        _quote(article, sentence)
    say("")


def show_story(story: Timeline, *, as_json: bool) -> None:
    """Print a story: what is new, how it came, and where the articles disagree."""
    if as_json:
        write(_story(story))
    elif not story.articles:
        show(Note(_nothing(story)))
    else:
        days = [one.published for one in reversed(story.articles) if one.published]
        ends = (*days[:1], *days[-1:])
        say(texts.story(story.topic, len(story.articles), ends, story.periods))
        _lines(texts.say("news"), story.news)
        _lines(texts.say("timeline"), story.timeline)
        for lines in story.disagreements:
            _lines(texts.say("disagree"), lines)


def _nothing(story: Timeline) -> str:
    if not story.searched:
        return texts.say("empty-admin")
    return texts.none_about(story.topic, story.searched, story.periods)


def _lines(heading: str, lines: Sequence[Entry]) -> None:
    if lines:
        say(f"\n{heading}")
    for line in lines:
        article, copies = line.article, cite(line.article, None, line.copies).copies
        about = Dateline(article.headline, None, article.publisher, article.published, copies)
        say("")
        show(about)
        _quote(article, line.sentence)


def _quote(article: Article, sentence: Slice) -> None:
    """Print sentences as they stand, and under them where."""
    show(Quote((Span(article.body[slice(*sentence)]),)))
    if link := link_to(article, sentence):
        say(link)


def _story(story: Timeline) -> dict[str, Any]:
    return {
        "topic": story.topic,
        "articles": [describe(article) for article in story.articles],
        "news": [_line(line) for line in story.news],
        "timeline": [_line(line) for line in story.timeline],
        "disagreements": [[_line(line) for line in lines] for lines in story.disagreements],
        "periods": [str(period) for period in story.periods],
        "searched": story.searched,
    }


def _line(line: Entry) -> dict[str, Any]:
    start, end = line.sentence
    return {
        "article": describe(line.article),
        "copies": [describe(copy) for copy in line.copies],
        "sentence": line.article.body[start:end],
        "start": start,
        "end": end,
        "link": link_to(line.article, line.sentence),
    }
