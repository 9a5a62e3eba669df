"""The four routes: each proposes an answer of its kind to a message, with the evidence for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from corpus.address import canonicalize
from corpus.article import Article
from retrieval.answers import (
    Answer,
    AnswerKind,
    Missing,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.context import SearchContext
from retrieval.disagreement.newest import Settled, prefer_newest
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.candidates import choose_candidates
from retrieval.extraction.summary import SENTENCES, summarize
from retrieval.query.common_words import load_common_words
from retrieval.query.intent import Ask, AskWhoSaid, Intent, Summarise, TellTimeline
from retrieval.query.keyphrases import holds
from retrieval.query.people import Person
from retrieval.query.wish_words import drop_wish_terms, load_wish_words
from retrieval.quotations.query import QuotationQuery, make_query, read_query
from retrieval.quotations.search import find_quotations
from retrieval.results import Hit, Result, Verdict
from retrieval.routing.lazy import lazy
from retrieval.routing.router import Proposal, Propose, choose
from retrieval.routing.signs import Signs, read_signs
from retrieval.routing.unquoted import tell_unquoted
from retrieval.timeline.article_lookup import find_named_articles
from retrieval.timeline.build import build_timeline
from retrieval.timeline.description import choose_described, find_described, tells_most
from retrieval.tokens import tokenize_query

HITS = 10
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MOST_WORDS = 12
"""Longest topic that is looked for as a headline or an event where the grammar reads none."""
_TELLS_APART = 3
"""Terms from which on a topic tells the article it means from others on the same."""
_CHOICES = 8
"""Most articles that are offered to choose from."""
_MANY = 4
"""Articles from which on a timeline counts as told in full."""


@dataclass(frozen=True)
class Asked:
    """A message with all that the routes need to answer it.

    Attributes:
        intent: What is asked; a message that may want anything is an `Ask`. Any other names its
            kind, and its words serve the other kinds of routes.
        context: What it is answered from.
        today: The day from which "yesterday" counts.
        shown: The articles that "this" means, by id.
        search: Ranks passages for the message.
        excerpt: Chooses what to show of a hit.
        person: Whom it means, where that is known better than from the message.
        route: The one kind of answer that is wanted, where that is known.
    """

    intent: Intent
    context: SearchContext
    today: date
    search: Callable[[str], Result]
    excerpt: Callable[[str, Hit], Excerpt]
    shown: Sequence[str] = ()
    person: str | None = None
    route: AnswerKind | None = None

    @property
    def ask(self) -> Ask:
        """The message; of an intent that names its kind, its words, read as that kind."""
        match self.intent:
            case Ask() as ask:
                return ask
            case Summarise() as wish:
                return Ask(wish.text, summary=wish)
            case TellTimeline() as wish:
                return Ask(wish.text, timeline=wish)
            case AskWhoSaid() as wish:
                return Ask(wish.text, talk=wish.talk)

    @lazy
    def query(self) -> QuotationQuery | None:
        """How the message reads as a question about who said what."""
        if isinstance(self.intent, AskWhoSaid):
            return make_query(self.intent, self.context, today=self.today)
        query = read_query(self.ask.text, self.context, person=self.person, today=self.today)
        nobody = query is not None and _is_wish(query.question.speaker)
        return None if nobody and self.person is None else query

    @property
    def signs(self) -> Signs:
        """What its words say about the kind of answer it wants."""
        query = self.query
        who = query.question if query else None
        somebody = bool(query and query.people) or bool(self.somebody)
        return read_signs(self.ask, who, somebody=somebody)

    @lazy
    def topic(self) -> str:
        """What the message is about, for routes whose grammar does not read it.

        Its words without those that only say what kind of answer is wanted, and without those
        that stand nowhere in the archive.
        """
        words = [word for word in _WORD.findall(self.ask.text) if self._is_topical(word)]
        return " ".join(words)

    @property
    def names_the_unknown(self) -> bool:
        """Whether it holds a word that is neither in the archive nor an everyday one."""
        common = load_common_words()
        words = (re.split("['’]", word)[0] for word in _WORD.findall(self.ask.text))
        return any(
            terms and word.casefold() not in common and not self._is_known(terms)
            for word in words
            if not load_wish_words().issuperset(terms := tokenize_query([word]))
        )

    @lazy
    def subject(self) -> str:
        """The topic, where it is short enough to name an article or an event; else empty."""
        return self.topic if len(self.topic.split()) <= _MOST_WORDS else ""

    def _is_topical(self, word: str) -> bool:
        terms = tokenize_query([word])
        return self._is_known(terms) and not load_wish_words().issuperset(terms)

    def _is_known(self, terms: Iterable[str]) -> bool:
        return any(map(self.context.index.count_holding, terms))

    @lazy
    def somebody(self) -> tuple[Person, str] | None:
        """Somebody whom the message names, and what is left of it; None for nobody.

        Words that only say what is wanted name nobody, whoever may be called so: a "latest report".
        """
        found = self.context.people.find_in(self.ask.text)
        if found is None:
            return None
        words = [word for word in _WORD.findall(self.ask.text) if not holds(found[1], word)]
        return None if _is_wish(" ".join(words)) else found

    @property
    def sought(self) -> str:
        """What passages are searched for: the message; of a wish for a summary, its topic."""
        wish = self.ask.summary
        return wish.topic if wish and wish.topic and "://" not in wish.topic else self.ask.text

    @lazy
    def found(self) -> Result:
        """The passages that rank first."""
        return self.search(self.sought)

    def routes(self) -> dict[AnswerKind, Propose]:
        """What runs each route."""
        routes: dict[AnswerKind, Propose] = {
            AnswerKind.PASSAGES: lambda: propose_passages(self),
            AnswerKind.QUOTATIONS: lambda: propose_quotations(self),
            AnswerKind.SUMMARY: lambda: propose_summary(self),
            AnswerKind.TIMELINE: lambda: propose_timeline(self),
        }
        if self.ask.talk.own and not _wishes(self.ask.talk.own):
            # What was taken over names an article, and who asks on wants something in it.
            routes = {kind: routes[kind] for kind in (AnswerKind.PASSAGES, AnswerKind.QUOTATIONS)}
        return routes


def _wishes(own: str) -> bool:
    """Whether a reader's own words ask for a summary or a story."""
    read = Ask.read(own)
    return bool(read.summary or (read.timeline and not read.timeline.guessed))


