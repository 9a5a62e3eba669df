"""Which words of an archive answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.answers import (
        Answer,
        AnswerKind,
        PassageAnswer,
        QuotationAnswer,
        SummaryAnswer,
        TimelineAnswer,
    )
    from retrieval.citation import Citation
    from retrieval.errors import RetrievalError
    from retrieval.results import Verdict
    from retrieval.search import Searcher

__all__ = [
    "Answer",
    "AnswerKind",
    "Citation",
    "PassageAnswer",
    "QuotationAnswer",
    "RetrievalError",
    "Searcher",
    "SummaryAnswer",
    "TimelineAnswer",
    "Verdict",
]

_HOMES = {
    "Citation": "retrieval.citation",
    "RetrievalError": "retrieval.errors",
    "Searcher": "retrieval.search",
    "Verdict": "retrieval.results",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: one module must not cost all of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "retrieval.answers")), name)
