"""What two sentences give for one thing: figures, days, times and states, side by side.

Tested with the comparison of them in `tests/retrieval/disagreement/test_compare.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.nlp.segment import Slice
from retrieval.disagreement.days import Day, Time, list_days, list_times
from retrieval.disagreement.figures import Figure, list_figures
from retrieval.disagreement.states import State, list_states

Value = Figure | Day | Time | State

_FORMER = re.compile(
    r"\b(?:from|not|instead of|rather than|than|originally|initially|previously|earlier|formerly"
    r"|first|once|was|were|had been|against|by|after)(?:\s+[\w$€£,]+){0,4}?\s*$",
    re.IGNORECASE,
)
"""Before a figure or day that the newer article gives as the former one."""
_LOOKED_BACK = 45
_NUMBER = re.compile(
    r"(?<![\w.,])\d{1,3}(?:,\d{3}){0,4}(?![\w,]|\.\d)|(?<![\w.,])\d{4,12}(?![\w,]|\.\d)"
)
_TELLING = 10
"""From which on a figure is seldom the same by chance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What two sentences give for what may be one thing.

    Attributes:
        kind: "figure", "day", "time" or "state".
        old: Of the first sentence, where it stands.
        new: Of the second.
        same: Whether they may be the same.
    """

    kind: str
    old: tuple[Slice, ...]
    new: tuple[Slice, ...]
    same: bool


def pair_values(old: str, old_day: date, new: str, new_day: date) -> Iterator[Pair]:
    """Yield what both texts give a value for: of one unit, days, times, or of one pair of states.

    What the newer text names as former ("up from 12") is no value of its own.

    Args:
        old: Of the earlier article.
        old_day: When that was printed.
        new: Of the later one.
        new_day: When that was printed.
    """
    days = _drop_told(list_days(old, old_day)), _drop_told(list_days(new, new_day))
    yield from _pair("day", *days, new)
    times = list_times(old), list_times(new)
    yield from _pair("time", *times, new)
    blanked = [
        _blank(text, [*list_days(text, day), *list_times(text)])
        for text, day in ((old, old_day), (new, new_day))
    ]
    yield from _pair_figures(list_figures(blanked[0]), list_figures(blanked[1]), new)
    states = list_states(old), list_states(new)
    for kind in {one.kind for one in states[0]} & {one.kind for one in states[1]}:
        of_kind = [[one for one in side if one.kind == kind] for side in states]
        if all(len({one.is_first for one in side}) == 1 for side in of_kind):
            yield from _pair("state", of_kind[0], of_kind[1], new)


def _drop_told(days: list[Day]) -> list[Day]:
    """Leave out when something was said, where another day is left."""
    return [day for day in days if not day.told] or days


def _blank(text: str, found: Sequence[Day | Time]) -> str:
    for one in found:
        start, end = one.place
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _pair_figures(old: list[Figure], new: list[Figure], text: str) -> Iterator[Pair]:
    for unit in sorted({one.unit for one in old}, key=sorted):
        before = [one for one in old if one.unit == unit]
        after = [one for one in new if one.unit & unit]
        for pair in _pair("figure", before, after, text):
            yield replace(pair, same=pair.same or _repeats(text, before))


def _repeats(text: str, before: Sequence[Figure]) -> bool:
    """Whether the newer text has an older figure too, whatever it counts by it.

    "The loss of 212 jobs": "of the 212 people who worked there 79 have found other jobs".
    """
    return any(
        float(number.group().replace(",", "")) == one.amount >= _TELLING
        and not _FORMER.search(text[max(0, number.start() - _LOOKED_BACK) : number.start()])
        for number in _NUMBER.finditer(text)
        for one in before
    )


def _pair(kind: str, old: Sequence[Value], new: Sequence[Value], text: str) -> Iterator[Pair]:
    if len(new) > 1:
        new = [one for one in new if not _is_former(one, old, text)]
    if not old or not new:
        return
    same = any(_agree(one, other) for one in old for other in new)
    yield Pair(kind, tuple(one.place for one in old), tuple(one.place for one in new), same)


def _is_former(value: Value, old: Sequence[Value], text: str) -> bool:
    """Whether it is what the older article says, and the newer one says no more."""
    before = text[max(0, value.place[0] - _LOOKED_BACK) : value.place[0]]
    return bool(_FORMER.search(before)) and any(_agree(value, one) for one in old)


def _agree(one: Value, other: Value) -> bool:
    match one, other:
        case (Figure(), Figure()) | (Day(), Day()) | (Time(), Time()) | (State(), State()):
            return one.agrees(other)  # type: ignore[arg-type]  # of one kind, as matched
    return False