def _is_wish(words: str) -> bool:
    """Whether words only say what kind of answer is wanted: "latest"."""
    terms = tokenize_query([words])
    return bool(terms) and load_wish_words().issuperset(terms)


def propose_passages(asked: Asked) -> Proposal:
    """Propose the passages that rank first."""
    result = asked.found
    sure = result.verdict is not Verdict.NOTHING
    wanted = asked.ask.own if asked.sought == asked.ask.text else asked.sought
    excerpt = asked.excerpt(wanted, result.hits[0]) if sure and result.hits else None
    mark = partial(asked.excerpt, wanted)
    settled = _settle(asked, result, excerpt, mark) if excerpt else None
    if settled is None:
        answer = PassageAnswer(intent=asked.intent, result=result)
    else:
        answer = PassageAnswer(
            intent=asked.intent,
            result=settled.result,
            excerpt=settled.excerpt,
            beside=choose_candidates(settled.result, settled.excerpt, mark),
            otherwise=settled.otherwise,
        )
    evidence = {
        "confidence": result.confidence,
        "answers": float(result.verdict is Verdict.ANSWER),
        "nothing": float(result.verdict is Verdict.NOTHING),
    }
    return Proposal(answer, evidence)


def _settle(
    asked: Asked, result: Result, excerpt: Excerpt, mark: Callable[[Hit], Excerpt]
) -> Settled:
    """Let the newest count of the articles that answer; see `prefer_newest`."""
    encoder, rarity = asked.context.encoder, asked.context.index.rarity
    return prefer_newest(result, excerpt, mark, encoder=encoder, rarity=rarity)


