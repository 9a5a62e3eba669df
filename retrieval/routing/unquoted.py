"""What passages tell of who said what, where nobody is quoted with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from retrieval.answers import Alternative, AnswerKind, PassageAnswer, QuotationAnswer
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.candidates import Candidate, choose_candidates
from retrieval.results import Hit, Result, Verdict
from retrieval.tokens import tokenize, tokenize_query

_NAMED = 0.5
"""Least share of what somebody is called that a passage about them holds, the rarer words counting
more: "lucas goellers mother" is named by his name."""
_TOLD = 0.75
"""The same for a topic, or for words in quotation marks."""


def tell_unquoted(
    answer: QuotationAnswer,
    result: Result,
    *,
    excerpt: Callable[[str, Hit], Excerpt],
    rarity: Callable[[str], float],
) -> PassageAnswer | None:
    """Answer with the nearest passage a question about who said what that no quotation answers.

    The passage is about the question and names whom it asks about. Somebody who is quoted
    elsewhere, and not with this, has likely not said it: of them only the best passage tells, where
    it is on the topic and names them in its likeliest sentence.

    Args:
        answer: Without quotations.
        result: The passages for the question, best first.
        excerpt: Chooses what to show of a hit for a question.
        rarity: Inverse document frequency of a term, above 0.

    Returns:
        Passages that are unsure, whatever they look like; None where none is good enough.
    """
    if result.verdict is Verdict.NOTHING:
        return None
    hits = result.hits[:1] if answer.said.people else result.hits
    for hit in filter(_is_on_it, hits):
        chosen = excerpt(result.query, hit)
        if _tells(answer, hit, chosen.marked, rarity):
            others = (other for other in result.hits if other is not hit)
            near = replace(result, verdict=Verdict.CLOSEST, hits=(hit, *others))
            beside = tuple(
                one
                for one in choose_candidates(near, chosen, partial(excerpt, result.query))
                if _tells(answer, one.hit, one.marked, rarity)
            )
            return _stand_in(answer, near, chosen, beside)
    return None


def _is_on_it(hit: Hit) -> bool:
    """Whether what was read of a hit is about the question more likely than not.

    Of a hit that was not read, closeness alone says too little to break a silence.
    """
    return hit.window is not None and hit.window.reading.relevance > 0


def _tells(
    answer: QuotationAnswer, hit: Hit, likeliest: tuple[int, int], rarity: Callable[[str], float]
) -> bool:
    question, people = answer.said.question, answer.said.people
    name = question.speaker or "".join(person.name for person in people)
    passage = hit.passage.text
    told = f"{passage} {hit.article.headline}"
    if question.exact and measure_held(question.words, passage, rarity) < _TOLD:
        return False
    if not people:
        return measure_held(name, passage, rarity) >= _NAMED
    marked = hit.article.body[slice(*likeliest)]
    topic = f"{question.topic} {question.words}"
    named = measure_held(name, marked, rarity) >= _NAMED
    return named and measure_held(topic, told, rarity) >= _TOLD


def measure_held(wanted: str, text: str, rarity: Callable[[str], float]) -> float:
    """Say which share of a few words stands in a text, in [0, 1]; 1 for words that say nothing.

    Args:
        wanted: The words.
        text: The text.
        rarity: What each term weighs, above 0.

    Example:
        >>> measure_held("the Skarn ferry", "A ferry sank.", lambda term: 1.0)
        0.5
    """
    weights = {term: rarity(term) for term in tokenize_query([wanted])}
    held = weights.keys() & set(tokenize(text))
    return sum(weights[term] for term in held) / sum(weights.values()) if weights else 1.0


def _stand_in(
    answer: QuotationAnswer, near: Result, chosen: Excerpt, beside: tuple[Candidate, ...]
) -> PassageAnswer:
    """Make an answer of passages that leads on to who spoke on the topic."""
    rest = [one for one in answer.alternatives if one.kind is not AnswerKind.PASSAGES]
    if answer.said.others or answer.said.people:
        rest.insert(0, Alternative(AnswerKind.QUOTATIONS, answer.probability))
    return PassageAnswer(
        intent=answer.intent,
        result=near,
        excerpt=chosen,
        beside=beside,
        unsaid=answer.said,
        probability=1.0 - sum(one.probability for one in rest),
        alternatives=tuple(rest),
    )
