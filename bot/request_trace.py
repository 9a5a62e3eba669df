"""What becomes of one update, from its arrival to its answer: a number for the log, and counts.

The number stands in every line that is logged while the update is handled, in whichever thread,
and in the apology when something breaks.

Tested with the log and the metrics in `tests/bot/admin/test_metrics.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from structlog.contextvars import bound_contextvars

_CURRENT: ContextVar[Trace] = ContextVar("trace")


@dataclass(slots=True)
class Trace:
    """What is known so far of an update that is being handled. Holds no word of what it says.

    Attributes:
        reference: Six hexadecimal digits; they are ``request`` in the log.
        kind: What came in, of a few kinds.
        answer: What kind of answer was found for it; empty if nothing was sought.
        verdict: How far that answers.
        answered: Whether anything went out for it.
        failed: Whether it was answered with an apology.
        shed: Whether too many of its chat wait for it to be answered.
    """

    reference: str
    kind: str
    answer: str = ""
    verdict: str = ""
    answered: bool = False
    failed: bool = False
    shed: bool = False

    def found(self, answer: str, verdict: str) -> None:
        """Note what kind of answer was found, and how far it answers."""
        self.answer, self.verdict = answer, verdict


@contextmanager
def trace_update(kind: str) -> Iterator[Trace]:
    """Follow an update for as long as the context lasts, in this task and what it starts."""
    trace = Trace(secrets.token_hex(3), kind)
    token = _CURRENT.set(trace)
    try:
        with bound_contextvars(request=trace.reference):
            yield trace
    finally:
        _CURRENT.reset(token)


def get_current() -> Trace:
    """The update that is being handled here; a new one that nobody follows outside of any."""
    return _CURRENT.get(None) or Trace(secrets.token_hex(3), "")
