"""Who said what: the archive's quotations that answer a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import count_words
from corpus.storage.attributions import Spoken
from retrieval.context import SearchContext
from retrieval.index.searchable import Searchable
from retrieval.index.snapshot import Index
from retrieval.index.wanted import Limits
from retrieval.period import Period
from retrieval.query.cues import find_family, is_negated, read_verb
from retrieval.query.people import Person, is_description
from retrieval.query.question import Aspect, Question
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.query import QuotationQuery
from retrieval.quotations.quotation import (
    Quotation,
    find_sentence,
    measure_likeness,
    merge_quotations,
)
from retrieval.ranking.rank import Ranking, rank
from retrieval.tokens import collect_terms, tokenize_query

_PASSAGES = 50
"""Passages that are looked into for quotations of anybody."""
_NEARBY, _NEARLY = 20, 0.55
"""Passages whose articles are on a topic, whatever their words, and least share of the best one's
score that they have."""
_LOOKED_AT = 120
"""Quotations that are looked at, those of the best passages: presidents have thousands."""
_FEW, _WHOLE = 4, 8
"""Words below which a quotation is a scrap, and from which on it says something by itself."""
_IN_MARKS, _IN_FULL, _SCRAP = 0.22, 0.03, 0.12
"""What a person's words gain in quotation marks, more if they say something by themselves, and what
a scrap loses."""
_SAME_STORY = 0.1
"""What they gain more on a report in the same article."""
_PASSAGE, _COVERED, _COSINE = 0.2, 0.5, 0.3
"""Weights of a quotation's score; they add up to 1."""
_OPENING = 12
"""Words of a quotation in which it mostly says what it is about."""
_FURTHER_ON, _BESIDE, _NEAR, _HEADLINE = 0.95, 0.85, 0.6, 0.5
"""Weight of a term of the topic that stands further on in the quote, in the reporter's words
around it, only in the paragraphs around, or only in the headline; one in its opening weighs 1."""
_SPOKE = 0.38
"""Least match of a topic, in [0, 1]; below it nobody spoke on it."""
_NEAREST = 0.2
"""The same for the nearest that somebody said, of which nothing is claimed."""
_SAID = 0.75
"""Least share of words that must stand in a quotation that is to say the same."""
_PARAGRAPHS = 2
"""Paragraphs that hold a term in an article about it; one may name it in passing."""
_STAND = 0.5
"""The same in the sentences of who took a stand, of what they took it on."""
_TELLING = 2
"""Terms from which on words without quotation marks tell one saying from others."""
_PARTICLES = 24
"""Letters behind a reporter's word in which the rest of it stands, as in "owned up"."""
_OTHERS = 5
_SPARE = 2
"""Quotations read for each one wanted, since copies will be merged."""


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to a question about who said what.

    Attributes:
        question: As it was read.
        people: Who is asked about; several of one name: ask which. Empty where the question names
            nobody, or somebody whom nobody quotes.
        quotations: The answer, best first, or latest first where no topic is asked for; empty
            where nobody said it. For "Did she say ...?" the nearest, which may say something else.
        others: Who spoke on the topic where nobody said it, a quotation each; who said the quoted
            words of a "Did she say ...?" where she did not.
        searched: How many quotations the archive has.
        verbatim: Whether the first quotation holds the words asked for.
        publishers: The publishers that the answer is limited to.
        periods: The times that it is limited to.
        widened: Whether the question names a publisher or time of which nothing was found, so
            that the answer is from all.
        nearest: Whether they spoke, of all that is asked for, only in an article on it: the
            quotations are the nearest there are, and nothing is claimed of them.
    """

    question: WhoQuestion
    people: tuple[Person, ...]
    quotations: tuple[Quotation, ...]
    others: tuple[Quotation, ...]
    searched: int
    verbatim: bool = False
    publishers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    widened: bool = False
    nearest: bool = False


def find_quotations(query: QuotationQuery, context: SearchContext, *, count: int) -> Said | None:
    """Find the quotations that answer a question about who said what.

    Args:
        query: What is query.
        context: What to answer it from.
        count: Most quotations to return.

    Returns:
        None where the question names a verb that means other things than saying too, and nobody
        is told to have said it: then it is another question.
    """
    searched = context.store.attributions.count(without=context.taste.left_out)
    said = Said(query.question, query.people, (), (), searched)
    if query.question.doubted:
        return _if_told(said, query, context, count)
    if len(query.people) > 1:
        return said
    if query.question.speaker and not query.people:
        return replace(said, others=_others(query, context))
    if not query.text:
        if not query.people:  # nobody and nothing is asked about
            return said
        return _of_person(said, query, context, count)
    scored = _ranked(query, context)
    weights = _weights(query.text, context.index)
    found = _fitting(scored, query, weights)
    form, exact = query.question.form, query.question.exact
    if not found and query.people and form is Form.SAID_BY and not exact:
        nearest = _nearest(query, context, [quotation for quotation, _ in scored], weights)
        if nearest:
            return replace(_limited(said, nearest, query, count), nearest=True)
    if form is Form.SAID_BY and query.people:
        found = _in_own_words(found, [quotation for quotation, _ in scored])
    if not found or (form is Form.DID and exact and not _verbatim(found[0], query)):
        said = replace(said, others=_others(query, context))
    return _limited(said, found, query, count)


def _of_person(said: Said, query: QuotationQuery, context: SearchContext, count: int) -> Said:
    """Answer with what somebody said, at the time or place that is asked for if at any."""
    if not query.sought:
        return _limited(said, _latest(query, context, count), query, count)
    weights = _weights(query.sought, context.index)
    scored = _ranked(query, context)
    there = [q for q, _ in scored if _is_article_on(q.article, weights)]
    found = merge_quotations(there or [q for q, _ in scored])
    return replace(_limited(said, found, query, count), nearest=bool(found) and not there)


def _nearest(
    query: QuotationQuery,
    context: SearchContext,
    own: Sequence[Quotation],
    weights: Mapping[str, float],
) -> list[Quotation]:
    """What somebody said in articles on the topic, by their words or among the best for it.

    For a group ("the scientists") of which nobody did, what others said on it.
    """
    ranking = _rank(query, context, _NEARBY)
    least = _NEARLY * float(ranking.scores.max())
    keys = [
        key
        for key, row in zip(ranking.keys, ranking.rows, strict=True)
        if ranking.scores[row] > least
    ]
    near = {article.id for article, _ in context.store.passages(keys).values()}
    found = [q for q in own if q.article.id in near or _is_article_on(q.article, weights)]
    if not found and is_description(query.people[0].name) and len(query.people[0].forms) > 1:
        return list(_others(query, context))
    return merge_quotations(found)


def _is_article_on(article: Article, weights: Mapping[str, float]) -> bool:
    """Whether an article is about most of a topic: its headline says so, or several paragraphs."""
    headline = collect_terms(article.headline)
    counts = Counter(
        term for paragraph in article.body.split("\n\n") for term in collect_terms(paragraph)
    )
    held = (term for term in weights if term in headline or counts[term] >= _PARAGRAPHS)
    return sum(weights[term] for term in held) >= _SAID


def _if_told(said: Said, query: QuotationQuery, context: SearchContext, count: int) -> Said | None:
    """Answer a question whose verb means other things too; None where nobody tells of it so."""
    if len(query.people) != bool(query.question.speaker):
        return None
    found = _found(query, context) if query.text else _latest(query, context, count)
    return _limited(said, found, query, count) if found else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What somebody said, and how its passage does on the question.

    Attributes:
        spoken: Article id and attribution.
        passage: The passage's score in [0, 1], that of the best one being 1.
        cosine: How near its meaning is to the question's, at least 0.
    """

    spoken: Spoken
    passage: float
    cosine: float