def propose_quotations(asked: Asked) -> Proposal | None:
    """Propose what somebody said, as the message reads, or of whomever it names.

    That nobody said it answers only who asks for what was said. A message that leans on what was
    said before names people and topics that are not its own: "and speakers?" asks for no words of
    anybody.
    """
    loose = asked.query is None
    query = asked.query or (None if asked.ask.talk.articles else _loose_query(asked))
    said = find_quotations(query, asked.context, count=HITS) if query else None
    if said is None or not said.searched:
        return None
    answer = QuotationAnswer(intent=asked.intent, said=said, loose=loose)
    if loose and answer.verdict is Verdict.NOTHING:
        return None
    best = said.quotations[0].score if said.quotations else 0.0
    evidence = {
        "found": float(bool(said.quotations)),
        "match": min(1.0, best),
        "verbatim": float(said.verbatim),
        "several people": float(len(said.people) > 1),
        "nobody": float(not said.quotations and len(said.people) < 2),
        "read loosely": float(loose),
    }
    return Proposal(answer, evidence)


def _loose_query(asked: Asked) -> QuotationQuery | None:
    """Read any message as being about what was said of its topic, by whomever it names.

    What was said of prices answers nothing about the price of bitcoin where that is in no article.
    """
    if asked.names_the_unknown:
        return None
    if asked.somebody:
        person, rest = asked.somebody
        topic = " ".join(word for word in asked.topic.split() if holds(rest, word))
        return make_query(AskWhoSaid(person.name, topic), asked.context, today=asked.today)
    if not asked.topic:
        return None
    query = make_query(AskWhoSaid("", asked.topic), asked.context, today=asked.today)
    return query if query.text else None


def propose_summary(asked: Asked) -> Proposal | None:
    """Propose a summary of the article that the message names, or of what was shown.

    An article that nobody named is summed up only for who asks for a summary. Where there is none
    to sum up, passages on the topic are better than to say so, if there are any.
    """
    wish = asked.ask.summary or Summarise(asked.subject)
    if not wish.topic and asked.ask.summary is None:
        return None
    answer = summarise(wish, asked)
    if answer.missing and asked.ask.summary is None:
        return None
    if answer.missing is Missing.TOPIC and _leads_to_passages(asked):
        return None
    only = answer.summary.article if answer.summary else None
    headline = only.headline if only else ""
    named = only is not None and _is_named(wish.topic, only, asked)
    if only and not named and asked.ask.summary is None and asked.route is None:
        return None
    evidence = {
        "one article by its name": float(named),
        "one article by chance": float(only is not None and not named),
        "several articles": float(bool(answer.articles)),
        "no article": float(answer.missing is not None),
        "headline as typed": float(bool(headline) and holds(asked.ask.text, headline)),
    }
    return Proposal(answer, evidence)


def _leads_to_passages(asked: Asked) -> bool:
    """Whether passages may stand in for a summary of what no article is about."""
    return asked.route is None and asked.found.verdict is not Verdict.NOTHING


def propose_timeline(asked: Asked) -> Proposal | None:
    """Propose what the articles on the message's topic tell together.

    "What happened in Castrel?" is no wish for the one article that is most about it.
    """
    wish = asked.ask.timeline or TellTimeline(asked.ask.topic or asked.subject, guessed=True)
    answer = tell(wish, asked) if wish.topic else None
    if answer is None:
        return None
    only = answer.summary.article if isinstance(answer, SummaryAnswer) and answer.summary else None
    named = only is not None and _is_named(wish.topic, only, asked)
    if only and wish.guessed and asked.route is None:
        named = named or tells_most(wish.topic, only, asked.context)
        if not named:
            return None
    count = len(answer.timeline.articles) if isinstance(answer, TimelineAnswer) else 1
    evidence = {
        "articles": min(1.0, count / _MANY) if count > 1 else 0.0,
        "one article by its name": float(bool(named)),
        "one article by chance": float(only is not None and not named),
        "no article": float(not count),
    }
    return Proposal(answer, evidence)


def _is_named(topic: str, article: Article, asked: Asked) -> bool:
    """Whether a topic names an article: not only its words, or "this", led to it."""
    if not topic or "://" in topic:
        return True
    return find_named_articles(topic, asked.context, today=asked.today) == (article,)


