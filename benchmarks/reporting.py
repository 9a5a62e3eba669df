"""The table of a load run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from measuring import Row
from reckoning import Outcome

if TYPE_CHECKING:
    from load import Run, Seen


def report(run: Run, found: Outcome, busy: dict[str, float]) -> list[Row]:
    """The table's rows."""
    seen, subject, telegram = run.seen, run.subject, run.telegram
    told = subject.lines_with(telegram.token, telegram.token.partition(":")[2])
    rows: list[Row] = [
        {"what": "questions asked", "figure": found.asked},
        {"what": "answered exactly once", "figure": found.once},
        {"what": "… of these with a note in doubt too", "figure": found.both},
        {"what": "a note with a button instead", "figure": found.noted},
        {"what": "answered twice", "figure": found.twice},
        {"what": "never answered", "figure": found.never},
        {"what": "out of order in their chat", "figure": found.disorder},
        {"what": "other messages", "figure": sum(found.other.values())},
    ]
    rows += [{"what": f"  {text}", "figure": n} for text, n in found.other.most_common(5)]
    rows += [{"what": f"  {text}", "figure": n} for text, n in found.notes.most_common(5)]
    rows += [
        {"what": f"answer p{share} ms", "figure": _percentile(found.waits_s, share) * 1000}
        for share in (50, 95, 99, 100)
    ]
    if seen.memory:
        rows += [
            {"what": "memory MiB at start", "figure": seen.memory[0][1]},
            {"what": "memory MiB after a fifth", "figure": _memory(seen, 0.2)},
            {"what": "memory MiB at the end", "figure": _memory(seen, 1.0)},
            {"what": "growth % since", "figure": (_memory(seen, 1) / _memory(seen, 0.2) - 1) * 100},
            *(
                {"what": f"  at {part} tenths", "figure": _memory(seen, part / 10)}
                for part in range(1, 10)
            ),
        ]
    answered = telegram.callback_answers
    slowed, refused = ([call for call in run.calls if call.status == n] for n in (429, 400))
    rows += [
        {"what": "calls refused with 429", "figure": len(slowed)},
        *(
            {"what": f"  {call.method} to {call.params.get('chat_id')}", "figure": call.at}
            for call in slowed[:5]
        ),
        {"what": "calls refused with 400", "figure": len(refused)},
        *({"what": f"  {call.description}", "figure": call.method} for call in refused[:5]),
        {"what": "calls that the storm struck", "figure": run.struck},
        {"what": "buttons pressed", "figure": len(seen.pressed)},
        {"what": "… and answered", "figure": sum(one in answered for one in seen.pressed)},
        {"what": "kills", "figure": subject.kills},
        {"what": "damaged databases", "figure": len(subject.faults)},
        {"what": "down after a kill, s", "figure": float(np.mean(seen.downs_s or [0]))},
        {
            "what": "log lines with the token",
            "figure": told,
        },
        {"what": "log lines that are errors", "figure": len(subject.complaints())},
        *({"what": f"  {line[:110]}", "figure": ""} for line in subject.complaints()[:3]),
        {"what": "emulator: round trip p95 ms", "figure": _percentile(seen.probes_ms, 95)},
        {"what": "emulator: asked late by, p95 ms", "figure": _percentile(seen.late_ms, 95)},
        {"what": "emulator and readers: cores busy", "figure": busy["emulator"]},
        {"what": "bot: cores busy", "figure": busy["bot"]},
    ]
    return rows


def _percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share)) if values else 0.0


def _memory(seen: Seen, part: float) -> float:
    """The median of five samples around a part of the run."""
    middle = int(part * (len(seen.memory) - 1))
    near = [mib for _, mib in seen.memory[max(0, middle - 4) : middle + 1]]
    return float(np.median(near))