def _candidates(query: QuotationQuery, context: SearchContext) -> list[_Candidate]:
    """Find quotations that may answer, those of the best passages, best passage first."""
    if query.people:
        placed = context.store.attributions.placed(names=query.people[0].forms)
        theirs = Limits(keys=tuple(dict.fromkeys(key for _, key in placed)))
        ranking = _rank(query, context, _PASSAGES, among=[theirs])
    else:
        ranking = _rank(query, context, _PASSAGES)
        placed = context.store.attributions.placed(keys=ranking.keys)
    best = max(float(ranking.scores.max()), 1e-9)
    found = [
        _Candidate(spoken, float(ranking.scores[row]) / best, max(0.0, float(ranking.dense[row])))
        for spoken, row in _in_rows(placed, ranking.index)
        if (query.people or spoken[1].name) and _may_be_meant(spoken, query, context)
    ]
    return sorted(found, key=lambda one: -one.passage)[:_LOOKED_AT]


def _may_be_meant(spoken: Spoken, query: QuotationQuery, context: SearchContext) -> bool:
    """Whether who says this may be whom the reader means.

    After an answer "the company" is that of its article, though others quote a company too.
    """
    anybody = not any(is_description(person.name) for person in query.people)
    return anybody or not context.near or spoken[0] in context.near


