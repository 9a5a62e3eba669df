"""Who said what: the archive's quotations that answer a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.storage.attributions import Spoken
from retrieval.context import SearchContext
from retrieval.index.snapshot import Index
from retrieval.period import Period
from retrieval.query.cues import find_family, is_negated, read_verb
from retrieval.query.people import Person
from retrieval.query.question import Aspect, Question
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.query import QuotationQuery
from retrieval.quotations.quotation import (
    Quotation,
    find_sentence,
    measure_likeness,
    merge_quotations,
)
from retrieval.ranking.rank import rank
from retrieval.results import Encoder
from retrieval.tokens import tokenize, tokenize_query

_PASSAGES = 50
"""Passages that are looked into for quotations of anybody."""
_OWN_PASSAGES = 200
"""The same for quotations of one person, who spoke on other things too."""
_MANY = 400
"""Quotations of one person from which on only those in the passages found are looked at."""
_EMBEDDED = 8
"""Quotations whose sentences are embedded at most."""
_PASSAGE, _COVERED, _COSINE = 0.2, 0.5, 0.3
"""Weights of a quotation's score; they add up to 1."""
_BESIDE, _NEAR, _HEADLINE = 0.9, 0.6, 0.3
"""Weight of a term of the topic that stands in the reporter's words around the quote, only in the
paragraphs around, or only in the headline; one in the quote itself weighs 1."""
_SPOKE = 0.38
"""Least match of a topic, in [0, 1]; below it nobody spoke on it."""
_NEAREST = 0.2
"""The same for the nearest that somebody said, of which nothing is claimed."""
_SAID = 0.75
"""Least share of words that must stand in a quotation that is to say the same."""
_PARTICLES = 24
"""Letters behind a reporter's word in which the rest of it stands, as in "owned up"."""
_OTHERS = 5
_SPARE = 2
"""Quotations read for each one wanted, since copies will be merged."""
_Span = tuple[str, int, int]


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
        return _limited(said, _latest(query, context, count), query, count)
    found = _found(query, context)
    form, exact = query.question.form, query.question.exact
    if not found or (form is Form.DID and exact and not _verbatim(found[0], query)):
        said = replace(said, others=_others(query, context))
    return _limited(said, found, query, count)


def _if_told(said: Said, query: QuotationQuery, context: SearchContext, count: int) -> Said | None:
    """Answer a question whose verb means other things too; None where nobody tells of it so."""
    if len(query.people) != bool(query.question.speaker):
        return None
    found = _found(query, context) if query.text else _latest(query, context, count)
    return _limited(said, found, query, count) if found else None


def _candidates(query: QuotationQuery, context: SearchContext) -> list[tuple[Spoken, float]]:
    """Find quotations that may answer, each with its passage's score in [0, 1]."""
    depth = _OWN_PASSAGES if query.people else _PASSAGES
    scores = _passage_scores(query, context, depth)
    within = context.store.attributions.within(scores)
    known = {spoken: _holding(spoken, scores) for spoken in within}
    if not query.people:
        return [(spoken, score) for spoken, score in known.items() if spoken[1].name]
    own = context.store.attributions.by(query.people[0].forms)
    if len(own) > _MANY:
        own = [spoken for spoken in own if spoken in known]
    return [(spoken, known.get(spoken, 0.0)) for spoken in own]


def _passage_scores(
    query: QuotationQuery, context: SearchContext, depth: int
) -> dict[_Span, float]:
    """Rank the passages; the scores of the best, the first one's being 1."""
    question = Question(whole=replace(query.scope, text=query.text))
    ranking = rank(question, context.index, context.encoder, depth, taste=context.taste)
    keys = {int(context.index.keys[row]): row for row in ranking.rows}
    hits = context.store.passages(list(keys))
    scores = {
        (passage.article_id, passage.start, passage.end): float(ranking.scores[keys[key]])
        for key, (_, passage) in hits.items()
    }
    best = max(scores.values(), default=1.0)
    return {span: score / best for span, score in scores.items()}


def _holding(spoken: Spoken, scores: Mapping[_Span, float]) -> float:
    """Return the score of the passage in which a quote begins."""
    article_id, attribution = spoken
    begins = attribution.quote[0]
    return next(
        score
        for (holder, start, end), score in scores.items()
        if holder == article_id and start <= begins < end
    )


