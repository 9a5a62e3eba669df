"""Which of those who speak in an article a reader means by a name or an office.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from corpus.attribution.attribution import Attribution
from corpus.nlp.given_names import is_given, list_forms
from retrieval.alerts.words import CASED, list_terms
from retrieval.query.people import People


class Speakers:
    """Finds what those whom readers named say in an article, however many are named.

    Args:
        called: Whom alerts want to hear, as typed.
    """

    def __init__(self, called: Iterable[str]) -> None:
        self._holding: defaultdict[str, set[str]] = defaultdict(set)
        for name in called:
            for term in _list_telling(name):
                self._holding[term].add(name)

    def find(self, said: Sequence[Attribution]) -> dict[str, list[Attribution]]:
        """Find what each of them says.

        A name is meant with its given name or, where the article prints none, by the surname
        alone; an office by whoever is said to hold it.

        Args:
            said: Who said what in one article.

        Returns:
            By the name as typed; those who say nothing are left out.
        """
        named = [one for one in said if one.name]
        people = People((*who, often) for who, often in _count(named).items())
        called = {f"{one.name} {one.role}" for one in named}
        terms = {term for text in called for term in _list_telling(text)}
        likely = sorted({name for term in terms for name in self._holding.get(term, ())})
        found = {name: set(_find_forms(name, people)) for name in likely}
        heard = {name: [o for o in named if o.name in forms] for name, forms in found.items()}
        return {name: some for name, some in heard.items() if some}


def _list_telling(text: str) -> list[str]:
    return [term for term in list_terms(text) if not term.startswith(CASED)]


def _count(named: Iterable[Attribution]) -> Counter[tuple[str, str]]:
    return Counter((one.name, one.role) for one in named)


def _find_forms(name: str, people: People) -> Iterable[str]:
    """Return under which names somebody speaks in an article."""
    found = people.find(name)
    first, *_, last = name.split()[:1] + name.split()
    if first != last and is_given(first):
        same = {first.casefold(), *list_forms(first.casefold())}
        found = tuple(one for one in found if same & set(one.name.casefold().split()))
        found = found or tuple(one for one in people.find(last) if " " not in one.name)
    return (form for person in found for form in person.forms)