def _rank(
    query: QuotationQuery, context: SearchContext, count: int, *, among: Sequence[Limits] = ()
) -> Ranking:
    return rank(
        Question(whole=replace(query.scope, text=query.sought)),
        context.index,
        context.encoder,
        count,
        taste=context.taste,
        at_hand=context.keys_at_hand(),
        among=among,
    )


def _in_rows(placed: Sequence[tuple[Spoken, int]], index: Index) -> Iterator[tuple[Spoken, int]]:
    """Yield what was said with its passage's place in the index, where the index has it."""
    rows = index.rows_of([key for _, key in placed])
    for (spoken, _), row in zip(placed, rows, strict=True):
        if row is not None:
            yield spoken, row


def _found(query: QuotationQuery, context: SearchContext) -> list[Quotation]:
    """Find the quotations that answer a question with a topic, best first."""
    return _fitting(_ranked(query, context), query, _weights(query.text, context.index))


def _ranked(query: QuotationQuery, context: SearchContext) -> list[tuple[Quotation, float]]:
    """Rank what may answer, best first, each with how it matches by itself in [0, 1]."""
    return _scored(query, context, _candidates(query, context))


def _scored(
    query: QuotationQuery, context: SearchContext, candidates: Sequence[_Candidate]
) -> list[tuple[Quotation, float]]:
    """Score quotations, best first, each with how it matches by itself in [0, 1].

    A person's words in quotation marks come before reports of them that score a little more.
    """
    weights = _weights(query.sought, context.index)
    articles = _allowed({one.spoken[0] for one in candidates}, context)
    stand = query.question.form is Form.WHO_DID or bool(query.question.doubted)
    scored = []
    for one in candidates:
        article, attribution = articles.get(one.spoken[0]), one.spoken[1]
        if article and (not stand or _does(query.question, article, attribution)):
            quotation = Quotation(article, attribution, find_sentence(article, attribution), 0.0)
            scored.append(_judged(quotation, one, _covered(quotation, weights), query))

    def order(one: tuple[Quotation, float]) -> float:
        return -one[0].score - (_worth(one[0]) if query.people else 0.0)

    return sorted(scored, key=order)


def _allowed(ids: set[str], context: SearchContext) -> dict[str, Article]:
    """Read articles by id, those that the reader's taste leaves out apart."""
    return {one.id: one for one in context.store.articles(ids) if context.taste.allows(one)}


def _judged(
    quotation: Quotation, found: _Candidate, covered: float, query: QuotationQuery
) -> tuple[Quotation, float]:
    score = _PASSAGE * found.passage + _COVERED * covered + _COSINE * found.cosine
    own = (_COVERED * covered + _COSINE * found.cosine) / (_COVERED + _COSINE)
    if same := measure_likeness(query.question.words, quotation.quote):
        return replace(quotation, score=1 + same), 1.0
    return replace(quotation, score=score), own