def answer(asked: Asked) -> Answer | None:
    """Answer an intent: the routes compete for a message, any other intent names its kind."""
    match asked.intent:
        case AskWhoSaid() as wish:
            query = make_query(wish, asked.context, today=asked.today)
            said = find_quotations(query, asked.context, count=HITS)
            return QuotationAnswer(intent=wish, said=said) if said else None
        case Summarise() as wish:
            summed = summarise(wish, asked)
            if summed.missing is Missing.TOPIC and _leads_to_passages(asked):
                return propose_passages(asked).answer
            return summed
        case TellTimeline() as wish:
            return tell(wish, asked)
    return _with_passages(choose(asked.signs, asked.routes()), asked)


def _with_passages(best: Answer | None, asked: Asked) -> Answer | None:
    """Let passages stand in for quotations that answer nothing, where they come near."""
    if not isinstance(best, QuotationAnswer) or best.verdict is not Verdict.NOTHING:
        return best
    rarity = asked.context.index.rarity
    return tell_unquoted(best, asked.found, excerpt=asked.excerpt, rarity=rarity) or best


def summarise(wish: Summarise, asked: Asked) -> SummaryAnswer:
    """Sum up the article that a wish names.

    Args:
        wish: What is to be summed up.
        asked: The message that it stands in.
    """
    if not wish.topic:
        return _of_shown(wish, asked)
    if "://" in wish.topic:
        article = _at(wish.topic, asked.context)
        return _one(wish, article, asked) if article else _none(asked, Missing.ADDRESS)
    named = find_named_articles(wish.topic, asked.context, today=asked.today)
    described = find_described(wish.topic, asked.context, today=asked.today)
    if len(named) != 1 and _tells_apart(wish.topic) and (meant := choose_described(described)):
        named = (meant,)
    if len(named) == 1:
        return _one(wish, named[0], asked)
    timeline = build_timeline(wish.topic, asked.context, since=None, today=asked.today)
    named = named or timeline.articles or tuple(one.article for one in described[:1] if one.fits)
    if not named:
        return _none(asked, Missing.TOPIC)
    if len(named) == 1:
        return _one(wish, named[0], asked)
    return SummaryAnswer(
        intent=asked.intent,
        articles=named[:_CHOICES],
        searched=asked.context.searched,
        timeline=timeline,
    )


def _tells_apart(topic: str) -> bool:
    """Whether a topic has the words to mean one of several articles: not "the tram"."""
    return len(drop_wish_terms(tokenize_query([topic]))) >= _TELLS_APART


def tell(wish: TellTimeline, asked: Asked) -> TimelineAnswer | SummaryAnswer | None:
    """Tell what the articles on a topic say; one article alone is summed up.

    Returns:
        None where nobody asked for it in so many words, and no article is about the topic.
    """
    timeline = build_timeline(wish.topic, asked.context, since=None, today=asked.today)
    if len(timeline.articles) == 1:
        return _one(Summarise(wish.topic), timeline.articles[0], asked)
    if not timeline.articles and wish.guessed:
        return None
    return TimelineAnswer(intent=asked.intent, timeline=timeline)


def _of_shown(wish: Summarise, asked: Asked) -> SummaryAnswer:
    """Sum up what "this" means, if anything."""
    if not asked.shown:
        return _none(asked, Missing.NOTHING_SHOWN)
    articles = {article.id: article for article in asked.context.store.articles(asked.shown)}
    kept = tuple(articles[one] for one in asked.shown if one in articles)
    if not kept:
        return _none(asked, Missing.GONE)
    if len(kept) == 1:
        return _one(wish, kept[0], asked)
    return SummaryAnswer(
        intent=asked.intent, articles=kept[:_CHOICES], searched=asked.context.searched
    )


def _one(wish: Summarise, article: Article, asked: Asked) -> SummaryAnswer:
    said = asked.context.store.attributions.of(article.id)
    summary = summarize(article, attributions=said, count=wish.count or SENTENCES)
    return SummaryAnswer(intent=asked.intent, summary=summary, searched=asked.context.searched)


def _none(asked: Asked, missing: Missing) -> SummaryAnswer:
    return SummaryAnswer(intent=asked.intent, missing=missing, searched=asked.context.searched)


def _at(url: str, context: SearchContext) -> Article | None:
    try:
        return context.store.get(canonicalize(url))
    except ValueError:
        return None
