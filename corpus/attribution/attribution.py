"""Who said what in an article.

Tested with what makes it in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.nlp.segment import Slice

MOST_CHARS = 100_000
"""Who said what is looked for in as many characters of a body; 16,000 words are no news article."""


class Kind(StrEnum):
    """How speech is printed."""

    DIRECT = "direct"
    MIXED = "mixed"
    REPORTED = "indirect"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A stretch of an article that somebody said or is said to have said.

    All slices are of the article's body.

    Attributes:
        quote: What was said. Direct and mixed speech: what stands within the quotation marks;
            reported speech: the reporter's words for it.
        kind: Direct for whole sentences in quotation marks, mixed for fragments within one of
            the reporter's, indirect without quotation marks.
        speaker: The mention, such as "he" or "the ministry"; None where it cannot be told.
        name: Whom the mention means, the fullest name the article gives: "Kong Xuanyou"; for a
            description or a group the words as printed: "both sides"; empty without a speaker.
        role: As printed: "Assistant Minister of Foreign Affairs"; empty where none is.
        cue: The reporter's word for the saying, with its negation: "said", "did not deny"; None
            where there is none.
        confidence: In [0, 1], that quote and speaker are right.
    """

    quote: Slice
    kind: Kind
    speaker: Slice | None
    name: str
    role: str
    cue: Slice | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one article.

    Attributes:
        version: Of what found it (see `Attributor.version`).
        attributions: In the order of the text.
    """

    version: int
    attributions: tuple[Attribution, ...]