def _worth(quotation: Quotation) -> float:
    """What a person's words gain in quotation marks: scraps of a report come after them."""
    words, kind = count_words(quotation.quote), quotation.attribution.kind
    if words < _FEW:
        return -_SCRAP
    if kind is Kind.REPORTED:
        return 0.0
    return _IN_MARKS + _IN_FULL * (kind is Kind.DIRECT and words >= _WHOLE)


def _fitting(
    scored: Sequence[tuple[Quotation, float]], query: QuotationQuery, weights: Mapping[str, float]
) -> list[Quotation]:
    """Keep what answers the question; only the very words where anybody said them."""
    form, exact = query.question.form, query.question.exact
    if query.question.doubted:
        return merge_quotations(q for q, _ in scored if _covered(q, weights) >= _SAID)
    same = [quotation for quotation, _ in scored if quotation.score > 1]
    if form is Form.DID:
        return merge_quotations(quotation for quotation, own in scored if own >= _NEAREST)
    if same or exact:
        return merge_quotations(same)
    if form is Form.WHO_DID:
        return merge_quotations(
            q
            for q, own in scored
            if own >= _SPOKE and _is_of(q, weights) and not _is_themselves(q, weights)
        )
    if form is Form.WHO_SAID and len(weights) < _TELLING:  # "a crisis" may be said of anything
        return []
    if form is Form.WHO_SAID:
        return merge_quotations(q for q, own in scored if own >= _SPOKE and _says(q, weights))
    return merge_quotations(
        q for q, own in scored if own >= _SPOKE or (form is Form.SAID_BY and _tells(q, weights))
    )


def _tells(quotation: Quotation, weights: Mapping[str, float]) -> bool:
    """Whether somebody speaks in their own words, and at some length, in an article on a topic."""
    own = quotation.attribution.kind is not Kind.REPORTED
    long = own and count_words(quotation.quote) >= _WHOLE
    return long and _is_article_on(quotation.article, weights)


def _in_own_words(found: list[Quotation], own: Sequence[Quotation]) -> list[Quotation]:
    """Put what somebody says in their own words before the report that answers best.

    Args:
        found: What answers, best first.
        own: All that they said.

    Returns:
        The same where words in quotation marks lead. Else, before it, those of the same article
        that rank little behind: on their own they may be too few to answer.
    """
    if not found or found[0].attribution.kind is not Kind.REPORTED:
        return found
    least = found[0].score - _SAME_STORY
    lead = [
        one
        for one in own
        if one.article.id == found[0].article.id
        and one.attribution.kind is not Kind.REPORTED
        and one.score + _worth(one) >= least
    ]
    return merge_quotations([*lead, *found])


def _says(quotation: Quotation, weights: Mapping[str, float]) -> bool:
    """Whether a quotation holds most of what is supposed to have been said."""
    held = weights.keys() & collect_terms(quotation.quote)
    return sum(weights[term] for term in held) >= _SAID


def _is_of(quotation: Quotation, weights: Mapping[str, float]) -> bool:
    """Whether half of what a stand is taken on stands in its very sentences."""
    held = weights.keys() & collect_terms(quotation.article.body[slice(*quotation.sentence)])
    return sum(weights[term] for term in held) >= _STAND


def _is_themselves(quotation: Quotation, weights: Mapping[str, float]) -> bool:
    """Whether who took a stand is just whom it is asked to be taken on."""
    return weights.keys() <= collect_terms(quotation.attribution.name)


def _latest(query: QuotationQuery, context: SearchContext, count: int) -> list[Quotation]:
    """Return what a person said latest, of the question's time and publishers if there is any.

    What stands in the articles at hand comes first.

    Where the question names a stand, what they took it in.
    """
    spoken = [
        one
        for one in context.store.attributions.by(query.people[0].forms)
        if _may_be_meant(one, query, context)
    ]
    articles = _allowed({article_id for article_id, _ in spoken}, context)
    found = [(articles[key], attribution) for key, attribution in spoken if key in articles]
    if query.question.cue or query.question.doubted:
        found = [pair for pair in found if _does(query.question, *pair)]
    places = {key: place for place, key in enumerate(dict.fromkeys(key for key, _ in spoken))}
    far = {article_id: article_id not in context.near for article_id in places}
    found.sort(
        key=lambda pair: (far[pair[0].id], places[pair[0].id], pair[1].kind is Kind.REPORTED)
    )
    within = [pair for pair in found if _in_scope(pair[0], query.scope)]
    return merge_quotations(
        Quotation(article, attribution, find_sentence(article, attribution), 1.0)
        for article, attribution in (within or found)[: count * _SPARE]
    )


