"""The values that everything else passes around: articles and their passages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

SHARED = ""
"""The shelf of the articles that everybody may see."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its publisher printed it.

    Attributes:
        headline: The headline, one line, never empty.
        body: Paragraphs joined by one blank line, each without line breaks. Passages
            and quotations are slices of it, so it is never normalised again.
        url: Canonical address (see `corpus.address.canonicalize`), or None for a pasted article.
        authors: Names as printed, without "By".
        publisher: Name of the outlet, or its host where no name is printed.
        published: Publication time with the offset from UTC that was printed, so that its day is
            the one where it was published. A printed time without zone counts as UTC.
        day_only: True where only the day is known; ``published`` is then midnight UTC.
        section: Section line as printed ("World / Asia-Pacific").
        language: ISO 639-1 code.
        credit: Agency credit ("Xinhua contributed to this story."): kept, never answered with.
        shelf: Whose it is: `SHARED` for everybody's, else the name of the shelf it lies on.
        kept_as: Its id, where headline, publisher and day are those of another that is kept.
        corrected: When its text was last replaced in the archive, or None. Like ``gone``, it is
            what the archive saw of the article and no part of it: it tells no two apart.
        gone: Since when its page is not there any more, or None.
    """

    headline: str
    body: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: datetime | None = None
    day_only: bool = False
    section: str | None = None
    language: str = "en"
    credit: str | None = None
    shelf: str = SHARED
    kept_as: str = ""
    corrected: datetime | None = field(default=None, compare=False)
    gone: datetime | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """Twelve hex digits that stay the same when the article's text is corrected.

        They come from the URL, or, where there is none, from headline, publisher and UTC day; on
        somebody's shelf also from that, so that nobody else's is the same article.
        """
        if self.kept_as:
            return self.kept_as
        day = self.published.astimezone(UTC).date().isoformat() if self.published else ""
        key = self.url or "\n".join((self.headline.casefold(), self.publisher or "", day))
        key = f"{self.shelf}\n{key}" if self.shelf else key
        return hashlib.sha256(key.encode()).hexdigest()[:12]

    @property
    def printed_date(self) -> str:
        """The publication day as a citation prints it ("30 Jul 2016"), or an empty string."""
        return f"{self.published.day} {self.published:%b %Y}" if self.published else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article's body, aligned to sentences: ``body[start:end] == text``."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """``article#start``, unique in an archive."""
        return f"{self.article_id}#{self.start}"