def _found(query: QuotationQuery, context: SearchContext) -> list[Quotation]:
    """Find the quotations that answer a question with a topic, best first."""
    scored = _scored(query, context, _candidates(query, context))
    return _fitting(scored, query, _weights(query.text, context.index))


def _scored(
    query: QuotationQuery, context: SearchContext, candidates: Sequence[tuple[Spoken, float]]
) -> list[tuple[Quotation, float]]:
    """Score quotations, best first, each with how it matches by itself in [0, 1]."""
    weights = _weights(query.text, context.index)
    articles = _allowed({spoken[0] for spoken, _ in candidates}, context)
    stand = query.question.form is Form.WHO_DID or bool(query.question.doubted)
    found: list[tuple[Quotation, float, float]] = []
    for (article_id, attribution), passage in candidates:
        article = articles.get(article_id)
        if article and (not stand or _does(query.question, article, attribution)):
            quotation = Quotation(article, attribution, find_sentence(article, attribution), 0.0)
            found.append((quotation, passage, _covered(quotation, weights)))
    found.sort(key=lambda one: -(_PASSAGE * one[1] + _COVERED * one[2]))
    cosines = _cosines(query.text, [one[0] for one in found[:_EMBEDDED]], context.encoder)
    cosines += [0.0] * (len(found) - len(cosines))
    scored = [
        _judged(quotation, passage, (covered, cosine), query)
        for (quotation, passage, covered), cosine in zip(found, cosines, strict=True)
    ]
    return sorted(scored, key=lambda one: -one[0].score)


def _allowed(ids: set[str], context: SearchContext) -> dict[str, Article]:
    """Read articles by id, those that the reader's taste leaves out apart."""
    return {one.id: one for one in context.store.articles(ids) if context.taste.allows(one)}


def _judged(
    quotation: Quotation, passage: float, match: tuple[float, float], query: QuotationQuery
) -> tuple[Quotation, float]:
    covered, cosine = match
    score = _PASSAGE * passage + _COVERED * covered + _COSINE * cosine
    own = (_COVERED * covered + _COSINE * cosine) / (_COVERED + _COSINE)
    if same := measure_likeness(query.question.words, quotation.quote):
        return replace(quotation, score=1 + same), 1.0
    return replace(quotation, score=score), own


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
    if form is Form.WHO_SAID:
        return merge_quotations(q for q, own in scored if own >= _SPOKE and _says(q, weights))
    return merge_quotations(quotation for quotation, own in scored if own >= _SPOKE)


def _says(quotation: Quotation, weights: Mapping[str, float]) -> bool:
    """Whether a quotation holds most of what is supposed to have been said."""
    held = weights.keys() & set(tokenize(quotation.quote))
    return sum(weights[term] for term in held) >= _SAID


def _latest(query: QuotationQuery, context: SearchContext, count: int) -> list[Quotation]:
    """Return what a person said latest, of the question's time and publishers if there is any.

    Where the question names a stand, what they took it in.
    """
    spoken = context.store.attributions.by(query.people[0].forms)
    articles = _allowed({article_id for article_id, _ in spoken}, context)
    found = [(articles[key], attribution) for key, attribution in spoken if key in articles]
    if query.question.cue or query.question.doubted:
        found = [pair for pair in found if _does(query.question, *pair)]
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


def _weights(text: str, index: Index) -> dict[str, float]:
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
    texts = quotation.quote, article.body[start:end], near, article.headline
    held = [set(tokenize(text)) for text in texts]
    worth = list(zip(held, (1.0, _BESIDE, _NEAR, _HEADLINE), strict=True))
    return sum(
        weight * next((share for terms, share in worth if term in terms), 0.0)
        for term, weight in weights.items()
    )


def _cosines(text: str, quotations: Sequence[Quotation], encoder: Encoder) -> list[float]:
    """Compare a topic with quotations, each in its sentences and below its headline."""
    if not quotations:
        return []
    texts = [f"{q.article.headline}. {q.article.body[slice(*q.sentence)]}" for q in quotations]
    vectors = encoder.encode([text, *texts])
    return [max(0.0, cosine) for cosine in (vectors[1:] @ vectors[0]).tolist()]