def _limited(said: Said, found: Sequence[Quotation], query: QuotationQuery, count: int) -> Said:
    """Answer from the question's publishers and times, where anything is left of them."""
    scope = query.scope
    within = [
        one
        for one in found
        if any(_in_scope(article, scope) for article in (one.article, *one.copies))
    ]
    scoped = bool(scope.publishers or scope.periods)
    chosen = tuple(within or found)[:count]
    return replace(
        said,
        quotations=chosen,
        verbatim=bool(chosen) and _verbatim(chosen[0], query),
        publishers=scope.publishers if within else (),
        periods=scope.periods if within else (),
        widened=scoped and bool(found) and not within,
    )


def _in_scope(article: Article, scope: Aspect) -> bool:
    return (not scope.publishers or article.publisher in scope.publishers) and (
        not scope.periods or any(_printed_in(article, period) for period in scope.periods)
    )


def _printed_in(article: Article, period: Period) -> bool:
    return article.published is not None and (
        period.first <= article.published.date() <= period.last
    )


def _others(query: QuotationQuery, context: SearchContext) -> tuple[Quotation, ...]:
    """Find who else spoke on the topic, a quotation each; the very words first."""
    if not query.text:
        return ()
    question = replace(query.question, form=Form.ABOUT, speaker="", exact=False)
    anybody = replace(query, question=question, people=())
    own = {form for person in query.people for form in person.forms}
    each: dict[str, Quotation] = {}
    for quotation in _found(anybody, context):
        if quotation.attribution.name not in own:
            each.setdefault(quotation.attribution.name, quotation)
    return tuple(each.values())[:_OTHERS]


def _verbatim(quotation: Quotation, query: QuotationQuery) -> bool:
    return measure_likeness(query.question.words, quotation.quote) == 1.0


def _does(question: WhoQuestion, article: Article, attribution: Attribution) -> bool:
    """Whether the reporter's word is of the family asked for, denied where that is asked for.

    Where the question's verb means other things than saying too, it has to be that very verb.
    """
    start, end = attribution.cue or (0, 0)
    cue, following = article.body[start:end], article.body[end : end + _PARTICLES if end else 0]
    if is_negated(cue) != question.denied:
        return False
    if not question.doubted:
        return find_family(cue, following) == question.cue
    verb = read_verb(cue, following)
    return verb is not None and verb.head == question.doubted


def _weights(text: str, index: Searchable) -> dict[str, float]:
    """Weigh a topic's terms; the weights add up to 1."""
    weights = {term: index.rarity(term) for term in tokenize_query([text])}
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()}


def _covered(quotation: Quotation, weights: Mapping[str, float]) -> float:
    """Say how much of a topic the quotation holds, its paragraphs and headline counting less."""
    article, (start, end) = quotation.article, quotation.sentence
    above = article.body.rfind("\n\n", 0, max(article.body.rfind("\n\n", 0, start), 0))
    below = article.body.find("\n\n", end)
    near = article.body[max(above, 0) : below if below >= 0 else None]
    opening = " ".join(quotation.quote.split()[:_OPENING])
    texts = opening, quotation.quote, article.body[start:end], near, article.headline
    held = [collect_terms(text) for text in texts]
    worth = list(zip(held, (1.0, _FURTHER_ON, _BESIDE, _NEAR, _HEADLINE), strict=True))
    return sum(
        weight * next((share for terms, share in worth if term in terms), 0.0)
        for term, weight in weights.items()
    )
