"""What was learned about alerts and articles; `benchmarks/alerts.py` learns it anew.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from retrieval.alerts.alert import Level
from retrieval.alerts.evidence import FEATURES
from retrieval.alerts.wishes import Floats

WEIGHTS = Path(__file__).parents[1] / "data" / "alerts_en.json"


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned.

    Attributes:
        common: What a term counts that stands in much news.
        unknown: What any other counts.
        weights: Of a logistic regression on the features, in the order of `FEATURES`.
        bias: Its log odds where all features are 0.
        thresholds: The least probability for each level.
    """

    common: Mapping[str, float]
    unknown: float
    weights: Floats
    bias: float
    thresholds: Mapping[Level, float]

    def estimate(self, features: Floats) -> Floats:
        """Estimate the probability in [0, 1] that an article fits, a row of features each."""
        odds: Floats = features @ self.weights + np.float32(self.bias)
        chances: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return chances


@cache
def load_learned() -> Learned:
    """Load what was learned, once."""
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Learned(
        told["common"],
        told["unknown"],
        np.array([told["weights"][name] for name in FEATURES], np.float32),
        told["bias"],
        {level: told["thresholds"][level] for level in Level},
    )
